import Texts

/// A page of a list inside another answer.
struct InlinePage: Sendable {
    /// The entities in order.
    var entities: [InlineEntity]
    /// Where the next page begins; nil on the last one.
    var nextPosition: String?
    /// All matches, where `$count` asked for them.
    var count: Int?
}

extension ODataService {
    /// Declares that `$expand=navigation` shows the first page of each owner's own list, with that
    /// list's permissions, options and order, and with a link to its next page.
    ///
    /// - Parameter collection: the path of the owners, such as
    ///   `solutions/backupRestore/restoreSessions`, below which the list is registered.
    public mutating func expand<Owner>(
        _ navigation: String, of owner: EntityType<Owner>, listedBelow collection: String
    ) {
        let declared = owner.description.navigations.first { $0.name == navigation }
        precondition(declared?.isCollection == true, "\(owner.name) has no collection \(navigation).")
        precondition(
            resources["\(collection)/\(navigation)"]?.handlers[.list] != nil, "\(collection) has no list \(navigation)."
        )
        expansions["\(owner.name)/\(navigation)"] = Expansion(ownerType: owner.name) { owners, item, context, service in
            var values: [String: ExpandedValue] = [:]
            for owner in owners.compactMap({ $0 as? Owner }) {
                values[owner.id] = try await service.firstPage(
                    below: "\(collection)/\(PercentEncoding.encode(owner.id, allowing: ",="))", item, context)
            }
            return values
        }
    }

    /// The first page that a GET of the list would answer, with the outer request's preferences.
    private func firstPage(
        below owner: String, _ item: ExpandItem, _ context: RequestContext<Caller>
    ) async throws -> ExpandedValue {
        var request = context.request
        (request.method, request.body) = ("GET", [])
        let cast = item.cast.map { "/\(model.namespace).\($0)" } ?? ""
        request.rawPath = "/\(model.root.path(of: context.version))/\(owner)/\(item.navigation.name)\(cast)"
        request.rawQuery = item.written.sorted { $0.key < $1.key }.map {
            "$\($0.key)=\(PercentEncoding.encode($0.value))"
        }.joined(separator: "&")
        let path = try model.resolve(rawPath: request.rawPath)
        let (key, handler) = try handler(for: path, method: "GET")
        guard let list = handler.inlinePage else { throw ODataError.internalServerError }
        try handler.permissions.check(context.caller)
        try await authorization?(
            RegisteredOperation(
                pattern: path.pattern, key: key, permissions: handler.permissions, versions: handler.versions),
            context.caller)
        var inner = try self.context(for: path, request, context.caller, context.identity)
        inner.pageSize = min(
            inner.pageSize, item.options.top ?? configuration.expandedPageSize, configuration.maximumExpandedPageSize)
        let page = try await list(inner, self)
        return .many(page.entities, count: page.count, nextLink: page.nextPosition.map { inner.nextLink(position: $0) })
    }
}
