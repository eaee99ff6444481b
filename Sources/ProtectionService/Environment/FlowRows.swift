package import Catalog
package import ProtectionRules

/// Moves the statuses of many rows, each as its flow says, within one transaction.
package struct FlowRows {
    private let rows: CatalogWriter

    package init(_ rows: CatalogWriter) { self.rows = rows }

    /// Applies an event to every row for which a condition holds and which it moves.
    /// - Parameter values: columns that the moved rows get besides.
    /// - Returns: the number of rows moved.
    @discardableResult
    package func move<Record: FlowRecord>(
        _: Record.Type, where predicate: RowPredicate, _ event: Record.Status.Event,
        set values: [String: SQLValue] = [:]
    ) throws -> Int {
        var moved = 0
        for status in Record.Status.allCases {
            guard let next = status.after(event), next != status else { continue }
            var values = values
            values["status"] = next.sqlValue
            moved += try rows.update(Record.self, where: .and([predicate, .equal("status", status)]), set: values)
        }
        return moved
    }
}
