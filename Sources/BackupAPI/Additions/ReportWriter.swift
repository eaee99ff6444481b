import Foundation
import OData
import ProtectionService

/// Writes reports as text.
struct ReportWriter: Sendable {
    /// The value of `$format`.
    static let csv = "csv"

    typealias Sink = ([UInt8]) async throws -> Void

    private let report: Report
    private let made: Date
    private let tenantID: String

    init(_ report: Report, made: Date, tenantID: String) {
        (self.report, self.made, self.tenantID) = (report, made, tenantID)
    }

    /// The name of the file, with the day.
    func fileName(_ ending: String) -> String {
        "holdfast-\(report.kind)-\(DateTimeOffset.text(made).prefix(10)).\(ending)"
    }

    // MARK: JSON

    /// Writes one object: what the report says of itself, and its rows, each an object.
    func json(_ write: Sink) async throws {
        var head = JSONWriter()
        head.beginObject()
        for (name, text) in [("kind", report.kind), ("title", report.title), ("tenantId", tenantID)] {
            head.name(name)
            head.string(text)
        }
        head.name("createdDateTime")
        head.string(DateTimeOffset.text(made))
        for (name, texts) in [("summary", report.summary), ("notCovered", report.notCovered)] {
            head.name(name)
            head.value(.array(texts.map { .string($0) }))
        }
        head.name("columns")
        head.value(.array(report.columns.map { .string($0) }))
        head.name("rows")
        try await write(head.bytes + Array("[".utf8))
        var isFirst = true
        try await report.rows { rows in
            var text: [UInt8] = []
            for row in rows {
                text += isFirst ? Array("\n".utf8) : Array(",\n".utf8)
                isFirst = false
                text += object(row)
            }
            try await write(text)
        }
        try await write(Array("\n]}\n".utf8))
    }

    /// A row; cells without a value are left out.
    private func object(_ row: Report.Row) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in zip(report.columns, row) where value != .none {
            writer.name(name)
            switch value {
            case .none: writer.null()
            case .text(let text): writer.string(text)
            case .number(let number): writer.int(Int64(number))
            case .moment(let date): writer.string(DateTimeOffset.text(date))
            case .flag(let flag): writer.bool(flag)
            }
        }
        writer.endObject()
        return writer.bytes
    }

    // MARK: CSV

    /// Writes the table alone: a line of names, then the rows. Source: RFC 4180. The mark at the
    /// beginning tells spreadsheets that it is UTF-8.
    func csv(_ write: Sink) async throws {
        try await write(Array(("\u{feff}" + Self.line(report.columns)).utf8))
        try await report.rows { rows in
            try await write(Array(rows.map { Self.line($0.map(Self.text)) }.joined().utf8))
        }
    }

    private static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    private static func text(_ value: ReportValue) -> String {
        switch value {
        case .none: ""
        case .text(let text): guarded(text)
        case .number(let number): String(number)
        case .moment(let date): DateTimeOffset.text(date)
        case .flag(let flag): String(flag)
        }
    }

    /// A text that a spreadsheet would take for a formula gets a quote in front: names come from
    /// whoever owns a file or an account.
    private static func guarded(_ text: String) -> String {
        guard let first = text.unicodeScalars.first, ["=", "+", "-", "@", "\t", "\r"].contains(first) else {
            return text
        }
        return "'" + text
    }

    private static func cell(_ text: String) -> String {
        text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
            ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
}
