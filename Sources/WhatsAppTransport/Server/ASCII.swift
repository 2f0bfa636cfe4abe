import WhatsAppCore

/// The bytes that HTTP/1.1 is made of, by name and by class (RFC 9110, section 5.6.2; RFC 9112).
extension UInt8 {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let comma: UInt8 = 0x2C
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B

    /// A blank or a tab.
    var isBlank: Bool { self == .space || self == .tab }

    /// Any control character but the tab: no line of a head or a trailer may hold one.
    var isControl: Bool { self < .space && self != .tab || self == 0x7F }

    /// A visible ASCII character: all that a request target may hold.
    var isVisible: Bool { self > .space && self < 0x7F }

    /// A digit's value.
    var digitValue: Int? {
        let value = self &- 0x30
        return value < 10 ? Int(value) : nil
    }

    /// A character of a token: a method, a field name, a coding.
    var isToken: Bool {
        // A bit for each character of ASCII, made of: letters, digits, !#$%&'*+-.^_`|~
        let set: UInt64 = self < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return self < 128 && set >> UInt64(self & 63) & 1 == 1
    }

    /// A character of `uri-host [":" port]` (RFC 3986, section 3.2.2). What they spell is the handler's business.
    var isHost: Bool {
        switch Unicode.Scalar(self) {
        case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~", "%", "!", "$", "&", "'", "(", ")", "*", "+", ";", "=",
            ":", "[", "]":
            true
        default: false
        }
    }
}
