import Foundation

/// Dates in expressions: `2026-03-01`, or `2026-03-01T08:00:00Z` with up to seven fractional
/// digits and any offset.
enum RuleMoment {
    static func date(_ text: String) -> Date? {
        let pattern = /(\d{4})-(\d{2})-(\d{2})(?:t(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,7}))?(z|[+-]\d{2}:\d{2}))?/
        guard let match = text.lowercased().wholeMatch(of: pattern), let year = Int(match.1), let month = Int(match.2),
            let day = Int(match.3)
        else { return nil }
        let hour = match.4.flatMap { Int($0) } ?? 0
        let minute = match.5.flatMap { Int($0) } ?? 0
        let second = match.6.flatMap { Int($0) } ?? 0
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = DateComponents(
            calendar: calendar, timeZone: .gmt, year: year, month: month, day: day, hour: hour, minute: minute,
            second: second)
        guard parts.isValidDate, let date = calendar.date(from: parts), let offset = offsetSeconds(match.8) else {
            return nil
        }
        return date.addingTimeInterval((match.7.flatMap { Double("0.\($0)") } ?? 0) - Double(offset))
    }

    private static func offsetSeconds(_ text: Substring?) -> Int? {
        guard let text, text != "z" else { return 0 }
        let parts = text.dropFirst().split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, parts[0] <= 23, parts[1] <= 59 else { return nil }
        return (text.first == "-" ? -1 : 1) * (parts[0] * 3600 + parts[1] * 60)
    }
}
