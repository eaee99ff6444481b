import Catalog
import Foundation
import OData

/// Lists of rows: a checked filter becomes a condition with parameters, and pages go on by key, so that none loses or repeats an entry.
struct RowList<Record: CatalogRecord> {
    let catalog: CatalogStore
    /// The column whose order holds where the client names none; the id follows by itself.
    let defaultOrder: String
    /// Whether that order is descending.
    var newestFirst = false
    /// Where properties lie that are no columns of their own name.
    var places = RowPlaces()

    /// One page of the rows that fit `base` and the client's filter.
    func page(_ context: RequestContext<APICaller>, where base: RowPredicate = .true) async throws -> (rows: [Record], next: String?, count: Int?) {
        var parts = [base]
        if let filter = context.options.filter { parts.append(try places.predicate(filter)) }
        let order = context.options.orderBy.map { Query<Record>.Order(places.column(of: $0.property), ascending: !$0.isDescending) }
        var query = Query<Record>(where: .and(parts), order: order.isEmpty ? [.init(defaultOrder, ascending: !newestFirst)] : order)
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
            let rest = String(text.dropFirst())
            return switch text.first {
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
