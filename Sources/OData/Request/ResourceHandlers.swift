/// The kinds of requests that a path can answer.
public enum HandlerKey: Sendable, Hashable {
    /// GET of a collection, and its `$count`.
    case list
    /// POST to a collection.
    case create
    /// GET of one entity.
    case get
    /// PATCH of one entity.
    case update
    /// DELETE of one entity.
    case delete
    /// POST of an action, by its name.
    case action(String)
    /// GET of a function, by its name.
    case function(String)

    /// What is done, in a word.
    public var verb: String {
        switch self {
        case .list: "list"
        case .create: "create"
        case .get: "get"
        case .update: "update"
        case .delete: "delete"
        case .action(let name), .function(let name): name
        }
    }

    /// The HTTP method.
    public var method: String {
        switch self {
        case .list, .get, .function: "GET"
        case .create, .action: "POST"
        case .update: "PATCH"
        case .delete: "DELETE"
        }
    }
}

/// A registered handler with its record type erased.
struct Handler<Caller: ODataCaller>: Sendable {
    let permissions: Permissions
    let versions: Versions
    /// The code for a token of another path or of another server; nil for the general one.
    var invalidTokenCode: ODataErrorCode?
    /// A page of a list, to be shown inside of another answer; nil for everything else.
    var inlinePage: (@Sendable (RequestContext<Caller>, ODataService<Caller>) async throws -> InlinePage)?
    /// Whether the handler makes the whole answer, of any media type.
    var isStream = false
    /// The values of `$format` besides JSON's, in lower case.
    var formats: [String] = []
    let run: @Sendable (RequestContext<Caller>, ODataService<Caller>) async throws -> ODataResponse
}

/// Collects the handlers of one path. Any other method is answered 405.
public struct ResourceHandlers<Record: Sendable & Identifiable, Caller: ODataCaller>: Sendable
where Record.ID == String {
    let pattern: String
    let typeName: String
    var handlers: [HandlerKey: Handler<Caller>] = [:]
    var checkID: (@Sendable (String) throws(ODataError) -> Void)?
    var checksAncestors = false
    /// Whether the list reads `$search`, which the handler finds in the options.
    public var offersSearch = false

    /// Sets the syntax check of this collection's ids. It runs before any handler,
    /// also for longer paths.
    /// - Parameter ofAncestors: whether it replaces the checks of the collections above where
    ///   the path ends here.
    public mutating func checkID(
        ofAncestors: Bool = false, _ check: @escaping @Sendable (String) throws(ODataError) -> Void
    ) {
        checkID = check
        checksAncestors = ofAncestors
    }

    /// Sets the error code for an invalid token of an operation.
    public mutating func recodeInvalidToken(of key: HandlerKey, _ code: ODataErrorCode) {
        handlers[key]?.invalidTokenCode = code
    }

    /// GET of the collection. `$count` asks the same handler, with `options.counts` set and a
    /// page size of 0.
    public mutating func list(
        _ permissions: Permissions, versions: Versions = .both,
        _ handler: @escaping @Sendable (RequestContext<Caller>) async throws -> Page<Record>
    ) {
        let filled = { @Sendable (context: RequestContext<Caller>) async throws -> Page<Record> in
            var context = context
            var page = try await handler(context)
            // An empty page with a link makes clients stop, so go on to one that has something.
            while page.records.isEmpty, let next = page.nextPosition, next != context.position, context.pageSize > 0 {
                context.position = next
                page = try await handler(context)
            }
            return page
        }
        add(.list, permissions, versions: versions) { context, service in
            if context.path.target == .count {
                let page = try await handler(context)
                return AnswerWriter.count(page.count ?? page.records.count)
            }
            return try await service.answer(try await filled(context), of: context, Record.self)
        }
        handlers[.list]?.inlinePage = { context, service in
            try await service.inline(try await filled(context), of: context, Record.self)
        }
    }

    /// GET of one entity.
    public mutating func get(
        _ permissions: Permissions, versions: Versions = .both,
        _ handler: @escaping @Sendable (RequestContext<Caller>) async throws -> Record
    ) {
        add(.get, permissions, versions: versions) { context, service in
            try await service.answer(
                EntityAnswer(try await handler(context)), of: context, for: .get, returning: context.path.type)
        }
    }

    /// POST to the collection: 201 with `Location` and `Content-Location`.
    public mutating func create(
        _ permissions: Permissions, versions: Versions = .both,
        _ handler:
            @escaping @Sendable (RequestContext<Caller>, RequestBody<Record>) async throws -> EntityAnswer<Record>
    ) {
        add(.create, permissions, versions: versions) { context, service in
            try await service.answer(
                try await handler(context, context.body(.create)), of: context, for: .create,
                returning: context.path.type)
        }
    }

    /// PATCH of one entity: 200.
    public mutating func update(
        _ permissions: Permissions, versions: Versions = .both,
        _ handler:
            @escaping @Sendable (RequestContext<Caller>, RequestBody<Record>) async throws -> EntityAnswer<Record>
    ) {
        add(.update, permissions, versions: versions) { context, service in
            try await service.answer(
                try await handler(context, context.body(.update)), of: context, for: .update,
                returning: context.path.type)
        }
    }

    /// DELETE of one entity: 204.
    public mutating func delete(
        _ permissions: Permissions, versions: Versions = .both,
        _ handler: @escaping @Sendable (RequestContext<Caller>) async throws -> Void
    ) {
        add(.delete, permissions, versions: versions) { context, _ in
            try await handler(context)
            return ODataResponse(status: 204)
        }
    }

    /// A GET whose whole answer the handler makes: content that is written while it is sent. It is
    /// not offered in batches.
    /// - Parameter formats: the values of `$format` besides JSON's, in lower case.
    public mutating func stream(
        _ key: HandlerKey, _ permissions: Permissions, versions: Versions = .both, formats: [String] = [],
        _ handler: @escaping @Sendable (RequestContext<Caller>, ODataService<Caller>) async throws -> ODataResponse
    ) {
        precondition(key.method == "GET", "\(pattern) streams \(key)")
        add(key, permissions, versions: versions, run: handler)
        handlers[key]?.isStream = true
        handlers[key]?.formats = formats
    }

    /// Registers a handler for answers that are neither entities nor values of the model.
    mutating func add(
        _ key: HandlerKey, _ permissions: Permissions, versions: Versions,
        run: @escaping @Sendable (RequestContext<Caller>, ODataService<Caller>) async throws -> ODataResponse
    ) {
        precondition(handlers[key] == nil, "\(pattern) registers \(key) twice.")
        handlers[key] = Handler(permissions: permissions, versions: versions, run: run)
    }
}

