/// One operation of one path.
public struct RegisteredOperation: Sendable, Hashable {
    /// The names along the path, without keys and casts.
    public let pattern: String
    /// The kind of request.
    public let key: HandlerKey
    /// The permissions of which the caller needs one.
    public let permissions: Permissions
    /// The versions that offer it.
    public let versions: Versions
    /// Whether `$search` is read.
    public var offersSearch = false
    /// Whether its answer is content of any media type.
    public var isStream = false
    /// The values of `$format` besides JSON's.
    public var formats: [String] = []
}

/// A service: a model, and the handlers of its resources.
///
/// ``respond(to:as:)`` runs the checks in the order of the contract: path (400, 404), method
/// (405), media types (415, 406) and conditions (412), permission (403) and
/// ``authorization``, ids and query options (400), then the handler, which orders its own
/// checks. The caller is authenticated before (401).
public struct ODataService<Caller: ODataCaller>: Sendable {
    public let model: Model
    /// Clock, ids, secrets, limits.
    public let configuration: ServiceConfiguration
    /// Called before each request of a caller and before each request of a batch. An error refuses
    /// the request before anything happens.
    public var admission: (@Sendable (ODataRequest, Caller) -> ODataError?)?
    /// Called after the permission check of an operation and before ids and bodies are read. An
    /// error refuses the request.
    public var authorization: (@Sendable (RegisteredOperation, Caller) async throws -> Void)?
    /// Called around each operation of a path that the service has, also within a batch: before the
    /// permission check. It calls `answer` once, and returns or throws what that does.
    public var witness: Witness?
    var resources: [String: Resource] = [:]

    public typealias Witness =
        @Sendable (
            _ asked: Asked, _ answer: () async throws -> ODataResponse
        ) async throws -> ODataResponse

    /// An operation that a caller asks for.
    public struct Asked: Sendable {
        public let request: ODataRequest
        public let caller: Caller
        public let operation: RegisteredOperation
        /// The id of the last entity of the path that has one, as it was sent.
        public let key: String?
        public let requestID: String
    }
    var expansions: [String: Expansion<Caller>] = [:]

    /// The handlers of one path.
    struct Resource: Sendable {
        var handlers: [HandlerKey: Handler<Caller>]
        var checkID: (@Sendable (String) throws(ODataError) -> Void)?
        var checksAncestors = false
        var offersSearch = false
    }

    /// A service without handlers.
    public init(model: Model, configuration: ServiceConfiguration) {
        self.model = model
        self.configuration = configuration
    }

    /// Declares handlers of a path. A path may be declared in several places, each with other
    /// handlers than the rest.
    ///
    /// - Parameter pattern: the names along the path without keys and casts:
    ///   `solutions/backupRestore/restorePoints`.
    /// - Parameter type: the entity type at its end.
    /// - Parameter declare: registers handlers.
    public mutating func resource<Record>(
        _ pattern: String, _ type: EntityType<Record>, _ declare: (inout ResourceHandlers<Record, Caller>) -> Void
    ) {
        var handlers = ResourceHandlers<Record, Caller>(pattern: pattern, typeName: type.name)
        declare(&handlers)
        add(
            Resource(
                handlers: handlers.handlers, checkID: handlers.checkID, checksAncestors: handlers.checksAncestors,
                offersSearch: handlers.offersSearch), at: pattern)
    }

    /// Declares handlers of operations at the root, which the model lists as imports.
    public mutating func root(_ declare: (inout ResourceHandlers<RootOperations, Caller>) -> Void) {
        var handlers = ResourceHandlers<RootOperations, Caller>(pattern: "", typeName: "")
        declare(&handlers)
        precondition(
            handlers.handlers.keys.allSatisfy { key in model.imports.contains { $0.isCalled(by: key) } },
            "The model imports no such operation: \(handlers.handlers.keys).")
        add(Resource(handlers: handlers.handlers), at: "")
    }

    private mutating func add(_ more: Resource, at pattern: String) {
        guard var known = resources[pattern] else {
            resources[pattern] = more
            return
        }
        known.handlers.merge(more.handlers) { _, _ in preconditionFailure("\(pattern) registers an operation twice.") }
        known.checkID = known.checkID ?? more.checkID
        known.checksAncestors = known.checksAncestors || more.checksAncestors
        known.offersSearch = known.offersSearch || more.offersSearch
        resources[pattern] = known
    }

