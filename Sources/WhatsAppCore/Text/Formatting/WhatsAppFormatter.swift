/// Turns the markdown that language models write into WhatsApp's own syntax.
///
/// | markdown | result |
/// |---|---|
/// | `# Heading`, `**bold**`, `__bold__` | `*bold*` |
/// | `*italic*`, `_italic_` | `_italic_` |
/// | `~~struck~~` | `~struck~` |
/// | `` `code` ``, fenced and indented blocks | as they are, without the language |
/// | `[text](url)`, `![text](url)`, `<url>` | `text (url)`, or the address alone where the text repeats it |
/// | `- `, `* `, `+ ` / `1. ` / `- [x]` | `- ` / `1. ` / `- ☑` |
/// | `> quote`, also inside a quote | `> quote` |
/// | tables | a monospace block where it fits on a phone, else lines of `header: value` |
/// | `---` | `———` |
/// | HTML, entities, backslash escapes | their text; tags of blocks end the line |
/// | `text [1] .` | `text [1].` |
///
/// WhatsApp has no escape character, and binds a mark only between certain neighbours and within one line. So a mark
/// that spans lines is closed and opened again in each, one beside a bracket or a quotation mark goes around it, one that
/// could not bind is left out, and text that WhatsApp would take for a mark gets an invisible U+2060 before it. Lines and
/// blank lines stay as they are. In an answer from right to left, an invisible U+200F turns lines that begin with another
/// script the same way.
/// No text is lost: what goes shows nothing in markdown either (tags, titles and named definitions of links, a fence's
/// language).
///
/// The work is linear in the length of the text, whatever the text is.
public struct WhatsAppFormatter: MessageFormatter {
    /// Makes the formatter.
    public init() {}

    /// `text` in WhatsApp's syntax.
    public func format(_ text: String) -> String {
        let source = Array(text.utf8)
        let output = MarkdownRenderer.render(
            BlockParser.parse(source), size: source.count, isRightToLeft: Direction.isRightToLeft(text))
        return String(decoding: output, as: UTF8.self)
    }
}

extension MessageFormatter where Self == WhatsAppFormatter {
    /// From markdown to WhatsApp's syntax.
    public static var whatsApp: WhatsAppFormatter { WhatsAppFormatter() }
}
