import Foundation

/// Moments as texts, for people and for programs.
enum Moments {
    /// The calendar of a zone, the same wherever the program runs.
    static func calendar(_ zone: TimeZone) -> Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        calendar.locale = Locale(identifier: "en_US_POSIX")
        return calendar
    }

    /// Reads a moment of RFC 3339; seconds may be left out. nil for everything else.
    static func date(_ text: String) -> Date? {
        let pattern = /(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([Zz]|[+-]\d{2}:?\d{2})/
        guard let match = text.wholeMatch(of: pattern) else { return nil }
        var wanted = DateComponents(
            year: Int(match.1), month: Int(match.2), day: Int(match.3), hour: Int(match.4), minute: Int(match.5),
            second: match.6.flatMap { Int($0) } ?? 0)
        guard let offset = offset(match.8), let hour = wanted.hour, hour < 24, let minute = wanted.minute, minute < 60,
            let second = wanted.second, second < 60
        else { return nil }
        wanted.calendar = calendar(.gmt)
        guard wanted.isValidDate, let date = wanted.date else { return nil }
        let fraction = match.7.flatMap { Double("0." + $0) } ?? 0
        return date.addingTimeInterval(fraction - Double(offset))
    }

    /// Seconds east of Greenwich.
    private static func offset(_ text: Substring) -> Int? {
        guard text.lowercased() != "z" else { return 0 }
        let digits = text.dropFirst().filter(\.isNumber)
        guard let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)), hours < 24, minutes < 60 else {
            return nil
        }
        return (text.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// `2026-11-21T08:40:00Z`, with a fraction only where there is one.
    static func utc(_ date: Date) -> String {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        let hasFraction = milliseconds.truncatingRemainder(dividingBy: 1000) != 0
        return Date(timeIntervalSince1970: milliseconds / 1000).formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: hasFraction))
    }

    /// `Sat 21 Nov 09:40`; with the year where it is not this one.
    static func short(_ date: Date, zone: TimeZone, now: Date) -> String {
        "\(day(date, zone: zone, now: now)) \(clock(date, zone: zone))"
    }

    /// A text with its moments of UTC in the short form of a zone.
    static func localized(_ text: String, zone: TimeZone, now: Date) -> String {
        text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/) { match in
            date(String(match.0)).map { short($0, zone: zone, now: now) } ?? String(match.0)
        }
    }

    /// `Sat 21 Nov`; with the year where it is not this one.
    static func day(_ date: Date, zone: TimeZone, now: Date) -> String {
        let parts = Parts(date, zone)
        return "\(parts.weekday) \(parts.day) \(parts.monthName)"
            + (parts.year == Parts(now, zone).year ? "" : " \(parts.year)")
    }

    /// `09:40`: the time of day without seconds.
    static func clock(_ date: Date, zone: TimeZone) -> String { Parts(date, zone).time }

    /// `Sat 21 Nov 09:40–10:20`; with the second day where that is another one.
    static func span(_ from: Date, _ to: Date, zone: TimeZone, now: Date) -> String {
        let start = short(from, zone: zone, now: now)
        guard short(to, zone: zone, now: now) != start else { return start }
        let isOneDay = Parts(from, zone).isoDay == Parts(to, zone).isoDay
        return "\(start)–\(isOneDay ? clock(to, zone: zone) : short(to, zone: zone, now: now))"
    }

    /// `09:40:12`: the time of day in a zone.
    static func time(_ date: Date, zone: TimeZone) -> String {
        let seconds = calendar(zone).component(.second, from: date)
        return "\(Parts(date, zone).time):\(seconds < 10 ? "0" : "")\(seconds)"
    }

    /// `Sat 2026-11-21 09:40 Europe/Berlin (08:40 UTC)`: what was understood of a moment.
    static func understood(_ date: Date, zone: TimeZone) -> String {
        let (local, utc) = (Parts(date, zone), Parts(date, .gmt))
        let text = "\(local.weekday) \(local.isoDay) \(local.time) \(zone.identifier)"
        guard zone.secondsFromGMT(for: date) != 0 else { return text }
        return text + (utc.isoDay == local.isoDay ? " (\(utc.time) UTC)" : " (\(utc.isoDay) \(utc.time) UTC)")
    }

    /// A date in the words of a zone.
    private struct Parts {
        let year: Int
        let month: Int
        let day: Int
        let weekday: String
        let time: String

        init(_ date: Date, _ zone: TimeZone) {
            let parts = calendar(zone).dateComponents([.year, .month, .day, .weekday, .hour, .minute], from: date)
            (year, month, day) = (parts.year ?? 0, parts.month ?? 1, parts.day ?? 1)
            weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][(parts.weekday ?? 1) - 1]
            time = "\(Self.two(parts.hour ?? 0)):\(Self.two(parts.minute ?? 0))"
        }

        var monthName: String {
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
        }
        var isoDay: String { "\(year)-\(Self.two(month))-\(Self.two(day))" }

        private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    }
}
