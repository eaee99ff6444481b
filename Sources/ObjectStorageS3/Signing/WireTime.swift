/// The forms of a moment that servers of S3 send and take, as seconds since 1970.
enum WireTime {
    /// As `x-amz-date` has it: 20130524T000000Z.
    static func signingTime(_ seconds: Int) -> String {
        let (days, second) = (floored(seconds, 86_400), seconds - floored(seconds, 86_400) * 86_400)
        let date = date(ofDay: days)
        return padded(date.year, 4) + padded(date.month) + padded(date.day) + "T" + padded(second / 3600)
            + padded(second / 60 % 60) + padded(second % 60) + "Z"
    }

    /// As retentions have it: 2013-05-24T00:00:00Z.
    static func isoTime(_ seconds: Int) -> String {
        let text = Array(signingTime(seconds))
        let date = [text[0..<4], text[4..<6], text[6..<8]].map { String($0) }.joined(separator: "-")
        let time = [text[9..<11], text[11..<13], text[13..<15]].map { String($0) }.joined(separator: ":")
        return "\(date)T\(time)Z"
    }

    /// The header field `Date`: Fri, 24 May 2013 00:00:00 GMT.
    static func seconds(ofHeader text: String) -> Int? {
        let form = /[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT/
        guard let match = text.wholeMatch(of: form)?.output, let month = months.firstIndex(of: String(match.2)) else {
            return nil
        }
        return seconds([match.3, "\(month + 1)", match.1, match.4, match.5, match.6])
    }

    /// The end of temporary credentials: 2013-05-24T00:00:00Z, with or without a fraction.
    static func seconds(ofISO text: String) -> Int? {
        let form = /(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|\+00:00)/
        guard let match = text.wholeMatch(of: form)?.output else { return nil }
        return seconds([match.1, match.2, match.3, match.4, match.5, match.6])
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func seconds(_ parts: [Substring]) -> Int? {
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == 6, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
        let day = day(year: numbers[0], month: numbers[1], day: numbers[2])
        return day * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
    }

    /// The number of a day of the Gregorian calendar, 0 for the first of 1970. Years begin in March
    /// here, so that the leap day is the last one.
    private static func day(year: Int, month: Int, day: Int) -> Int {
        let (year, month) = month > 2 ? (year, month - 3) : (year - 1, month + 9)
        let era = floored(year, 400)
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * month + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func date(ofDay day: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = floored(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = yearOfEra + era * 400 + (month < 10 ? 0 : 1)
        return (year, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }

    private static func floored(_ value: Int, _ divisor: Int) -> Int {
        value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor)
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
