import Catalog
import Foundation
import OData

/// A list of rows. A checked filter becomes a condition with parameters, and each page continues
/// after a key, so that no page loses or repeats an entry.
struct RowList<Record: CatalogRecord> {
    let catalog: CatalogStore
    /// The column that orders the list where the client names none; the id breaks ties.
    let defaultOrder: String
    /// Whether that order is descending.
    var newestFirst = false
    /// The places of properties that are not columns of the same name.
    var places = RowPlaces()
    /// The columns besides the default one whose order an index provides under every condition of
    /// the list. Other orders are limited to the number of rows that can be sorted for each page.
    var indexed: Set<String> = []
    /// The most rows that are sorted for a page where no index has their order.
    var maximumSortedRows = 10_000

    /// One page of the rows that fit `base` and the client's filter.
    func page(
        _ context: RequestContext<APICaller>, where base: RowPredicate = .true
    ) async throws -> (rows: [Record], next: String?, count: Int?) {
        var parts = [base]
        if let filter = context.options.filter { parts.append(try places.predicate(filter)) }
        let order = try order(context)
        var query = Query<Record>(where: .and(parts), order: order ?? [.init(defaultOrder, ascending: !newestFirst)])
        if let order, !isIndexed(order) { try await requireSortable(query) }
        let count = context.options.counts ? try await catalog.count(query) : nil
        guard context.pageSize > 0 else { return ([], nil, count) }
        query.after = try context.position.map(Self.key)
        query.offset = context.options.skip ?? 0
        query.limit = context.pageSize + 1
        var rows = try await catalog.page(query)
        guard rows.count > context.pageSize else { return (rows, nil, count) }
        rows.removeLast()
        return (rows, try rows.last.map { try Self.position(query.key(of: $0)) }, count)
    }

    /// The columns of `$orderby`; nil where it is not given.
    private func order(_ context: RequestContext<APICaller>) throws(ODataError) -> [Query<Record>.Order]? {
        guard !context.options.orderBy.isEmpty else { return nil }
        let known = context.model.properties(of: context.path.type, in: context.version)
        var order: [Query<Record>.Order] = []
        for item in context.options.orderBy {
            // In a list of several types other rows lack the property, and no
            // index has their order.
            guard known.contains(where: { $0.name == item.property.names.first }) else {
                throw .badRequest(
                    """
                    Only a list of one type that has '\(item.property.names.joined(separator: "/"))' can be \
                    ordered by it.
                    """,
                    target: "$orderby")
            }
            guard let column = try places.orderColumn(of: item.property) else { continue }
            order.append(.init(column, ascending: !item.isDescending))
        }
        return order
    }

    private func isIndexed(_ order: [Query<Record>.Order]) -> Bool {
        guard let first = order.first else { return true }
        let rest = order.dropFirst()
        return (indexed.contains(first.column) || first.column == defaultOrder)
            && (rest.isEmpty
                || (rest.count == 1 && rest.first?.column == "id" && rest.first?.isAscending == first.isAscending))
    }

    private func requireSortable(_ query: Query<Record>) async throws {
        guard try await catalog.read({ try $0.count(query, upTo: maximumSortedRows + 1) }) > maximumSortedRows else {
            return
        }
        throw ODataError.badRequest(
            """
            More than \(maximumSortedRows) entries cannot be ordered so; choose fewer with $filter, or another \
            $orderby.
            """,
            target: "$orderby")
    }

    /// A row's place in the order, as text for a token: each value with a letter for its kind.
    private static func position(_ key: [SQLValue]) throws -> String {
        let texts = key.map { value in
            switch value {
            case .null: "n"
            case .integer(let number): "i\(number)"
            case .real(let number): "r\(number)"
            case .text(let text): "t\(text)"
            case .blob(let bytes): "b\(Data(bytes).base64EncodedString())"
            }
        }
        return String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
    }

    private static func key(_ position: String) throws(ODataError) -> [SQLValue] {
        guard let texts = try? JSONDecoder().decode([String].self, from: Data(position.utf8)) else {
            throw ODataError.badRequest("The skip token is not valid.")
        }
        return texts.map { text in
            // Scalars, because a combining mark at the beginning would join the letter before it.
            let rest = String(text.unicodeScalars.dropFirst())
            return switch text.unicodeScalars.first {
            case "i": Int64(rest).map { .integer($0) } ?? .null
            case "r": Double(rest).map { .real($0) } ?? .null
            case "t": .text(rest)
            case "b": Data(base64Encoded: rest).map { .blob([UInt8]($0)) } ?? .null
            default: .null
            }
        }
    }
}

extension RowList where Record: Identifiable, Record.ID == String {
    /// One page of the rows as the API answers it.
    func answer(_ context: RequestContext<APICaller>, where base: RowPredicate = .true) async throws -> Page<Record> {
        let page = try await page(context, where: base)
        return Page(page.rows, nextPosition: page.next, count: page.count)
    }
}
