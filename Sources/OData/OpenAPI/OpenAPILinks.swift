/// The operations that a client can call with the answer of a list or a creation: on the entity
/// itself, and on the collections below it.
///
/// Source: OpenAPI Specification 3.1.0, Link Object and runtime expressions.
struct OpenAPILinks {
    private let routes: [String: [(operation: RegisteredOperation, route: OpenAPIRoute)]]

    init(_ routes: [(RegisteredOperation, OpenAPIRoute)]) {
        self.routes = Dictionary(grouping: routes.map { (operation: $0.0, route: $0.1) }) { entry in
            switch entry.operation.key {
            case .get, .update, .delete, .action: entry.operation.pattern
            // Creating and listing below an entity starts from the entity above.
            case .list, .create: entry.operation.pattern.split(separator: "/").dropLast().joined(separator: "/")
            // A function needs arguments that the entity does not have.
            case .function: ""
            }
        }
    }

    /// A response of a list or a creation with its links.
    func added(to response: JSONValue, _ operation: RegisteredOperation, _ route: OpenAPIRoute) -> JSONValue {
        guard var object = response.objectValue else { return response }
        let id = operation.key == .list ? "$response.body#/value/0/id" : "$response.body#/id"
        var links = JSONObject()
        for next in routes[operation.pattern] ?? [] where next.route.placeholders.count == route.placeholders.count + 1
        {
            var parameters = JSONObject()
            for name in next.route.placeholders {
                parameters["path.\(name)"] = .string(route.placeholders.contains(name) ? "$request.path.\(name)" : id)
            }
            let name = OpenAPIOperation.id(of: next.operation)
            links[name.replacing("/", with: ".")] = ["operationId": .string(name), "parameters": .object(parameters)]
        }
        if !links.members.isEmpty { object["links"] = .object(links) }
        return .object(object)
    }
}
