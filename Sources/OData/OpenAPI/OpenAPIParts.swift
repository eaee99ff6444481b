/// Parts of an OpenAPI document that are the same for every operation.
enum OpenAPIParts {
    /// A success with a JSON body.
    static func answer(_ description: String, _ schema: JSONValue, headers: [String] = []) -> JSONValue {
        var object: JSONObject = [
            "description": .string(description), "content": ["application/json": ["schema": schema]],
        ]
        var fields = JSONObject()
        for name in headers { fields[name] = ["schema": ["type": "string", "format": "uri"]] }
        if !headers.isEmpty { object["headers"] = .object(fields) }
        return .object(object)
    }

    /// Adds refusals, all with the one envelope.
    static func addErrors(_ statuses: [Int], to responses: inout JSONObject) {
        for status in statuses { responses[String(status)] = ["$ref": "#/components/responses/error"] }
    }

    /// The keys and arguments in the path.
    static func keys(_ route: OpenAPIRoute) -> [JSONValue] {
        route.placeholders.map { name in
            ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string", "minLength": 1]]
        }
    }

    /// Query options by their names without `$`.
    static func query(_ names: [String]) -> [JSONValue] {
        names.map { name in
            let schema: JSONValue
            switch name {
            case "top", "skip": schema = ["type": "integer", "minimum": 0]
            case "count": schema = ["type": "boolean"]
            default: schema = ["type": "string"]
            }
            return ["name": .string("$\(name)"), "in": "query", "required": false, "schema": schema]
        }
    }

    /// Header fields that shape the answer.
    static func headers(_ key: HandlerKey) -> [JSONValue] {
        let text: JSONValue = ["type": "string"]
        return ["Prefer", "client-request-id"].map {
            ["name": .string($0), "in": "header", "required": false, "schema": text]
        }
    }

    /// The envelope of every refusal. Source: contract errors.md.
    static let errorResponse: JSONValue = [
        "description": "Refused; nothing was changed.",
        "content": ["application/json": ["schema": ["$ref": "#/components/schemas/odata.error"]]],
    ]

    /// The schema of the envelope.
    static let errorSchema: JSONValue = [
        "type": "object", "required": ["error"],
        "properties": [
            "error": [
                "type": "object", "required": ["code", "message"],
                "properties": [
                    "code": ["type": "string", "minLength": 1], "message": ["type": "string", "minLength": 1],
                    "target": ["type": "string"],
                    "details": [
                        "type": "array",
                        "items": [
                            "type": "object", "required": ["code", "message"],
                            "properties": [
                                "code": ["type": "string"], "message": ["type": "string"], "target": ["type": "string"],
                            ],
                        ],
                    ],
                    "innerError": [
                        "type": "object",
                        "properties": [
                            "date": ["type": "string"], "request-id": ["type": "string"],
                            "client-request-id": ["type": "string"],
                        ],
                    ],
                ],
            ]
        ],
    ]

    /// Tokens of people and of programs.
    static let securitySchemes: JSONValue = [
        "delegated": [
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "A person through an application; permissions in `scp`.",
        ],
        "application": [
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "An application by itself; permissions in `roles`.",
        ],
    ]

    /// `$metadata`, which needs no token.
    static let metadataOperation: JSONValue = [
        "operationId": "metadata", "tags": ["service"], "security": [],
        "responses": [
            "200": [
                "description": "The schema as CSDL.", "content": ["application/xml": ["schema": ["type": "string"]]],
            ],
            "406": ["$ref": "#/components/responses/error"],
        ],
    ]

    static let batchOperation: JSONValue = [
        "operationId": "batch", "tags": ["service"], "security": [["delegated": []], ["application": []]],
        "requestBody": [
            "required": true,
            "content": [
                "application/json": [
                    "schema": [
                        "type": "object", "required": ["requests"],
                        "properties": [
                            "requests": [
                                "type": "array", "minItems": 1, "maxItems": 20,
                                "items": [
                                    "type": "object", "required": ["id", "method", "url"],
                                    "properties": [
                                        "id": ["type": "string", "minLength": 1], "method": ["type": "string"],
                                        "url": ["type": "string"],
                                        "headers": ["type": "object", "additionalProperties": ["type": "string"]],
                                        "body": [:],
                                        "dependsOn": ["type": "array", "items": ["type": "string"]],
                                    ],
                                ],
                            ]
                        ],
                    ]
                ]
            ],
        ],
        "responses": [
            "200": [
                "description": "The answers, in any order.",
                "content": [
                    "application/json": [
                        "schema": [
                            "type": "object", "required": ["responses"], "properties": ["responses": ["type": "array"]],
                        ]
                    ]
                ],
            ],
            "400": ["$ref": "#/components/responses/error"], "401": ["$ref": "#/components/responses/error"],
            "406": ["$ref": "#/components/responses/error"], "413": ["$ref": "#/components/responses/error"],
            "415": ["$ref": "#/components/responses/error"], "429": ["$ref": "#/components/responses/error"],
            "500": ["$ref": "#/components/responses/error"], "503": ["$ref": "#/components/responses/error"],
        ],
    ]
}
