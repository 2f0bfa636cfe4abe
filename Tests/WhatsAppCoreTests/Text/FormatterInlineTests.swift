import Testing
import WhatsAppCore

@Suite("Formatter: inline")
struct FormatterInlineTests {
    static let emphasis: [FormattingCase] = [
        .init("bold with stars", "a **b c** d", "a *b c* d"),
        .init("bold with underscores", "a __b__ c", "a *b* c"),
        .init("italic with a star", "a *b* c", "a _b_ c"),
        .init("italic with an underscore", "a _b_ c", "a _b_ c"),
        .init("both", "***b***", "_*b*_"),
        .init("strikethrough", "a ~~b~~ c", "a ~b~ c"),
        .init("one tilde", "a ~b~ c", "a ~b~ c"),
        .init("italic in bold", "**a *b* c**", "*a _b_ c*"),
        .init("bold in italic", "*a **b** c*", "_a *b* c_"),
        .init("bold in bold", "**a __b__ c**", "*a b c*"),
        .init("closing together", "**a *b***", "*a _b_*"),
        .init("opening together", "***a** b*", "_*a* b_"),
        .init("punctuation after", "**a**, _b_. ~~c~~!", "*a*, _b_. ~c~!"),
        .init("bold over two lines", "**a\nb** c", "*a*\n*b* c"),
        .init("nested over three lines", "**a *b\nc\nd* e**", "*a _b_*\n*_c_*\n*_d_ e*"),
        .init("inside a word", "un**believ**able", "unbelievable"),
        .init("before a letter", "**bold**text", "boldtext"),
        .init("before an Arabic letter", "**ال**كتاب", "الكتاب"),
        .init("in brackets", "(**a**) [*b*], **c** (*ṣabr*).", "*(a)* _[b]_, *c* _(ṣabr)_."),
        .init("brackets inside", "**(a)** and (a **b**)", "*(a)* and (a *b*)"),
        .init("several marks in brackets", "(***a***) (*a **b***)", "_*(a)*_ _(a *b*)_"),
        .init("brackets in a word", "f(*a*)", "f(a)"),
        .init("brackets that are not a pair", "(*a*] (*b*", "(a] (b"),
        .init("colon inside, letter after", "**Note:**text", "Note:text"),
        .init("Arabic", "قال **النبي** ﷺ: *الدين* النصيحة", "قال *النبي* ﷺ: _الدين_ النصيحة"),
        .init("Arabic comma after", "**الصبر**، و**الشكر**", "*الصبر*، والشكر"),
        .init("never closed", "**a b", "**a b"),
        .init("dash after", "**a**—b", "*a*—b"),
        .init("in quotation marks", "\"*a*\" «**b**» “*c*”", "_\"a\"_ *«b»* _“c”_"),
        .init("around a citation", "**[1]** **1.**", "*[1]* *1.*"),
        .init("next to code", "`a`**b** **c**`d`", "`a`b *c*`d`"),
        .init("adjacent", "**a** **b**", "*a* *b*"),
        .init("a paragraph ends it", "**a\n\nb**", "**a\n\nb**"),
        .init("emoji", "**🌙 Ramadan** 👨‍👩‍👧‍👦", "*🌙 Ramadan* 👨‍👩‍👧‍👦"),
    ]

    @Test("emphasis", arguments: emphasis)
    func formatsEmphasis(_ row: FormattingCase) { row.check() }

    static let literals: [FormattingCase] = [
        .init("stars with blanks", "2 * 3 * 4", "2 * 3 * 4"),
        .init("stars without blanks", "2*3*4", "2*3*4"),
        .init("stars between Latin letters", "a*b*c", "a*b*c"),
        .init("stars after an Arabic prefix", "اقرأ **هذا** و*ذاك*", "اقرأ *هذا* وذاك"),
        .init("stars within an Arabic word", "نص*غامق*نص", "نصغامقنص"),
        .init("powers", "2**3**4 and x**2 + y**2", "2**3**4 and x**2 + y**2"),
        .init("shell", "ls *.txt *.md", "ls *.txt *.md"),
        .init("snake case", "snake_case_name and a__dunder__name", "snake_case_name and a__dunder__name"),
        .init("sharp", "C# and F#", "C# and F#"),
        .init("number sign", "#1 is #2", "#1 is #2"),
        .init("greater", "5 > 3 and 3 < 5", "5 > 3 and 3 < 5"),
        .init("about", "~5 to ~6", "~5 to ~6"),
        .init("generic type", "List<String> and <your name>", "List<String> and <your name>"),
        .init("ampersand", "A & B &unknown; &", "A & B &unknown; &"),
        .init("brackets", "a [b] c ] d [", "a [b] c ] d ["),
        .init("citation markers", "Mercy [1] and more [12].", "Mercy [1] and more [12]."),
        .init("a year in brackets", "a[1] = [2024] .5", "a[1] = [2024] .5"),
        .init("footnote", "a [^1]", "a [^1]"),
        .init("exclamation", "Wow! [a]", "Wow! [a]"),
        .init("a year", "In\n1986. What a year", "In\n1986. What a year"),
        .init("backslash", "C:\\dir \\ a", "C:\\dir \\ a"),
    ]

