import ArgumentParser
import Foundation

/// How a command prints its answer.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the answer as JSON.")
    var json = false

    @Flag(help: "Leave out the heads of tables.")
    var noHeads = false

    @Flag(help: "Print without colour and bold type.")
    var noColor = false

    private var hasStyle: Bool {
        !noColor
            && Terminal.hasStyle(
                environment: ProcessInfo.processInfo.environment, isTerminal: Terminal.outputIsTerminal)
    }

    func bold(_ text: String) -> String { hasStyle ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    /// Prints a table fitted to the terminal, or separated by tabs.
    func show(_ table: Table, width: Int? = Terminal.width) {
        for line in table.lines(width: width, hasHeads: !noHeads, bold: bold) { print(line) }
    }

    /// Names the command that one would want next, where a person reads.
    func next(_ text: String) {
        if Terminal.outputIsTerminal, !json { Diagnostics.line(text) }
    }
}

/// Which entries and columns a list shows.
struct ListOptions: ParsableArguments {
    @Option(help: "The columns to show, joined with commas, such as name,state.")
    var columns: String?

    @Option(parsing: .unconditional, help: "The column to sort by; a hyphen before it turns the order round.")
    var sort: String?

    @Option(help: "How many entries to show at most. Without it: 20 on a terminal, else all.")
    var limit: Int?

    @Flag(help: "Show all entries, however many.")
    var all = false

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit must be at least 1, not \(limit).") }
        if all, limit != nil { throw ValidationError("--all and --limit exclude each other: give one of them.") }
    }

    /// How many entries are shown; nil for all.
    var shown: Int? { all ? nil : limit ?? (Terminal.outputIsTerminal ? 20 : nil) }

    /// How many entries must be fetched; nil for all, because sorting needs them.
    var fetched: Int? { sort == nil ? shown : nil }
}

/// What a list shows of each entry.
struct Listing: Sendable {
    struct Column: Sendable {
        let name: String
        var isNumber = false
        /// The member by which the column sorts.
        let member: String
        let text: @Sendable (JSONValue) -> String
    }

    /// What one entry is, as the JSON output names it.
    let type: String
    let columns: [Column]

    /// Prints entries as the options say.
    /// - Parameter hasMore: whether the server has more than were fetched.
    func print(_ entries: [JSONValue], hasMore: Bool, list: ListOptions, output: OutputOptions) throws {
        let shown = try shown(entries, list)
        if output.json {
            JSONOutput.print(.array(shown.map { JSONOutput.document(type, $0) }))
        } else {
            var table = Table(try chosen(list.columns).map { Table.Column(name: $0.name, isNumber: $0.isNumber) })
            table.rows = try rows(entries, list: list)
            output.show(table)
        }
        if hasMore || shown.count < entries.count {
            let more = hasMore ? "more" : "\(entries.count - shown.count) more"
            Diagnostics.line("… \(more): --limit or --all shows them.")
        }
    }

    /// The cells of the entries that are shown.
    func rows(_ entries: [JSONValue], list: ListOptions) throws -> [[String]] {
        let chosen = try chosen(list.columns)
        return try shown(entries, list).map { entry in chosen.map { $0.text(entry) } }
    }

    private func shown(_ entries: [JSONValue], _ list: ListOptions) throws -> [JSONValue] {
        let sorted = try sorted(entries, by: list.sort)
        return list.shown.map { Array(sorted.prefix($0)) } ?? sorted
    }

    private func chosen(_ names: String?) throws -> [Column] {
        guard let names else { return columns }
        return try names.split(separator: ",").map { try column(String($0)) }
    }

    private func column(_ name: String) throws -> Column {
        let wanted = name.trimmingCharacters(in: .whitespaces)
        if let column = columns.first(where: { $0.name == wanted || $0.member == wanted }) { return column }
        throw CommandFailure(
            .wrongCommand,
            "There is no column '\(name)'. The columns are: \(columns.map(\.name).joined(separator: ", ")).")
    }

    private func sorted(_ entries: [JSONValue], by order: String?) throws -> [JSONValue] {
        guard let order else { return entries }
        let isDescending = order.hasPrefix("-")
        let member = try column(isDescending ? String(order.dropFirst()) : order).member
        let sorted = entries.enumerated().sorted { first, second in
            let (a, b) = (first.element[member], second.element[member])
            if Self.isBefore(a, b) { return !isDescending }
            if Self.isBefore(b, a) { return isDescending }
            return first.offset < second.offset
        }
        return sorted.map(\.element)
    }

    /// Numbers by size, texts by their letters, what is missing last.
    private static func isBefore(_ first: JSONValue?, _ second: JSONValue?) -> Bool {
        guard let first, !first.isNull else { return false }
        guard let second, !second.isNull else { return true }
        if let a = first.double ?? first.int.map(Double.init), let b = second.double ?? second.int.map(Double.init) {
            return a < b
        }
        return (first.text ?? first.line) < (second.text ?? second.line)
    }
}
