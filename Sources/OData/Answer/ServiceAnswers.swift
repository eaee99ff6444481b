import Texts

extension ODataService {
    /// Reads preferences, skip token and query options.
    func context(
        for path: ResourcePath, _ request: ODataRequest, _ caller: Caller, _ identity: RequestIdentity
    ) throws(ODataError) -> RequestContext<Caller> {
        var preferences = Preferences(request.headers)
        let query = try QueryString(rawQuery: request.rawQuery, limits: configuration.queryLimits)
        let read = try Self.optionsRead(query, path)
        let digest = SkipToken.digest(of: read, sign: configuration.sign)
        var position: String?
        func made(_ options: QueryOptions, _ position: String?) -> RequestContext<Caller> {
            // Each entity of the page costs a page of its expanded collection.
            let most =
                options.expand.contains { $0.navigation.isCollection }
                ? configuration.maximumExpandedOwners : configuration.maximumPageSize
            let largest =
                [options.top, preferences.maximumPageSize, most, configuration.maximumPageSize].compactMap { $0 }.min()
                ?? 0
            let isUnnamed = options.top == nil && preferences.maximumPageSize == nil
            return RequestContext(
                path: path, caller: caller, preferences: preferences, identity: identity, options: options,
                customOptions: query.custom, position: position,
                pageSize: path.target == .count ? 0 : isUnnamed ? min(configuration.defaultPageSize, largest) : largest,
                request: request,
                writing: WriteContext(
                    version: path.version, includesUnknownEnumMembers: preferences.includesUnknownEnumMembers,
                    caller: caller.kind, serviceRoot: "\(request.origin)/\(model.root.path(of: path.version))",
                    writesInt64AsText: model.writesInt64AsText),
                model: model, configuration: configuration, repeatedQuery: Self.withoutPlace(request.rawQuery),
                optionsDigest: digest)
        }
        if let text = query.system["skiptoken"] {
            let token = try SkipToken(text, scope: made(QueryOptions(), nil).scope, sign: configuration.sign)
            guard token.optionsDigest == digest else {
                throw .badRequest(
                    "The skip token belongs to other options. Follow @odata.nextLink as it is.", target: "$skiptoken")
            }
            position = token.position
            if token.includesUnknownEnumMembers { preferences.includesUnknownEnumMembers = true }
            if preferences.maximumPageSize == nil { preferences.maximumPageSize = token.maximumPageSize }
        }
        var options = try options(read, path)
        if position != nil { options.skip = nil }
        if path.target == .count { options.counts = true }
        return made(options, position)
    }

    /// The options that the target reads; actions and functions read only the skip token, and the
    /// arguments that are given as options.
    private static func optionsRead(
        _ query: QueryString, _ path: ResourcePath
    ) throws(ODataError) -> [String: String] {
        switch path.target {
        case .operation(let call) where call.function?.argumentsInQuery == true: return try optionsOfCall(query)
        default: return optionsReadByEntities(query, path)
        }
    }

    /// The options of a function whose arguments stand in the query. Refuses others, which would be
    /// ignored without a word.
    private static func optionsOfCall(_ query: QueryString) throws(ODataError) -> [String: String] {
        var read: [String: String] = [:]
        for (name, value) in query.system {
            guard ["top", "skiptoken", "format"].contains(name) else {
                throw .badRequest("The query option '$\(name)' is not supported here.", target: "$\(name)")
            }
            read[name] = value
        }
        // No system option begins with this, and a next page must not mix arguments.
        for (name, value) in query.custom { read["?\(name)"] = value }
        return read
    }

    private static func optionsReadByEntities(_ query: QueryString, _ path: ResourcePath) -> [String: String] {
        switch path.target {
        case .collection, .entity, .singleton: query.system
        // A filter inside an expansion may select the listed entries, and `$count`
        // must count the same.
        case .count: query.system.filter { ["filter", "expand", "search"].contains($0.key) }
        case .operation, .reference, .withheld, .metadata, .batch, .serviceDocument: [:]
        }
    }

    private func options(_ read: [String: String], _ path: ResourcePath) throws(ODataError) -> QueryOptions {
        let resource = resources[path.pattern]
        var parser = QueryOptionsParser(
            model: model, version: path.version, limits: configuration.queryLimits,
            offersSearch: resource?.offersSearch ?? false)
        switch path.target {
        case .collection, .count: return try parser.options(read, of: path.type, isCollection: true)
        case .entity, .singleton: return try parser.options(read, of: path.type, isCollection: false)
        case .operation(let call):
            parser.formats = resource?.handlers[.function(call.name)]?.formats ?? []
            return try parser.options(read.filter { !$0.key.hasPrefix("?") }, of: path.type, isCollection: true)
        case .reference, .withheld, .metadata, .batch, .serviceDocument: return QueryOptions()
        }
    }

    /// The query as sent, without `$skip`, which applies to the first page only, and
    /// without this page's token.
    private static func withoutPlace(_ rawQuery: String) -> String {
        guard rawQuery.utf8.contains(where: { $0 | 0x20 == UInt8(ascii: "s") }) else { return rawQuery }
        return rawQuery.parts(at: "&", keepingEmpty: false).filter { part in
            let name = PercentEncoding.decode(part.utf8.prefix { $0 != UInt8(ascii: "=") }, plusIsBlank: true)?
                .lowercased()
            return !["$skip", "skip", "$skiptoken", "skiptoken"].contains(name)
        }.joined(separator: "&")
    }

