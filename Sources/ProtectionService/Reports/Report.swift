public import Foundation

/// A table for people outside of the portal: what it says of itself, and rows that are read while
/// they are written, so that a report of a hundred thousand accounts takes no memory.
public struct Report: Sendable {
    /// One line of the table: a value for each column.
    public typealias Row = [ReportValue]

    /// What it reports, in a word that is part of the file's name.
    public var kind: String
    public var title: String
    /// What the rows come to, in sentences.
    public var summary: [String]
    /// What it says nothing about.
    public var notCovered: [String]
    /// The columns' names, each once.
    public var columns: [String]
    /// Hands over the rows in order, some at a time.
    public var rows: @Sendable (_ take: ([Row]) async throws -> Void) async throws -> Void

    package init(
        kind: String, title: String, summary: [String], notCovered: [String], columns: [String],
        rows: @escaping @Sendable (_ take: ([Row]) async throws -> Void) async throws -> Void
    ) {
        (self.kind, self.title, self.summary, self.notCovered) = (kind, title, summary, notCovered)
        (self.columns, self.rows) = (columns, rows)
    }
}

/// What stands in a cell.
public enum ReportValue: Sendable, Hashable {
    case none
    case text(String)
    case number(Int)
    case moment(Date)
    case flag(Bool)

    init(_ text: String?) { self = text.map { .text($0) } ?? .none }
    init(_ number: Int?) { self = number.map { .number($0) } ?? .none }
    init(_ moment: Date?) { self = moment.map { .moment($0) } ?? .none }
}

/// The columns of a report, declared once, each with its value of a record.
struct ReportTable<Record> {
    private let declared: [(name: String, value: @Sendable (Record) -> ReportValue)]

    init(_ declared: [(name: String, value: @Sendable (Record) -> ReportValue)]) { self.declared = declared }

    var columns: [String] { declared.map(\.name) }

    func row(_ record: Record) -> Report.Row { declared.map { $0.value(record) } }
}

/// Reports on what is protected, who may do what and did it, and what a restore came to.
public struct ReportOperations: OperationGroup {
    package let context: ServiceContext

    /// How many rows are read at once.
    static let rowsAtOnce = 500
}

extension ServiceContext {
    public var reports: ReportOperations { ReportOperations(context: self) }
}