    static let citations: [FormattingCase] = [
        .init(
            "blank before the stop", "mercy [1] . And [2] , so [3] ; (see [4] ) [5] !",
            "mercy [1]. And [2], so [3]; (see [4]) [5]!"),
        .init("Arabic stops", "الرحمة [1] ، والصبر [2] ؛ فما هو [3] ؟", "الرحمة [1]، والصبر [2]؛ فما هو [3]؟"),
        .init("blanks on both sides", "mercy  [1]  and  [2]  [3] ", "mercy [1] and [2] [3]"),
        .init("at the ends of lines", " [1] a [2] \nb [3] ", "[1] a [2]\nb [3]"),
        .init("no marker", "[a] . [] , 1] ;", "[a] . [] , 1] ;"),
        .init("a word begins with the stop", "see [1] .NET", "see [1] .NET"),
        .init("bold", "**mercy [1] .**", "*mercy [1].*"),
    ]

    @Test("blanks around citation markers", arguments: citations)
    func formatsCitations(_ row: FormattingCase) { row.check() }

    @Test("text that only looks like markup", arguments: literals)
    func formatsLiterals(_ row: FormattingCase) { row.check() }

    static let escapes: [FormattingCase] = [
        .init("escaped stars", "\\*a\\*", "¤*a*"),
        .init("escaped underscores", "x \\_a\\_ y", "x ¤_a_ y"),
        .init("escaped tildes and ticks", "\\~a\\~ \\`b\\`", "¤~a~ ¤`b`"),
        .init("escaped star that cannot bind", "5 \\* 6", "5 * 6"),
        .init("escaped in a word", "a\\_b\\_c", "a_b_c"),
        .init("escaped punctuation", "\\#\\!\\[a\\]\\(b\\)", "#![a](b)"),
        .init("star in bold", "**5\\*, 6**", "5*, 6"),
        .init("escaped bullet", "\\- a", "¤- a"),
        .init("escaped quotation", "\\> a", "¤> a"),
        .init("escaped star bullet", "\\* a", "¤* a"),
        .init("escaped fence", "\\`\\`\\`", "¤``¤`"),
        .init("entities", "a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#x27; &mdash;", "a & b <c> \"d\" 'e' —"),
        .init("entity stars", "&#42;a&#42;", "¤*a*"),
        .init("entity quotation", "&gt; a", "¤> a"),
        .init("macrons", "Qur&#x101;n, h&amacr;d&imacr;th, s&umacr;rah", "Qurān, hādīth, sūrah"),
        .init("entity line end", "a&#10;b", "a b"),
        .init("entity out of range", "&#x110000; &#0;", "&#x110000; \u{FFFD}"),
        .init("no numbers", "&#x+41; &#+65; &#-0; &#x;", "&#x+41; &#+65; &#-0; &#x;"),
        .init("hard break", "a\\\nb  \nc", "a\nb\nc"),
    ]

    @Test("escapes and entities", arguments: escapes)
    func formatsEscapes(_ row: FormattingCase) { row.check() }

    static let code: [FormattingCase] = [
        .init("inline", "use `a*b*c` now", "use `a*b*c` now"),
        .init("two ticks", "``a`b``", "```a`b```"),
        .init("padding", "`` `a `` ` b ` ` c`", "````a``` `b` `c`"),
        .init("blanks only", "a ` ` b", "a ` ` b"),
        .init("before a letter", "`List`s and `x`", "`List`¤s and `x`"),
        .init("after a bracket", "(`a*b*`) *c*", "(`a*b*`) _c_"),
        .init("marks in code that cannot bind", "*foo`*`", "¤*foo`*`"),
        .init("over a line end", "`a\nb`", "`a b`"),
        .init("never closed", "a ` b", "a ` b"),
        .init("in bold", "**a `b` c**", "*a `b` c*"),
        .init("no escapes inside", "`\\*`", "`\\*`"),
        .init("link inside", "`[a](b)`", "`[a](b)`"),
    ]

    @Test("inline code", arguments: code)
    func formatsCode(_ row: FormattingCase) { row.check() }