    /// A page of entities as an answer.
    func answer<Record>(
        _ page: Page<Record>, of context: RequestContext<Caller>, _: Record.Type
    ) async throws -> ODataResponse {
        let shape = model.shape(named: context.path.type, of: Record.self, context.version)
        let nodes = try await nodes(of: page, context)
        return AnswerWriter.collection(
            contextPath: context.contextPath(isEntity: false), count: context.options.counts ? page.count : nil,
            nextPosition: nodes.isEmpty ? nil : page.nextPosition, 200, context
        ) { [nodes] writer in
            for node in nodes { shape.write(node, annotatesType: true, to: &writer) }
        }
    }

    /// A page of entities to be shown inside another answer.
    func inline<Record>(
        _ page: Page<Record>, of context: RequestContext<Caller>, _: Record.Type
    ) async throws -> InlinePage {
        let shape = model.shape(named: context.path.type, of: Record.self, context.version)
        let entities = try await nodes(of: page, context).map { InlineEntity($0, shape) }
        return InlinePage(
            entities: entities, nextPosition: entities.isEmpty ? nil : page.nextPosition,
            count: context.options.counts ? page.count : nil)
    }

    /// The entities of a page with their selection, their expansions, and what the handler inlines.
    private func nodes<Record>(
        of page: Page<Record>, _ context: RequestContext<Caller>
    ) async throws -> [EntityNode<Record>] {
        let records = context.pageSize == 0 ? [] : page.records
        var nodes = try await nodes(for: records, options: context.options, type: context.path.type, context)
        for index in nodes.indices {
            if let shows = page.shows, context.options.selection.names == nil {
                nodes[index].selection = Selection(shows)
            }
            for (name, entity) in page.inlined[nodes[index].record.id] ?? [:]
            where !nodes[index].expanded.contains(where: { $0.name == name }) {
                nodes[index].expanded.append((name: name, value: .one(entity)))
            }
        }
        return nodes
    }

    /// One entity as an answer, with the status and the headers of the operation.
    func answer<Record>(
        _ answer: EntityAnswer<Record>, of context: RequestContext<Caller>, for key: HandlerKey, returning type: String
    ) async throws -> ODataResponse {
        let declared = context.path.steps.last?.type ?? type
        let shape = model.shape(named: declared, of: Record.self, context.version)
        guard model.isType(shape.typeName(of: answer.record), type) || key == .create else {
            throw ODataError.notFound("The entity is not of type '\(model.namespace).\(type)'.")
        }
        let isMinimal = context.preferences.returnsMinimal && (key == .create || key == .update)
        var response: ODataResponse
        if isMinimal {
            response = ODataResponse(status: 204)
            response.headers["Preference-Applied"] = context.applied(paged: false, minimal: true).headerValue
        } else {
            var node = try await nodes(for: [answer.record], options: context.options, type: declared, context)[0]
            if let shows = answer.shows { node.selection = Selection(shows) }
            node.extra = answer.extra
            var writer = EdmWriter(context: context.writing)
            shape.write(
                node, contextURL: "\(context.writing.serviceRoot)/$metadata#\(context.contextPath(isEntity: true))",
                annotatesType: context.path.steps.count > 1, to: &writer)
            let status = answer.status ?? (key == .create ? 201 : 200)
            response = AnswerWriter.json(writer, status: status, applied: context.applied(paged: false))
        }
        for field in answer.headers.fields { response.headers.add(field.name, field.value) }
        if !answer.appliedPreferences.isEmpty {
            let applied = [response.headers["Preference-Applied"]].compactMap { $0 } + answer.appliedPreferences
            response.headers["Preference-Applied"] = applied.joined(separator: ", ")
        }
        addLocation(of: answer.record.id, to: &response, context, key)
        if isMinimal, key == .create { response.headers["OData-EntityId"] = response.headers["Location"] }
        return response
    }

    /// Adds `Location` and `Content-Location` where something was created, and
    /// to actions answered 202.
    private func addLocation(
        of id: String, to response: inout ODataResponse, _ context: RequestContext<Caller>, _ key: HandlerKey
    ) {
        guard key == .create || response.status == 202 else { return }
        let tail = key == .create ? "/\(PercentEncoding.encode(id, allowing: ",="))" : ""
        let url = context.canonicalURL + tail
        // The handler may already have set a better address.
        if response.headers["Location"] == nil { response.headers["Location"] = url }
        if response.headers["Content-Location"] == nil { response.headers["Content-Location"] = url }
    }

    /// The names at the root, as OData's service document has them.
    func serviceDocument(_ version: ServiceVersion, _ origin: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("@odata.context", "\(origin)/\(model.root.path(of: version))/$metadata")
        writer.name("value")
        writer.beginArray()
        func entry(_ name: String, _ kind: String) {
            writer.beginObject()
            writer.member("name", name)
            writer.member("kind", kind)
            writer.member("url", name)
            writer.endObject()
        }
        for member in model.container where member.versions.contains(version) {
            entry(member.name, member.isCollection ? "EntitySet" : "Singleton")
        }
        // Only functions that can be called without arguments belong here. Source: OData JSON
        // Format 4.0, section 5.
        for function in model.imports
        where function.kind == .function && function.versions.contains(version)
            && function.parameters.allSatisfy(\.isNullable)
        {
            entry(function.name, "FunctionImport")
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
