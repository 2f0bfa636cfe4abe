extension UnixTime {
    /// The time in UTC, as `2026-07-01T10:00:00.000Z`.
    package var iso8601: String {
        let days = seconds.flooredQuotient(by: 86_400)
        let second = seconds - days * 86_400
        let (year, month, day) = Self.civil(fromDays: days)
        let milliseconds = self.milliseconds &- seconds &* 1000
        var text: [UInt8] = []
        text.reserveCapacity(24)
        func add(_ number: Int64, _ width: Int, _ end: Unicode.Scalar) {
            var limit: Int64 = 1
            for _ in 1..<width {
                limit *= 10
                if number < limit { text.append(UInt8(ascii: "0")) }
            }
            text.append(decimal: number)
            text.append(UInt8(ascii: end))
        }
        add(year, 4, "-")
        add(month, 2, "-")
        add(day, 2, "T")
        add(second / 3600, 2, ":")
        add(second / 60 % 60, 2, ":")
        add(second % 60, 2, ".")
        add(milliseconds, 3, "Z")
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads `2026-07-01T10:00:00`, with a fraction of any length and a zone (`Z`, `+00:00`, `+0000`) or without. A time
    /// without a zone is UTC. A blank may stand for the `T`. `nil` for anything else.
    package init?(iso8601 text: String) {
        var rest = Array(text.utf8)[...]
        func number(_ digits: Int, after separator: StaticString = "") -> Int64? {
            guard rest.starts(with: separator.description.utf8) else { return nil }
            let part = rest.dropFirst(separator.utf8CodeUnitCount).prefix(digits)
            guard part.count == digits, part.allSatisfy(\.isASCIIDigit) else { return nil }
            rest = rest.dropFirst(separator.utf8CodeUnitCount + digits)
            return part.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        guard let year = number(4), let month = number(2, after: "-"), let day = number(2, after: "-"),
            let hour = number(2, after: "T") ?? number(2, after: " "), let minute = number(2, after: ":"),
            let second = number(2, after: ":"), (1...12).contains(month), (1...31).contains(day), hour < 24,
            minute < 60, second < 61
        else { return nil }
        var milliseconds: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            var place: Int64 = 100
            rest.removeFirst()
            let fraction = rest.prefix(while: \.isASCIIDigit)
            guard !fraction.isEmpty else { return nil }
            for digit in fraction {
                milliseconds += Int64(digit - UInt8(ascii: "0")) * place
                place /= 10
            }
            rest = rest.dropFirst(fraction.count)
        }
        var offset: Int64 = 0
        if rest == [UInt8(ascii: "Z")] {
            rest = []
        } else if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            rest.removeFirst()
            guard let hours = number(2), let minutes = number(2, after: ":") ?? number(2) else { return nil }
            offset = (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
        }
        guard rest.isEmpty else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        self.init(
            milliseconds: (days * 86_400 + hour * 3600 + minute * 60 + second - offset) * 1000 + milliseconds)
    }

    // The Gregorian calendar as days since 1970, counted in eras of 400 years (146,097 days) that begin on March 1,
    // so that the leap day is the last day of its year.

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted.flooredQuotient(by: 400)
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        self / divisor - (self % divisor < 0 ? 1 : 0)
    }
}
