import Foundation

/// What a timeline shows, in a few sentences: what is usual, what was not, and which points exist.
struct TimelineSentence {
    private let timeline: Timeline
    private let ages: PointAges
    private let zone: TimeZone
    private let now: Date

    init(_ timeline: Timeline, ages: PointAges, zone: TimeZone, now: Date) {
        (self.timeline, self.ages, self.zone, self.now) = (timeline, ages, zone, now)
    }

    var text: String { [usual, unusual, points].compactMap(\.self).joined(separator: " ") }

    private var usual: String {
        guard let files = timeline.usualFilesAnHour else { return "Usually nothing changes." }
        return "Usually up to \(Measures.count(files)) \(files == 1 ? "file" : "files") an hour."
    }

    /// The greatest of the marked changes, and how many others there are.
    private var unusual: String? {
        guard let greatest = timeline.greatest else { return nil }
        var text = "\(when(greatest)), \(greatest.text)."
        if greatest.points != nil { text += " Last point before: \(start(of: greatest))." }
        let others = timeline.notable.count - 1
        guard others > 0 else { return text }
        return text + " \(others.counted("other change")) \(others == 1 ? "is" : "are") marked below."
    }

    private func isWithinOneDay(_ change: Timeline.Notable) -> Bool { day(change.from) == day(change.to) }

    private func start(of change: Timeline.Notable) -> String {
        isWithinOneDay(change)
            ? Moments.clock(change.from, zone: zone) : Moments.short(change.from, zone: zone, now: now)
    }

    private func when(_ change: Timeline.Notable) -> String {
        guard isWithinOneDay(change) else {
            return "Between \(start(of: change)) and \(Moments.short(change.to, zone: zone, now: now))"
        }
        let end = Moments.clock(change.to, zone: zone)
        return change.from == change.to
            ? "On \(day(change.to)) at \(end)" : "On \(day(change.to)) between \(start(of: change)) and \(end)"
    }

    private func day(_ date: Date) -> String { Moments.day(date, zone: zone, now: now) }

    private var points: String? {
        let parts = [
            ages.frequentSince.map { "every ten minutes since \(day($0))" },
            ages.weeklySince.map { "weekly since \(day($0))" },
        ].compactMap(\.self)
        guard !parts.isEmpty else { return "There is no restore point yet." }
        let exist = "Points exist \(parts.joined(separator: " and "))"
        guard let missed = timeline.missed else { return exist + "." }
        let (first, last) = (day(missed.first), day(missed.last))
        let when = first == last ? "on \(first)" : "between \(first) and \(last)"
        return "\(exist); \(missed.count) \(missed.count == 1 ? "was" : "were") missed \(when)."
    }
}