    /// Every registered operation in the order of paths, for documentation and contract tests.
    public var operations: [RegisteredOperation] {
        resources.flatMap { pattern, resource in
            resource.handlers.map { key, handler in
                RegisteredOperation(
                    pattern: pattern, key: key, permissions: handler.permissions, versions: handler.versions,
                    offersSearch: key == .list && resource.offersSearch, isStream: handler.isStream,
                    formats: handler.formats)
            }
        }.sorted { ($0.pattern, "\($0.key)") < ($1.pattern, "\($1.key)") }
    }

    /// Answers a request of `caller`. Every error becomes an answer.
    public func respond(to request: ODataRequest, as caller: Caller) async -> ODataResponse {
        await respond(to: request, as: caller, allowsBatch: true)
    }

    /// Answers a request for the schema (`$metadata`), which needs no caller. Nil for any other
    /// path, known or not, because 401 comes first there.
    public func respondWithoutCaller(to request: ODataRequest) -> ODataResponse? {
        guard let path = try? model.resolve(rawPath: request.rawPath), path.target == .metadata else { return nil }
        let identity = identity(of: request)
        do throws(ODataError) {
            var response = try document(
                request, offered: "application/xml", MetadataDocument.xml(of: model, path.version))
            response.addCommonHeaders(identity)
            return response
        } catch {
            return error.response(for: identity)
        }
    }

    /// The ids and the time of a request that has just arrived.
    public func identity(of request: ODataRequest) -> RequestIdentity {
        RequestIdentity(
            requestID: configuration.makeRequestID(),
            clientRequestID: RequestIdentity.clientRequestID(in: request.headers),
            date: configuration.now())
    }

    func respond(to request: ODataRequest, as caller: Caller, allowsBatch: Bool) async -> ODataResponse {
        let identity = identity(of: request)
        if let refusal = admission?(request, caller) { return refusal.response(for: identity) }
        do {
            var response = try await answer(request, caller, identity, allowsBatch: allowsBatch)
            if response.status == 200, Negotiation.isNotModified(request) { response = ODataResponse(status: 304) }
            response.addCommonHeaders(identity)
            return response
        } catch let error as ODataError {
            return error.response(for: identity)
        } catch {
            return configuration.mapError(error, identity).response(for: identity)
        }
    }

    private func answer(
        _ request: ODataRequest, _ caller: Caller, _ identity: RequestIdentity, allowsBatch: Bool
    ) async throws -> ODataResponse {
        let path = try model.resolve(rawPath: request.rawPath)
        switch path.target {
        case .metadata:
            return try document(request, offered: "application/xml", MetadataDocument.xml(of: model, path.version))
        case .serviceDocument:
            return try document(request, offered: "application/json", serviceDocument(path.version, request.origin))
        case .batch:
            guard allowsBatch else { throw ODataError.badRequest("A batch cannot contain another batch.") }
            return try await batch(request, as: caller, path.version)
        case .collection, .count, .entity, .singleton, .reference, .withheld, .operation: break
        }
        let (key, handler) = try handler(for: path, method: request.method)
        let operation = RegisteredOperation(
            pattern: path.pattern, key: key, permissions: handler.permissions, versions: handler.versions)
        let answer = { () async throws -> ODataResponse in
            try await run(
                handler, operation: operation, at: path, of: request, by: caller, identity: identity,
                allowsBatch: allowsBatch)
        }
        guard let witness else { return try await answer() }
        let asked = Asked(
            request: request, caller: caller, operation: operation, key: path.keys.last?.key,
            requestID: identity.requestID)
        return try await witness(asked, answer)
    }

