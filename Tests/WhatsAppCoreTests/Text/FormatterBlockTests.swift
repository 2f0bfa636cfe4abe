import Testing
import WhatsAppCore

@Suite("Formatter: blocks")
struct FormatterBlockTests {
    static let headings: [FormattingCase] = [
        .init("levels", "# A\n## B\n###### C", "*A*\n\n*B*\n\n*C*"),
        .init("closing signs", "## A ##", "*A*"),
        .init("sign in the text", "# C#", "*C#*"),
        .init("text below", "# A\nb", "*A*\nb"),
        .init("text above", "a\n# B", "a\n\n*B*"),
        .init("marks inside", "# A **b** *c*", "*A b _c_*"),
        .init("code inside", "# `a` b", "*`a` b*"),
        .init("link inside", "# [a](https://x.org)", "*a* (https://x.org)"),
        .init("only an address", "# https://x.org", "https://x.org"),
        .init("empty", "#\na", "a"),
        .init("seven signs", "####### a", "####### a"),
        .init("underlined", "A\n===\nb", "*A*\nb"),
        .init("Arabic", "## أركان الإسلام", "*أركان الإسلام*"),
        .init("stars only", "# ****", "¤****"),
        .init("line break", "# a<br>b", "*a*\n*b*"),
    ]

    @Test("headings", arguments: headings)
    func formatsHeadings(_ row: FormattingCase) { row.check() }

    static let lists: [FormattingCase] = [
        .init("signs", "- a\n\n* b\n\n+ c", "- a\n\n- b\n\n- c"),
        .init("numbers", "1. a\n2. b\n10. c", "1. a\n2. b\n10. c"),
        .init("all ones", "1. a\n1. b\n1. c", "1. a\n2. b\n3. c"),
        .init("parenthesis", "3) a\n4) b", "3) a\n4) b"),
        .init("numbers go on after text", "1. a\n\ntext\n\n2. b", "1. a\n\ntext\n\n2. b"),
        .init("nested", "- a\n  - b\n    - c\n- d", "- a\n  - b\n    - c\n- d"),
        .init("nested by two below a number", "1. a\n  - b\n2. c", "1. a\n  - b\n2. c"),
        .init("nested twice by two", "1. a\n  - b\n    - c\n  - d", "1. a\n  - b\n    - c\n  - d"),
        .init("nested by four", "- a\n    - b\n        - c\n    - d", "- a\n  - b\n    - c\n  - d"),
        .init("nested by a tab", "1. a\n\t- b\n2. c", "1. a\n  - b\n2. c"),
        .init("numbers in a list", "- a\n  1. b\n  2. c", "- a\n  1. b\n  2. c"),
        .init("tasks", "- [ ] a\n- [x] b\n- [X] c", "- ☐ a\n- ☑ b\n- ☑ c"),
        .init("marks", "- **a**: b\n- _c_", "- *a*: b\n- _c_"),
        .init("second paragraph", "- a\n\n  b\n- c", "- a\n\n  b\n- c"),
        .init("text at the margin", "- a\nb", "- a\nb"),
        .init("right after text", "a:\n- b\n- c\n\nd", "a:\n- b\n- c\n\nd"),
        .init("code in an item", "1. a\n   ```\n   x\n   ```\n2. b", "1. a\n```\nx\n```\n2. b"),
        .init("on one line", "- - a", "- - a"),
        .init("star bullets with italics", "* *a* b\n* c", "- _a_ b\n- c"),
        .init("Arabic", "1. **الشهادتان**: قول\n2. الصلاة", "1. *الشهادتان*: قول\n2. الصلاة"),
        .init("not a list", "-a\n1.b\n-", "-a\n1.b\n-"),
    ]

    @Test("lists", arguments: lists)
    func formatsLists(_ row: FormattingCase) { row.check() }

    static let quotes: [FormattingCase] = [
        .init("lines", "> a\n> b", "> a\n> b"),
        .init("without a blank", ">a", "> a"),
        .init("lazy", "> a\nb", "> a\n> b"),
        .init("nested", "> > a\n> b", "> a\n> b"),
        .init("paragraphs", "> a\n>\n> b\n\nc", "> a\n\n> b\n\nc"),
        .init("marks", "> **a**\n> *b\n> c*", "> *a*\n> _b_\n> _c_"),
        .init("list inside", "> - a\n> - b", "> - a\n> - b"),
        .init("heading inside", "> # a", "> *a*"),
        .init("text before", "a\n> b", "a\n> b"),
        .init("empty", "a\n\n>\n>\n\nb", "a\n\nb"),
        .init("code inside", "> ```\n> a\n> ```\n> b", "```\na\n```\n> b"),
        .init("list with code inside", "> 1. ```\n>    a\n>    ```", "> 1.\n```\na\n```"),
    ]

