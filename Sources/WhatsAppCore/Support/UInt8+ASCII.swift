// ASCII by byte: `Character` takes fullwidth digits for digits.
extension UInt8 {
    /// `0`–`9`.
    package var isASCIIDigit: Bool { self &- 0x30 < 10 }

    /// `A`–`Z`, `a`–`z`.
    package var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// `A`–`Z`, `a`–`z`, `0`–`9`.
    package var isASCIILetterOrDigit: Bool { isASCIILetter || isASCIIDigit }
}
