import SampleData
import Foundation

@testable import Catalog

/// Conditions and orders once more, over values in memory and without SQL.
enum Naive {
    /// A record's values by column.
    static func row<Record: CatalogRecord>(_ record: Record) -> [String: SQLValue] {
        var row = Dictionary(uniqueKeysWithValues: zip(Record.table.columnNames, Record.table.values(of: record)))
        for (name, value) in row { row.merge(inside(name, value)) { first, _ in first } }
        return row
    }

    /// The texts inside of a column that holds a JSON object, by their paths.
    private static func inside(_ name: String, _ value: SQLValue) -> [String: SQLValue] {
        guard case .text(let text) = value, text.hasPrefix("{"),
            let object = try? JSONSerialization.jsonObject(with: Data(text.utf8))
        else { return [:] }
        return texts(name, object)
    }

    private static func texts(_ path: String, _ value: Any) -> [String: SQLValue] {
        if let text = value as? String { return [path: .text(text)] }
        let members = value as? [String: Any] ?? [:]
        return members.reduce(into: [:]) { found, member in
            found.merge(texts("\(path)/\(member.key)", member.value)) { first, _ in first }
        }
    }

    /// Whether a condition holds. `others` are the rows that `related` looks at, `counted`
    /// those that `count` counts.
    static func holds(
        _ predicate: RowPredicate, _ row: [String: SQLValue], others: [[String: SQLValue]] = [],
        counted: [[String: SQLValue]] = []
    ) -> Bool {
        switch predicate {
        case .true: true
        case .false: false
        case .compare(let column, let comparison, let value): holds(row[column] ?? .null, comparison, value)
        case .oneOf(let column, let values): values.contains(row[column] ?? .null)
        case .text(let column, let match, let text):
            text.isEmpty ? row[column] ?? .null != .null : holds(row[column] ?? .null, match, text)
        case .contains(let column, let text):
            if case .text(let whole)? = row[column] {
                text.isEmpty || holds(.text(whole), .substring, text)
            } else {
                false
            }
        case .hasFlags(let column, let flags):
            if case .integer(let number)? = row[column] { Int(number) & flags == flags } else { false }
        case .and(let parts): parts.allSatisfy { holds($0, row, others: others, counted: counted) }
        case .or(let parts): parts.contains { holds($0, row, others: others, counted: counted) }
        case .not(let part): !holds(part, row, others: others, counted: counted)
        case .count(let count, let comparison, let number):
            holds(
                .integer(Int64(counted.count { $0[count.column] == row["id"] && holds(count.condition, $0) })),
                comparison, .integer(number))
        case .related(let column, _, let part, _): others.contains { $0["id"] == row[column] && holds(part, $0) }
        }
    }

    private static func holds(_ left: SQLValue, _ comparison: Comparison, _ right: SQLValue) -> Bool {
        if comparison == .equal { return left == right }
        if comparison == .notEqual { return left != right }
        guard left != .null, right != .null else { return false }
        return switch comparison {
        case .less: isLess(left, right)
        case .lessOrEqual: !isLess(right, left)
        case .greater: isLess(right, left)
        case .greaterOrEqual: !isLess(left, right)
        case .equal, .notEqual: false
        }
    }

    private static func holds(_ value: SQLValue, _ match: RowPredicate.TextMatch, _ text: String) -> Bool {
        guard case .text(let whole) = value else { return false }
        let (bytes, part) = (folded(whole), folded(text))
        return switch match {
        case .prefix: bytes.starts(with: part)
        case .suffix: bytes.reversed().starts(with: part.reversed())
        case .substring: bytes.indices.contains { bytes[$0...].starts(with: part) }
        }
    }

    /// Bytes with ASCII letters in lower case.
    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
    }

    /// Null first, then numbers by size and texts by their bytes.
    static func isLess(_ left: SQLValue, _ right: SQLValue) -> Bool {
        switch (left, right) {
        case (.null, .null): false
        case (.null, _): true
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        default: false
        }
    }

    /// Rows in an order whose last column is the id.
    static func sorted<Record: CatalogRecord>(_ records: [Record], by order: [Query<Record>.Order]) -> [Record] {
        records.sorted { left, right in
            let (left, right) = (row(left), row(right))
            for order in order {
                let (a, b) = (left[order.column] ?? .null, right[order.column] ?? .null)
                if isLess(a, b) { return order.isAscending }
                if isLess(b, a) { return !order.isAscending }
            }
            return false
        }
    }
}

/// Units with few distinct values and many missing ones, so that ties and nulls are everywhere.
enum RandomUnits {
    static let names: [String?] = [
        nil, "", "Ada", "ada", "ADA L", "a_b", "a%b", "a\\b", "axb", "Zoë", "zoË", "50%\u{301}", "'quoted'",
        "\u{301}first", "Caf\u{e9}", "Cafe\u{301}", "\u{212a}", "K", "\u{ffff}", "\u{10000}", "a\u{378}",
    ]
    static let policies = ["p1", "p2", "p3"]

    static func policyRecords() -> [ProtectionPolicy] {
        policies.enumerated().map { number, id in
            ProtectionPolicy(
                id: id, workload: .oneDriveForBusiness, displayName: ["Ada", "b", "C"][number],
                status: [.active, .inactive, .updating][number], retentionDays: 30 * number,
                createdDateTime: Sample.moment)
        }
    }

    private static func identity(_ random: inout SeededGenerator) -> IdentitySet {
        IdentitySet(
            application: Identity(id: random.choice(["p1", ""])),
            user: Identity(id: random.choice(["p1", "x\"y"]), displayName: random.choice(names)))
    }

    static func unit(_ number: Int, _ random: inout SeededGenerator) -> ProtectionUnit {
        ProtectionUnit(
            id: String(random.next(), radix: 16) + "-\(number)", workload: random.choice(Workload.allCases),
            sourceId: "source-\(number)", status: random.choice(ProtectionUnitStatus.allCases),
            protectionSources: ProtectionSources(rawValue: random.number(below: 4)),
            createdDateTime: Sample.later(Double(random.number(below: 4)))
        ).with {
            $0.policyId = random.choice(policies + [nil, nil])
            $0.displayName = random.choice(names)
            $0.email = random.choice(names)
            $0.nextBackupDateTime = random.choice([nil, Sample.later(0), Sample.later(1), Sample.later(-4_000_000_000)])
            $0.createdBy = random.choice([nil, IdentitySet(), identity(&random)])
        }
    }
}