extension ResourceHandlers {
    /// POST of an action that answers with the entity that it is bound to.
    public mutating func action(
        _ name: String, _ permissions: Permissions, versions: Versions = .both,
        _ handler: @escaping @Sendable (RequestContext<Caller>, Arguments) async throws -> EntityAnswer<Record>
    ) {
        add(.action(name), permissions, versions: versions) { context, service in
            try await service.answer(
                try await handler(context, try context.arguments(.action)), of: context, for: .action(name),
                returning: context.path.type)
        }
    }

    /// An operation without a result: 204.
    public mutating func operation(
        _ key: HandlerKey, _ permissions: Permissions, versions: Versions = .both,
        answeringNothing handler: @escaping @Sendable (RequestContext<Caller>, Arguments) async throws -> Void
    ) {
        add(key, permissions, versions: versions) { context, _ in
            try await handler(context, try context.arguments(key.operationKind))
            return ODataResponse(status: 204)
        }
    }

    /// An operation that answers with one value, such as a complex one.
    public mutating func operation<Value: EdmValue>(
        _ key: HandlerKey, _ permissions: Permissions, versions: Versions = .both, status: Int = 200,
        answering type: Value.Type,
        _ handler: @escaping @Sendable (RequestContext<Caller>, Arguments) async throws -> Value
    ) {
        add(key, permissions, versions: versions) { context, _ in
            let value = try await handler(context, try context.arguments(key.operationKind))
            return AnswerWriter.value(value, status: status, context)
        }
    }

    /// An operation that answers with a collection of values, page by page.
    public mutating func operation<Value: EdmValue>(
        _ key: HandlerKey, _ permissions: Permissions, versions: Versions = .both, status: Int = 200,
        answeringPageOf type: Value.Type,
        _ handler: @escaping @Sendable (RequestContext<Caller>, Arguments) async throws -> ValuePage<Value>
    ) {
        add(key, permissions, versions: versions) { context, _ in
            let page = try await handler(context, try context.arguments(key.operationKind))
            return AnswerWriter.values(page, status: status, context)
        }
    }
}

extension HandlerKey {
    var operationKind: BoundOperation.Kind { if case .function = self { .function } else { .action } }
}

extension RequestContext {
    /// The arguments of the function that the request calls.
    public func callArguments() throws(ODataError) -> Arguments { try arguments(.function) }

    func body<Record>(_ purpose: BodyPurpose) -> RequestBody<Record> {
        RequestBody(
            bytes: request.body, typeName: path.type, purpose: purpose, model: model, version: version,
            limits: configuration.jsonLimits)
    }

    func arguments(_ kind: BoundOperation.Kind) throws(ODataError) -> Arguments {
        guard case .operation(let call) = path.target, let operation = kind == .action ? call.action : call.function
        else { throw .internalServerError }
        return Arguments(
            bytes: request.body, call: call, operation: operation, version: version, limits: configuration.jsonLimits,
            options: customOptions)
    }
}