    @Test("quotes", arguments: quotes)
    func formatsQuotes(_ row: FormattingCase) { row.check() }

    static let code: [FormattingCase] = [
        .init("language", "```swift\nlet a = **b**\n```", "```\nlet a = **b**\n```"),
        .init("tildes", "~~~\na\n~~~", "```\na\n```"),
        .init("indentation and blank lines", "```\na\n\n  b\n```", "```\na\n\n  b\n```"),
        .init("never closed", "a\n\n```\nb", "a\n\n```\nb\n```"),
        .init("fence inside", "````\n```\na\n```\n````", "```\n``¤`\na\n``¤`\n```"),
        .init("indented", "    a *b*\n\n    c", "```\na *b*\n\nc\n```"),
        .init("empty", "a\n\n```\n```\n\nb", "a\n\nb"),
        .init("text around", "a\n```\nb\n```\nc", "a\n```\nb\n```\nc"),
        .init("markup inside", "```\n# a\n- b\n> c\n| d |\n```", "```\n# a\n- b\n> c\n| d |\n```"),
    ]

    @Test("code blocks", arguments: code)
    func formatsCode(_ row: FormattingCase) { row.check() }

    static let tables: [FormattingCase] = [
        .init(
            "short", "| Prayer | Units |\n|---|:-:|\n| Fajr | 2 |\n| **Dhuhr** | 4 |",
            "```\nPrayer  Units\n------  -----\nFajr    2\nDhuhr   4\n```"),
        .init("without outer bars", "a | b\n--|--\n1 | 2", "```\na  b\n-  -\n1  2\n```"),
        .init(
            "wide",
            "| Name | Meaning |\n|---|---|\n| Ar-Rahman | The Most Compassionate of all |\n| Al-Malik | **King** |",
            "Name: Ar-Rahman\nMeaning: The Most Compassionate of all\n\nName: Al-Malik\nMeaning: *King*"),
        .init("Arabic", "| الاسم | المعنى |\n|---|---|\n| أ | ب |", "الاسم: أ\nالمعنى: ب"),
        .init("link", "| a |\n|---|\n| [b](https://x.org) |", "a: b (https://x.org)"),
        .init("escaped bar", "| a |\n|---|\n| b\\|c |", "```\na\n---\nb|c\n```"),
        .init(
            "cells too many and too few", "| الف | ب |\n|---|---|\n| 1 |\n| 2 | 3 | 4 |", "الف: 1\n\nالف: 2\nب: 3\n4"),
        .init("empty cell", "| a | ب |\n|---|---|\n| | c |", "ب: c"),
        .init("text before and after", "x\n| a |\n|---|\n| b |\ny", "x\n```\na\n-\nb\n```\ny"),
        .init("no rows", "| a | b |\n|---|---|", "a\nb"),
        .init("not a table", "a | b\nc | d", "a | b\nc | d"),
    ]

    @Test("tables", arguments: tables)
    func formatsTables(_ row: FormattingCase) { row.check() }

    static let others: [FormattingCase] = [
        .init("nothing", "", ""),
        .init("blank", " \n\t\n", ""),
        .init("rule", "a\n\n---\n\nb", "a\n\n———\n\nb"),
        .init("other rules", "***\n\n_ _ _", "———\n\n———"),
        .init("line ends", "a\r\nb\rc\n", "a\nb\nc"),
        .init("blank lines", "a\n\n\n\nb", "a\n\nb"),
        .init(
            "citations",
            "Mercy [1] and [2].\n\n**Citations**:\n[1] T:\n Arabic: نص\n\n English: text\n\n[2] U:\n Text: t",
            "Mercy [1] and [2].\n\n*Citations*:\n[1] T:\nArabic: نص\n\nEnglish: text\n\n[2] U:\nText: t"),
        .init(
            "raw citation", "[1] T:\n[{\"lang\":\"ar\",\"text\":\"a_b_c\"}]",
            "[1] T:\n[{\"lang\":\"ar\",\"text\":\"a_b_c\"}]"),
    ]

    @Test("other blocks", arguments: others)
    func formatsOthers(_ row: FormattingCase) { row.check() }

    @Test("identity leaves the text as it is")
    func identity() {
        let formatter: any MessageFormatter = .identity
        #expect(formatter.format("**a**") == "**a**")
    }
}
