/// One operation of an OpenAPI document.
struct OpenAPIOperation {
    private let operation: RegisteredOperation
    private let route: OpenAPIRoute
    private let schemas: OpenAPISchemas
    private let links: OpenAPILinks

    init(
        _ operation: RegisteredOperation, at route: OpenAPIRoute, schemas: OpenAPISchemas, links: OpenAPILinks
    ) {
        self.operation = operation
        self.route = route
        self.schemas = schemas
        self.links = links
    }

    var value: JSONValue {
        var object = Self.head(operation, route, suffix: "")
        object["parameters"] = .array(OpenAPIParts.keys(route) + query + OpenAPIParts.headers(operation.key))
        if let body { object["requestBody"] = body }
        object["responses"] = .object(responses)
        return .object(object)
    }

    /// The next page of an action's answer, whose link stands in the page before.
    var nextPage: JSONValue {
        var object = Self.head(operation, route, suffix: ".next")
        let token: JSONValue = [
            "name": "$skiptoken", "in": "query", "required": true, "schema": ["type": "string", "minLength": 1],
        ]
        object["parameters"] = .array(OpenAPIParts.keys(route) + [token] + OpenAPIParts.headers(operation.key))
        object["responses"] = .object(responses)
        return .object(object)
    }

    /// The `$count` of a list.
    static func count(_ operation: RegisteredOperation, _ route: OpenAPIRoute) -> JSONValue {
        var object = head(operation, route, suffix: ".count")
        object["parameters"] = .array(OpenAPIParts.keys(route) + OpenAPIParts.query(["filter"]))
        var responses = JSONObject()
        responses["200"] = [
            "description": "The number of entities.",
            "content": ["text/plain": ["schema": ["type": "string", "pattern": "^[0-9]+$"]]],
        ]
        OpenAPIParts.addErrors([400, 401, 403, 404, 406, 412, 429, 500, 503], to: &responses)
        object["responses"] = .object(responses)
        return .object(object)
    }

    private static func head(_ operation: RegisteredOperation, _ route: OpenAPIRoute, suffix: String) -> JSONObject {
        var object = JSONObject()
        object["operationId"] = .string(id(of: operation) + suffix)
        object["tags"] = [
            .string(
                operation.pattern.split(separator: "/").dropFirst(2).first.map(String.init)
                    ?? (route.type.isEmpty ? route.call?.name ?? "" : route.type))
        ]
        let schemes = [
            ("delegated", operation.permissions.delegated), ("application", operation.permissions.application),
        ]
        object["security"] = .array(
            schemes.flatMap { scheme, names in names.map { .object([scheme: .array([.string($0)])] as JSONObject) } })
        return object
    }

    /// The operation's id within the document.
    static func id(of operation: RegisteredOperation) -> String {
        (operation.pattern.split(separator: "/").map(String.init) + [name(operation.key)]).joined(separator: ".")
    }

    private static func name(_ key: HandlerKey) -> String {
        // An action may have the same name.
        if case .function = key { "\(key.verb).get" } else { key.verb }
    }

    private var query: [JSONValue] {
        switch operation.key {
        case .list:
            OpenAPIParts.query(
                ["select", "expand", "filter", "orderby", "top", "skip", "count", "skiptoken"]
                    + (operation.offersSearch ? ["search"] : []))
        case .get: OpenAPIParts.query(["select", "expand"])
        case .function: route.call?.argumentsInQuery == true ? arguments : []
        case .create, .update, .delete, .action: []
        }
    }

    /// The arguments of a function that stand in the query, and the place of the next page.
    private var arguments: [JSONValue] {
        let call = route.call
        let own = (call?.parameters ?? []).map { parameter -> JSONValue in
            [
                "name": .string(parameter.name), "in": "query", "required": .bool(!parameter.isNullable),
                "schema": schemas.schema(of: parameter.type), "explode": false,
            ]
        }
        if !operation.formats.isEmpty {
            let names = (["json"] + operation.formats).map { JSONValue.string($0) }
            return own + [
                [
                    "name": "$format", "in": "query", "required": false,
                    "schema": ["type": "string", "enum": .array(names)],
                ]
            ]
        }
        if case .value(.collection) = call?.returns { return own + OpenAPIParts.query(["top", "skiptoken"]) }
        return own
    }

    private var body: JSONValue? {
        switch operation.key {
        case .create: Self.content(schemas.body(of: route.type, for: .create), isRequired: false)
        case .update: Self.content(schemas.body(of: route.type, for: .update), isRequired: true)
        case .action: Self.content(schemas.arguments(of: route.call), isRequired: false)
        case .list, .get, .delete, .function: nil
        }
    }

    private static func content(_ schema: JSONValue, isRequired: Bool) -> JSONValue {
        ["required": .bool(isRequired), "content": ["application/json": ["schema": schema]]]
    }

    private var responses: JSONObject {
        var responses = JSONObject()
        let entity = schemas.reference(route.type)
        switch operation.key {
        case .list:
            responses["200"] = links.added(
                to: OpenAPIParts.answer("A page of entities.", schemas.page(of: entity)), operation, route)
        case .get where operation.isStream: responses["200"] = Self.stream
        case .get: responses["200"] = OpenAPIParts.answer("The entity.", entity)
        case .create:
            responses["201"] = links.added(
                to: OpenAPIParts.answer("The new entity.", entity, headers: ["Location", "Content-Location"]),
                operation, route)
            responses["204"] = ["description": "Created; return=minimal was preferred."]
        case .update:
            responses["200"] = OpenAPIParts.answer("The entity, or what changed of it.", entity)
            responses["204"] = ["description": "Changed; return=minimal was preferred."]
        case .delete: responses["204"] = ["description": "Deleted."]
        case .action, .function: addResult(to: &responses)
        }
        OpenAPIParts.addErrors(errors, to: &responses)
        return responses
    }

    private func addResult(to responses: inout JSONObject) {
        guard let call = route.call else { return }
        switch call.returns {
        case .none: responses["204"] = ["description": "Done."]
        case .entity(let name): responses["2XX"] = OpenAPIParts.answer("The entity.", schemas.reference(name))
        case .entities(let name):
            responses["200"] = OpenAPIParts.answer("Entities.", schemas.page(of: schemas.reference(name)))
        case .value(.collection(let element)):
            responses["200"] = OpenAPIParts.answer("Values.", schemas.page(of: schemas.schema(of: element)))
        case .value(let type): responses["200"] = OpenAPIParts.answer("The value.", schemas.schema(of: type))
        case .stream: responses["200"] = Self.stream
        }
    }

    /// Bytes that are written while they are sent.
    private static let stream: JSONValue = [
        "description": "The content.", "content": ["*/*": ["schema": ["type": "string", "format": "binary"]]],
    ]

    /// The statuses that a request of this kind can be refused with.
    private var errors: [Int] {
        switch operation.key {
        case .list, .get, .function: [400, 401, 403, 404, 406, 409, 412, 415, 429, 500, 501, 503]
        case .delete: [400, 401, 403, 404, 406, 412, 415, 422, 429, 500, 503]
        case .create, .update, .action: [400, 401, 402, 403, 404, 406, 409, 412, 413, 415, 422, 429, 500, 501, 503]
        }
    }
}
