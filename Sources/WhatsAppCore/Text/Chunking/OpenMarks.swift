/// What is open at a place in the text, so that a part which ends there must close it and the next one open it again.
package struct OpenMarks: Equatable {
    package enum Code: UInt8 {
        case none
        /// A fence with code on the same line.
        case inline
        /// A fence on a line of its own.
        case block
    }

    var code = Code.none
    /// Whether the line is quoted.
    var isQuoted = false
    /// The marks in the order in which they opened, four bits for each.
    private var marks: UInt16 = 0
    private var count = 0

    /// Adds a mark that opened after the others. There are four kinds, and each is open once at most.
    mutating func append(_ mark: WhatsAppMark) {
        marks |= UInt16(mark.index) << (4 * UInt16(count))
        count += 1
    }

    private func mark(_ position: Int) -> UInt8 {
        WhatsAppMark.allCases[Int(marks >> (4 * UInt16(position)) & 0xF)].rawValue
    }

    /// How many UTF-16 code units `closing` has.
    package var closingUnits: Int { code == .block ? 4 : code == .inline ? 3 : count }

    /// How many UTF-16 code units `opening` has.
    package var openingUnits: Int { closingUnits + (isQuoted ? 2 : 0) }

    /// What the next part begins with.
    package var opening: String {
        switch code {
        case .block: "```\n"
        case .inline: "```"
        case .none: (isQuoted ? "> " : "") + String(decoding: (0..<count).map(mark), as: UTF8.self)
        }
    }

    /// What the part ends with.
    package var closing: String {
        switch code {
        case .block: "\n```"
        case .inline: "```"
        case .none: String(decoding: (0..<count).reversed().map(mark), as: UTF8.self)
        }
    }

    /// More units than any `opening` or `closing` has.
    static let mostUnits = 8
}