    /// Makes the checks that follow those of path and method, and answers.
    private func run(
        _ handler: Handler<Caller>, operation: RegisteredOperation, at path: ResourcePath, of request: ODataRequest,
        by caller: Caller, identity: RequestIdentity, allowsBatch: Bool
    ) async throws -> ODataResponse {
        try Negotiation.checkContentType(request)
        if handler.isStream {
            guard allowsBatch else { throw ODataError.badRequest("A batch cannot contain a request for a stream.") }
        } else {
            try Negotiation.checkAccept(
                request.headers,
                offered: path.target == .count ? ["text/plain", "application/json"] : ["application/json"])
        }
        try Negotiation.checkCondition(request)
        try handler.permissions.check(caller)
        try await authorization?(operation, caller)
        try checkIDs(of: path)
        let context: RequestContext<Caller>
        do throws(ODataError) {
            context = try self.context(for: path, request, caller, identity)
        } catch {
            guard let code = handler.invalidTokenCode, error.target == "$skiptoken" else { throw error }
            throw error.recoded(code)
        }
        return try await handler.run(context, self)
    }

    private func document(_ request: ODataRequest, offered: String, _ body: [UInt8]) throws(ODataError) -> ODataResponse
    {
        guard request.method == "GET" else { throw .methodNotAllowed(request.method, allow: ["GET"]) }
        try Negotiation.checkAccept(request.headers, offered: [offered])
        let type = offered == "application/json" ? ODataResponse.jsonContentType : "\(offered);charset=utf-8"
        return ODataResponse(status: 200, headers: ["Content-Type": type], body: body)
    }

    /// The methods that a path offers in its version; empty for an unknown path.
    public func methods(at rawPath: String) -> [String] {
        guard let path = try? model.resolve(rawPath: rawPath) else { return [] }
        switch path.target {
        case .metadata, .serviceDocument: return ["GET"]
        case .batch: return ["POST"]
        case .collection, .count, .entity, .singleton, .reference, .withheld, .operation:
            let handlers = resources[path.pattern]?.handlers ?? [:]
            return Self.keys(for: path.target).filter { handlers[$0]?.versions.contains(path.version) ?? false }.map(
                \.method)
        }
    }

    /// The pattern of a path, with `{id}` for each key and without casts: one text for all requests of
    /// a kind. Nil for a path that is unknown, or known and never answered.
    public func route(at rawPath: String) -> String? {
        guard let path = try? model.resolve(rawPath: rawPath) else { return nil }
        let root = "/" + model.root.path(of: path.version)
        let steps = path.steps.map { $0.key == nil ? "/\($0.name)" : "/\($0.name)/{id}" }.joined()
        switch path.target {
        case .serviceDocument: return root
        case .metadata: return root + "/$metadata"
        case .batch: return root + "/$batch"
        case .collection, .entity, .singleton, .count, .operation:
            guard resources[path.pattern] != nil else { return nil }
            return root + steps + path.target.suffix
        case .reference, .withheld: return nil
        }
    }

    /// The handler for a method; throws 405 with the offered methods.
    func handler(for path: ResourcePath, method: String) throws(ODataError) -> (HandlerKey, Handler<Caller>) {
        let handlers = resources[path.pattern]?.handlers ?? [:]
        let offered = Self.keys(for: path.target).filter { handlers[$0]?.versions.contains(path.version) ?? false }
        guard let key = offered.first(where: { $0.method == method }), let handler = handlers[key] else {
            throw .methodNotAllowed(method, allow: offered.map(\.method))
        }
        return (key, handler)
    }

    private static func keys(for target: PathTarget) -> [HandlerKey] {
        switch target {
        case .collection: [.list, .create]
        case .count: [.list]
        case .entity, .singleton: [.get, .update, .delete]
        case .operation(let call):
            (call.function == nil ? [] : [.function(call.name)]) + (call.action == nil ? [] : [.action(call.name)])
        case .reference, .withheld, .serviceDocument, .metadata, .batch: []
        }
    }

    private func checkIDs(of path: ResourcePath) throws(ODataError) {
        var pattern = ""
        for step in path.steps {
            pattern += pattern.isEmpty ? step.name : "/\(step.name)"
            guard let key = step.key else { continue }
            if let target = resources[path.pattern], target.checksAncestors {
                try target.checkID?(key)
                continue
            }
            try resources[pattern]?.checkID?(key)
        }
    }
}

/// What the operations of the root are bound to: nothing. There are no records of it.
public struct RootOperations: Sendable, Identifiable {
    public var id: String { "" }
}
