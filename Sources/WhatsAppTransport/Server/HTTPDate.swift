/// A `Date` field (IMF-fixdate, RFC 9110, section 5.6.7), made once a second.
struct HTTPDate {
    private var second = -1
    /// The field line for the time that was given last, with the end of the line.
    private(set) var line: [UInt8] = []

    /// Sets the time, in seconds since 1970, which is not before that year or after 9999.
    mutating func update(to second: Int) {
        guard second != self.second else { return }
        self.second = second
        line = Array("Date: ".utf8) + Self.format(second) + Array("\r\n".utf8)
    }

    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func format(_ second: Int) -> [UInt8] {
        let day = second / 86_400
        let time = second % 86_400
        let (year, month, dayOfMonth) = civil(day)
        var text: [UInt8] = []
        text.reserveCapacity(29)
        text.append(contentsOf: "\(days[day % 7]), ".utf8)  // 1 January 1970 was a Thursday.
        text.appendTwoDigits(dayOfMonth)
        text.append(contentsOf: " \(months[month - 1]) \(year) ".utf8)
        text.appendTwoDigits(time / 3600)
        text.append(.colon)
        text.appendTwoDigits(time / 60 % 60)
        text.append(.colon)
        text.appendTwoDigits(time % 60)
        text.append(contentsOf: " GMT".utf8)
        return text
    }

    /// The Gregorian date of a day counted from 1 January 1970. Years are counted from March, so that the leap day is the
    /// last of its year; an era is 400 years, after which the calendar repeats.
    private static func civil(_ day: Int) -> (year: Int, month: Int, day: Int) {
        let sinceMarch0 = day + 719_468  // Days from 1 March of the year 0.
        let era = sinceMarch0 / 146_097
        let dayOfEra = sinceMarch0 % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

extension Array<UInt8> {
    fileprivate mutating func appendTwoDigits(_ number: Int) {
        append(UInt8(ascii: "0") + UInt8(number / 10))
        append(UInt8(ascii: "0") + UInt8(number % 10))
    }
}
