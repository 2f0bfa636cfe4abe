/// Resolves HTML entities.
enum Entity {
    /// The text for the entity at `start`, and where it ends; `nil` if it is not one that is known.
    static func parse(_ source: [UInt8], _ start: Int) -> (String, end: Int)? {
        let body = source[(start + 1)...].prefix(longest)
        guard let end = body.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = body[..<end]
        guard name.first == UInt8(ascii: "#") else {
            return named[String(decoding: name, as: UTF8.self)].map { ($0, end + 1) }
        }
        let digits = String(decoding: name.dropFirst(), as: UTF8.self)
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        let number = isHexadecimal ? digits.dropFirst() : digits[...]
        guard number.first?.isHexDigit == true, let value = UInt32(number, radix: isHexadecimal ? 16 : 10),
            let scalar = Unicode.Scalar(value)
        else { return nil }
        // Control characters mean nothing in a message; those that part words still do.
        if value < 0x20 || value == 0x7F { return (value >= 0x09 && value <= 0x0D ? " " : "\u{FFFD}", end + 1) }
        return (String(Character(scalar)), end + 1)
    }

    private static let longest = 10
    private static let named: [String: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "shy": "\u{AD}",
        "ensp": "\u{2002}", "emsp": "\u{2003}", "thinsp": "\u{2009}", "zwnj": "\u{200C}", "zwj": "\u{200D}",
        "lrm": "\u{200E}", "rlm": "\u{200F}", "ndash": "–", "mdash": "—", "lsquo": "‘", "rsquo": "’", "sbquo": "‚",
        "ldquo": "“", "rdquo": "”", "bdquo": "„", "laquo": "«", "raquo": "»", "lsaquo": "‹", "rsaquo": "›",
        "hellip": "…", "bull": "•", "middot": "·", "dagger": "†", "Dagger": "‡", "para": "¶", "sect": "§",
        "copy": "©", "reg": "®", "trade": "™", "deg": "°", "plusmn": "±", "times": "×", "divide": "÷", "minus": "−",
        "frac12": "½", "frac14": "¼", "frac34": "¾", "sup1": "¹", "sup2": "²", "sup3": "³", "micro": "µ",
        "ne": "≠", "le": "≤", "ge": "≥", "asymp": "≈", "infin": "∞", "larr": "←", "uarr": "↑", "rarr": "→",
        "darr": "↓", "harr": "↔", "hearts": "♥", "check": "✓", "star": "☆", "starf": "★", "cent": "¢", "pound": "£",
        "yen": "¥", "euro": "€", "iexcl": "¡", "iquest": "¿", "ast": "*", "lowbar": "_", "grave": "`", "num": "#",
        "lsqb": "[", "rsqb": "]", "lpar": "(", "rpar": ")", "vert": "|", "excl": "!", "NewLine": " ", "Tab": " ",
        "agrave": "à", "aacute": "á", "acirc": "â", "atilde": "ã", "auml": "ä", "aring": "å", "aelig": "æ",
        "ccedil": "ç", "egrave": "è", "eacute": "é", "ecirc": "ê", "euml": "ë", "iacute": "í", "icirc": "î",
        "iuml": "ï", "ntilde": "ñ", "oacute": "ó", "ocirc": "ô", "otilde": "õ", "ouml": "ö", "oslash": "ø",
        "ugrave": "ù", "uacute": "ú", "ucirc": "û", "uuml": "ü", "szlig": "ß",
        "amacr": "ā", "imacr": "ī", "umacr": "ū", "Amacr": "Ā", "Imacr": "Ī", "Umacr": "Ū",
    ]
}