    static let html: [FormattingCase] = [
        .init("tags", "a <b>b</b> <span class=\"x\">c</span>", "a b c"),
        .init("attributes", "<a href=https://x.y?a=b&c=d>b</a> <font color = '#f00' bold>c</font >", "b c"),
        .init("no attributes", "x <p then 5% goes.\nAnd if y > 3", "x <p then 5% goes.\nAnd if y > 3"),
        .init("no values", "price <s 40, i.e. \"cheap\", or q >= 50", "price <s 40, i.e. \"cheap\", or q >= 50"),
        .init("no tag that ends", "a </p b> c", "a </p b> c"),
        .init("line breaks", "a<br>b<br/>c<BR />d", "a\nb\nc\nd"),
        .init("two line breaks", "a<br><br>b", "a\n\nb"),
        .init("paragraphs", "<p>a</p><p>b</p>c", "a\nb\nc"),
        .init("heading and rule", "<h2>**A**</h2>b<hr>c", "*A*\nb\n———\nc"),
        .init("list", "a<ul><li>**b**</li><li>c</li></ul>d", "a\n• *b*\n• c\nd"),
        .init(
            "table", "<table><tr><th>a</th><th>**b**</th></tr>\n<tr><td>c</td><td>d</td></tr></table>", "a *b*\nc d"),
        .init("details", "<details><summary>a</summary>b</details>", "a\nb"),
        .init("comment", "a <!-- * --> b", "a  b"),
        .init("comment without an end", "a <!-- b", "a <!-- b"),
        .init("lines of tags", "<div>\na\n</div>", "a"),
        .init("markdown between tags", "<p>**a**</p>", "*a*"),
    ]

    @Test("HTML", arguments: html)
    func formatsHtml(_ row: FormattingCase) { row.check() }

    static let links: [FormattingCase] = [
        .init("inline", "[a b](https://x.org/p_q_r)", "a b (https://x.org/p_q_r)"),
        .init("with a title", "[a](https://x.org \"t\")", "a (https://x.org)"),
        .init("angle brackets", "[a](<https://x.org/a b>)", "a (https://x.org/a%20b)"),
        .init("parentheses", "[a](https://x.org/b_(c))", "a (https://x.org/b_(c))"),
        .init("text is the address", "[https://x.org](https://x.org)", "https://x.org"),
        .init("text is the host", "[x.org](https://x.org/)", "https://x.org/"),
        .init("no text", "[](https://x.org)", "https://x.org"),
        .init("anchor", "[a](#b)", "a"),
        .init("mail", "[a](mailto:a@x.org)", "a (a@x.org)"),
        .init("bold text", "[**a**](https://x.org)", "*a* (https://x.org)"),
        .init(
            "in bold", "**[a](https://x.org)** ***[b](https://y.org)***", "*a* (https://x.org) _*b*_ (https://y.org)"),
        .init("star outside does not reach in", "*a [b* c](https://x.org)", "¤*a b* c (https://x.org)"),
        .init(
            "image", "![a](https://x.org/i.png) ![](https://x.org/j.png)", "a (https://x.org/i.png) https://x.org/j.png"
        ),
        .init("image in a link", "[![a](i.png)](https://x.org)", "a (i.png) (https://x.org)"),
        .init("autolink", "<https://x.org/a_b> <a@x.org>", "https://x.org/a_b a@x.org"),
        .init("bare", "see https://x.org/_a_/*b*?c=~d~ now", "see https://x.org/_a_/*b*?c=~d~ now"),
        .init("bare and bold", "**https://x.org**", "https://x.org"),
        .init("bare in bold", "**see https://x.org/a_b now**", "*see https://x.org/a_b now*"),
        .init("address that would end the mark", "_see https://x.org/a_/b now_", "see https://x.org/a_/b now"),
        .init("bare, bold and a stop", "**See:** https://x.org/a_b_c.", "*See:* https://x.org/a_b_c."),
        .init(
            "reference", "[a][L] [l][] [L]\n\n[l]: https://x.org 'T'",
            "a (https://x.org) l (https://x.org) L (https://x.org)"),
        .init(
            "numbered reference", "a [1], [b][1]\n\n[1]: https://x.org",
            "a [1], b (https://x.org)\n\n[1]: https://x.org"),
        .init("not a definition", "[1]: see below", "[1]: see below"),
        .init("link in a link", "[a [b](https://x.org) c](https://y.org)", "[a b (https://x.org) c](https://y.org)"),
        .init("blank between", "[a] (https://x.org)", "[a] (https://x.org)"),
    ]

    @Test("links", arguments: links)
    func formatsLinks(_ row: FormattingCase) { row.check() }
}
