import Catalog
import Foundation

/// Columns of changes over time, as rows and words for people.
struct Timeline {
    /// A change that is marked.
    struct Notable {
        let from: Date
        let to: Date
        let share: Double
        /// The last point before it, and the first after it; nil where there is none before.
        let points: (before: String, after: String)?
        let text: String

        init?(_ entity: JSONValue) {
            guard let to = entity.date("to") else { return nil }
            (self.to, from) = (to, entity.date("from") ?? to)
            share = entity.double("share") ?? 0
            points = entity.text("pointBefore").flatMap { before in
                entity.text("pointAfter").map { (before, $0) }
            }
            text = entity.text("text") ?? ""
        }
    }

    let notable: [Notable]
    private let start: Date
    private let seconds: Double
    private let columns: [String: [JSONValue]]

    /// The most parts that the API divides a time into.
    static let maximumBuckets = 600

    init(_ series: JSONValue) {
        start = series.date("start") ?? Date(timeIntervalSince1970: 0)
        seconds = max(1, series.double("bucketSeconds") ?? 600)
        notable = series.list("notable").compactMap(Notable.init)
        let names = [
            "added", "changed", "removed", "replaced", "files", "storedBytes", "maxShare", "points", "missed", "flags",
        ]
        columns = Dictionary(uniqueKeysWithValues: names.map { ($0, series.list($0)) })
    }

    /// The greatest of the marked changes.
    var greatest: Notable? { notable.max { $0.share < $1.share } }

    var count: Int { columns["added"]?.count ?? 0 }

    func value(_ column: String, _ place: Int) -> Int {
        guard let values = columns[column], values.indices.contains(place) else { return 0 }
        return values[place].int ?? 0
    }

    func moment(_ place: Int) -> Date { start.addingTimeInterval(Double(place) * seconds) }

    /// Files that were added, changed, removed or replaced; one that was replaced counts once.
    func touched(_ place: Int) -> Int {
        let parts = ["added", "changed", "removed"].map { value($0, place) }
        return parts.reduce(0, +) - min(value("replaced", place), parts[0], parts[2])
    }

    private func place(of date: Date) -> Int { Int((date.timeIntervalSince(start) / seconds).rounded(.down)) }

    private var notablePlaces: Set<Int> { Set(notable.map { place(of: $0.to) }) }

    // MARK: Rows

    /// The parts in which anything changed. One with a marked change has its own row, with the
    /// moment of that change; others say from when to when anything changed.
    /// - Parameter parts: how many there are at most.
    func table(_ session: ServerSession, parts: Int) -> Table {
        var table = Table("time", "added#", "changed#", "removed#", "replaced#", "files#", "stored#", "share")
        let (size, marked) = (max(1, (count + parts - 1) / parts), notablePlaces)
        for first in stride(from: 0, to: count, by: size) {
            var quiet: [Int] = []
            for place in first..<min(count, first + size) where touched(place) > 0 {
                if marked.contains(place) {
                    if !quiet.isEmpty { table.rows.append(row(quiet, session)) }
                    quiet = []
                    table.rows.append(row([place], session))
                } else {
                    quiet.append(place)
                }
            }
            if !quiet.isEmpty { table.rows.append(row(quiet, session)) }
        }
        return table
    }

    private func row(_ places: [Int], _ session: ServerSession) -> [String] {
        let counts = ["added", "changed", "removed", "replaced"].map { column in
            Measures.count(places.reduce(0) { $0 + value(column, $1) })
        }
        let stored = places.reduce(0) { $0 + value("storedBytes", $1) }
        let last = places[places.count - 1]
        return [label(places, session)] + counts
            + [Measures.count(value("files", last)), Measures.size(stored), bar(places)]
    }

    private func label(_ places: [Int], _ session: ServerSession) -> String {
        let (first, last) = (places[0], places[places.count - 1])
        let marked = notable.filter { place(of: $0.to) == first }.map(\.to)
        if places.count == 1, let moment = marked.max() { return session.moment(moment) }
        let end = moment(last + 1)
        return Moments.span(moment(first), min(end, session.now), zone: session.zone, now: session.now)
    }

    /// The greatest share of files that one point changed.
    private func bar(_ places: [Int]) -> String {
        let shares = places.compactMap { place in
            columns["maxShare"].flatMap { $0.indices.contains(place) ? $0[place].double : nil }
        }
        guard let share = shares.max(), share > 0 else { return "" }
        let percent = "\(Int((share * 100).rounded())) %"
        let padding = String(repeating: " ", count: max(0, 5 - percent.count))
        return padding + percent + " " + String(repeating: "█", count: max(1, Int((share * 10).rounded())))
    }

    /// What was unusual, in the server's words.
    func notableLines(_ session: ServerSession) -> [String] {
        guard !notable.isEmpty else { return [] }
        return ["", "unusual:"]
            + notable.map { change in
                let span = Moments.span(change.from, change.to, zone: session.zone, now: session.now)
                return "  ▲ \(span)  \(change.text)"
            }
    }

    // MARK: What is usual

    /// The number of files that change in a busy hour (the 95th percentile of the hours in which
    /// anything does), without marked changes and without the first point, in which all is new.
    var usualFilesAnHour: Int? {
        let marked = notablePlaces
        var hours: [Int: Int] = [:]
        for place in 0..<count where touched(place) > 0 && !marked.contains(place) && !isFirst(place) {
            let hour = Int((moment(place).timeIntervalSince1970 / 3600).rounded(.down))
            // A part that is longer than an hour is spread evenly.
            hours[hour, default: 0] += seconds > 3600 ? Int(Double(touched(place)) * 3600 / seconds) : touched(place)
        }
        let sorted = hours.values.sorted()
        return sorted.isEmpty ? nil : sorted[min(sorted.count - 1, Int(Double(sorted.count) * 0.95))]
    }

    private func isFirst(_ place: Int) -> Bool { value("flags", place) & Self.firstFlag != 0 }

    /// The flag of a part in which the first snapshot was taken.
    private static let firstFlag = ChangeFlags.first.rawValue

    /// How many points were missed, and between which parts.
    var missed: (count: Int, first: Date, last: Date)? {
        let places = (0..<count).filter { value("missed", $0) > 0 }
        guard let first = places.first, let last = places.last else { return nil }
        return (places.reduce(0) { $0 + value("missed", $1) }, moment(first), moment(last))
    }
}
