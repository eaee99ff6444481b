/// An OpenAPI 3.1 description of what a service has registered: the same table that routes
/// requests, seen as data.
///
/// Source: OpenAPI Specification 3.1.0; the mapping follows OASIS "OData to OpenAPI Mapping".
struct OpenAPIDocument<Caller: ODataCaller> {
    let service: ODataService<Caller>
    let version: ServiceVersion

    private var model: Model { service.model }

    func value(title: String, description: String, origin: String) -> JSONValue {
        let schemas = OpenAPISchemas(model: model, version: version)
        return .object([
            "openapi": "3.1.0",
            "info": [
                "title": .string(title), "description": .string(description), "version": .string(version.rawValue),
            ],
            "servers": [["url": .string("\(origin)/\(model.root.path(of: version))")]],
            "paths": .object(paths(schemas)),
            "components": .object([
                "schemas": .object(schemas.components()),
                "responses": ["error": OpenAPIParts.errorResponse],
                "securitySchemes": OpenAPIParts.securitySchemes,
            ]),
        ])
    }

    /// Paths with their operations, in the order of the patterns.
    private func paths(_ schemas: OpenAPISchemas) -> JSONObject {
        var paths = JSONObject()
        let registered = Set(service.operations.map { NamedOperation(pattern: $0.pattern, key: $0.key) })
        let routes = service.operations.filter { $0.versions.contains(version) }.compactMap { operation in
            OpenAPIRoute(operation, model, version).map { (operation, $0) }
        }
        let links = OpenAPILinks(routes)
        for (operation, route) in routes {
            add(
                OpenAPIOperation(operation, at: route, schemas: schemas, links: links).value, to: route.template,
                operation.key.method,
                &paths)
            if operation.key == .list {
                add(OpenAPIOperation.count(operation, route), to: "\(route.template)/$count", "GET", &paths)
            }
            // Further pages of an action's answer are read with GET of the same path, through the
            // function of that name.
            if case .function(let name) = operation.key, let page = route.withoutArguments,
                registered.contains(NamedOperation(pattern: operation.pattern, key: .action(name)))
            {
                add(
                    OpenAPIOperation(operation, at: page, schemas: schemas, links: links).nextPage, to: page.template,
                    "GET", &paths)
            }
        }
        paths["/$metadata"] = ["get": OpenAPIParts.metadataOperation]
        paths["/$batch"] = ["post": OpenAPIParts.batchOperation]
        return paths
    }

    private func add(_ operation: JSONValue, to template: String, _ method: String, _ paths: inout JSONObject) {
        var item = paths[template]?.objectValue ?? JSONObject()
        item[method.lowercased()] = operation
        paths[template] = .object(item)
    }
}

extension ODataService {
    /// An OpenAPI 3.1 document, as JSON, of everything that is registered in `version`.
    ///
    /// - Parameter title: the name of the service.
    /// - Parameter description: what it is, in Markdown.
    /// - Parameter origin: scheme and authority of the server; empty for the one that the
    ///   document is fetched from.
    public func openAPI(_ version: ServiceVersion, title: String, description: String, origin: String = "") -> [UInt8] {
        OpenAPIDocument(service: self, version: version).value(title: title, description: description, origin: origin)
            .encoded
    }
}

/// An operation by what tells it from others.
private struct NamedOperation: Hashable {
    let pattern: String
    let key: HandlerKey
}

/// Where an operation is: a path with placeholders, and the types along it.
struct OpenAPIRoute {
    /// The path below the version, with `{type-id}` for keys.
    let template: String
    /// The placeholders in order.
    let placeholders: [String]
    /// The entity type at its end.
    let type: String
    /// The called operation, where it is one.
    let call: BoundOperation?

    /// Nil where the pattern contains a name that this version does not have.
    init?(_ operation: RegisteredOperation, _ model: Model, _ version: ServiceVersion) {
        if operation.pattern.isEmpty {
            let named = model.imports.first { $0.isCalled(by: operation.key) && $0.versions.contains(version) }
            guard let named else { return nil }
            (template, placeholders, type, call) = ("/\(named.name)", [], "", named)
            return
        }
        guard
            let root = model.container.first(where: {
                operation.pattern == $0.name || operation.pattern.hasPrefix($0.name + "/")
            })
        else { return nil }
        var template = "/\(root.name)"
        var placeholders: [String] = []
        var type = root.type
        var isCollection = root.isCollection
        func key() -> String {
            // One path may have several keys of one type.
            let name = "\(type)-id"
            let known = placeholders.filter { $0 == name || $0.hasPrefix("\(name)-") }.count
            placeholders.append(known == 0 ? name : "\(name)-\(known + 1)")
            return "/{\(placeholders.last ?? name)}"
        }
        for name in operation.pattern.dropFirst(root.name.count).split(separator: "/").map(String.init) {
            if isCollection { template += key() }
            guard let navigation = model.navigation(name, of: type, in: version) else { return nil }
            template += "/\(navigation.name)"
            (type, isCollection) = (navigation.target, navigation.isCollection)
        }
        guard model.description(of: type)?.versions.contains(version) == true else { return nil }
        call = Self.call(operation.key, of: type, in: model, version)
        let needsKey: Bool
        switch operation.key {
        case .list, .create: needsKey = false
        case .get, .update, .delete: needsKey = isCollection
        case .action, .function: needsKey = isCollection && call?.isOnCollection != true
        }
        if needsKey { template += key() }
        if let call {
            template += "/\(call.name)"
            if call.kind == .function, !call.parameters.isEmpty, !call.argumentsInQuery {
                let parameters = call.parameters.filter { $0.versions.contains(version) }
                placeholders += parameters.map(\.name)
                template += "(\(parameters.map { "\($0.name)='{\($0.name)}'" }.joined(separator: ",")))"
            }
        }
        self.template = template
        self.placeholders = placeholders
        self.type = type
    }

    private init(template: String, placeholders: [String], type: String, call: BoundOperation?) {
        self.template = template
        self.placeholders = placeholders
        self.type = type
        self.call = call
    }

    /// The path of a call without the arguments in it; nil where it has none.
    var withoutArguments: OpenAPIRoute? {
        guard let call, let end = template.lastIndex(of: "(") else { return nil }
        let names = Set(call.parameters.map(\.name))
        return OpenAPIRoute(
            template: String(template[..<end]), placeholders: placeholders.filter { !names.contains($0) },
            type: type, call: call)
    }

    private static func call(
        _ key: HandlerKey, of type: String, in model: Model, _ version: ServiceVersion
    ) -> BoundOperation? {
        func find(_ name: String, _ kind: BoundOperation.Kind) -> BoundOperation? {
            model.entry(type)?.operations[name.lowercased()]?.first { $0.kind == kind && $0.versions.contains(version) }
        }
        switch key {
        case .action(let name): return find(name, .action)
        case .function(let name): return find(name, .function)
        case .list, .create, .get, .update, .delete: return nil
        }
    }
}
