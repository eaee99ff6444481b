import Foundation

/// A moment as a user names it.
enum Moment: Hashable, Sendable {
    /// A point in time, which is not in the future.
    case at(Date)
    case now
    /// The last moment of each account before an incident hit it.
    case lastClean
    /// Just before an incident, by its id.
    case before(incident: String)
    /// That of a restore point, by its id.
    case point(String)
}

/// Reads moments. It knows no clock and no zone of its own.
struct MomentReader: Sendable {
    let now: Date
    let zone: TimeZone

    /// Reads a moment in any form of the manual.
    /// - Throws: `CommandFailure` that says what a moment looks like, or why this one is none.
    func moment(_ text: String) throws(CommandFailure) -> Moment {
        let words = text.trimmingCharacters(in: .whitespaces)
        if words == "now" { return .now }
        if words == "last-clean" { return .lastClean }
        if let id = words.suffix(after: "before:") { return .before(incident: try name(id, of: "incident", in: text)) }
        if let id = words.suffix(after: "point:") { return .point(try name(id, of: "restore point", in: text)) }
        let date = try date(words, written: text)
        guard date <= now else {
            throw CommandFailure(
                .wrongCommand, "'\(text)' is in the future (\(Moments.utc(date))). Nothing was kept then yet.")
        }
        return .at(date)
    }

    private func name(_ id: String, of kind: String, in text: String) throws(CommandFailure) -> String {
        guard !id.isEmpty else { throw CommandFailure(.wrongCommand, "'\(text)' lacks the id of the \(kind).") }
        return id
    }

    private func date(_ words: String, written text: String) throws(CommandFailure) -> Date {
        if let date = Moments.date(words) { return date }
        if let date = try local(words, written: text) { return date }
        if let date = try ago(words, written: text) { return date }
        throw CommandFailure(
            .wrongCommand,
            """
            '\(text)' is no moment. Write 2026-11-21T09:40Z, "2026-11-21 09:40" (local time), 09:40, "2 hours ago", \
            yesterday, "yesterday 17:00", last-clean, before:<incident>, point:<id> or now.
            """)
    }

    // MARK: Times of the local zone

    /// A time of day, alone or with a day before it.
    private func local(_ words: String, written text: String) throws(CommandFailure) -> Date? {
        let calendar = Moments.calendar(zone)
        let today = calendar.dateComponents([.year, .month, .day], from: now)
        if let time = TimeOfDay(words) {
            guard let date = try date(on: today, at: time, written: text) else { return nil }
            return date <= now ? date : try self.date(on: day(before: today), at: time, written: text)
        }
        let parts = words.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        let named = ["today": today, "yesterday": day(before: today)]
        if words == "yesterday" {
            let time = calendar.dateComponents([.hour, .minute, .second], from: now)
            return try date(on: day(before: today), at: TimeOfDay(time), written: text)
        }
        guard parts.count == 2, let time = TimeOfDay(parts[1]) else {
            if words == "today" || Self.day(words) != nil {
                throw CommandFailure(.wrongCommand, "'\(text)' lacks a time of day: write \"\(words) 09:40\".")
            }
            return nil
        }
        guard let day = named[parts[0]] ?? Self.day(parts[0]) else { return nil }
        guard let date = try date(on: day, at: time, written: text) else {
            throw CommandFailure(.wrongCommand, "There is no day '\(parts[0])'.")
        }
        return date
    }

    /// A day in the form `2026-11-21`; nil for another text.
    private static func day(_ text: String) -> DateComponents? {
        guard let match = text.wholeMatch(of: /(\d{4})-(\d{2})-(\d{2})/) else { return nil }
        return DateComponents(year: Int(match.1), month: Int(match.2), day: Int(match.3))
    }

    private func day(before day: DateComponents) -> DateComponents {
        let calendar = Moments.calendar(zone)
        // Noon, so that no change of clocks leads to another day.
        var noon = day
        noon.hour = 12
        guard let today = calendar.date(from: noon),
            let yesterday = calendar.date(byAdding: .day, value: -1, to: today)
        else { return day }
        return calendar.dateComponents([.year, .month, .day], from: yesterday)
    }

    /// A time on a day; of two that a change of clocks makes equal, the first.
    /// - Returns: nil where there is no such day.
    /// - Throws: where the clocks left out that time.
    private func date(
        on day: DateComponents, at time: TimeOfDay, written text: String
    ) throws(CommandFailure) -> Date? {
        var wanted = day
        (wanted.hour, wanted.minute, wanted.second) = (time.hour, time.minute, time.second)
        let calendar = Moments.calendar(zone)
        guard let date = calendar.date(from: wanted) else { return nil }
        let found = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        guard found.month == day.month, found.day == day.day else { return nil }
        guard found.hour == time.hour, found.minute == time.minute else {
            throw CommandFailure(
                .wrongCommand, "'\(text)' does not exist in \(zone.identifier): the clocks left it out.")
        }
        let hourBefore = date.addingTimeInterval(-3600)
        let before = calendar.dateComponents([.day, .hour, .minute], from: hourBefore)
        return before.hour == time.hour && before.day == day.day ? hourBefore : date
    }

    // MARK: How long ago

    /// `2 hours ago`, `1 day ago`.
    private func ago(_ words: String, written text: String) throws(CommandFailure) -> Date? {
        guard let match = words.wholeMatch(of: /(\d{1,6}|an?) +([a-z]+) +ago/) else { return nil }
        let number = Int(match.1) ?? 1
        let names: [String: Calendar.Component] = [
            "second": .second, "minute": .minute, "hour": .hour, "day": .day, "week": .weekOfYear, "month": .month,
            "year": .year,
        ]
        let unit = String(match.2)
        guard let component = names[unit.hasSuffix("s") ? String(unit.dropLast()) : unit] else {
            let guess = NearestWord.guess(unit, among: names.keys.map { $0 + "s" })
            throw CommandFailure(.wrongCommand, "'\(text)': there is no unit of time '\(unit)'.\(guess)")
        }
        return Moments.calendar(zone).date(byAdding: component, value: -number, to: now)
    }
}

/// A time of day in the form `09:40` or `09:40:30`.
private struct TimeOfDay {
    let hour: Int
    let minute: Int
    let second: Int

    init?(_ text: String) {
        guard let match = text.wholeMatch(of: /(\d{1,2}):(\d{2})(?::(\d{2}))?/), let hour = Int(match.1),
            let minute = Int(match.2), hour < 24, minute < 60
        else { return nil }
        let second = match.3.flatMap { Int($0) } ?? 0
        guard second < 60 else { return nil }
        (self.hour, self.minute, self.second) = (hour, minute, second)
    }

    init(_ components: DateComponents) {
        (hour, minute, second) = (components.hour ?? 0, components.minute ?? 0, components.second ?? 0)
    }
}

extension String {
    /// What follows a beginning; nil where the text begins otherwise.
    fileprivate func suffix(after beginning: String) -> String? {
        hasPrefix(beginning) ? String(dropFirst(beginning.count)) : nil
    }
}
