/// What `--json` prints: documents, or lines of documents of which the last is a `result`.
enum JSONOutput {
    /// The version of the form. Members may be added within it; none changes or goes.
    static let schema = "holdfast.cli/1"

    /// An object with its schema and type first, sizes as numbers, and without OData's own members.
    static func document(_ type: String, _ value: JSONValue) -> JSONValue {
        let head = [("schema", JSONValue.string(schema)), ("type", .string(type))]
        let members = value.withoutControl.withNumericSizes.members
        return .object(
            head.map { JSONValue.Member(name: $0.0, value: $0.1) }
                + members.filter { $0.name != "schema" && $0.name != "type" })
    }

    /// The last line of a command that takes time, and the only one of a command that failed.
    static func result(_ status: CommandExit, _ members: [(String, JSONValue)] = []) -> JSONValue {
        document(
            "result",
            .object([("ok", .bool(status == .done)), ("exitCode", .integer(Int(status.rawValue)))] + members))
    }

    /// The result of a command that failed.
    static func result(of failure: CommandFailure) -> JSONValue {
        var error: [(String, JSONValue)] = [("message", .string(failure.description))]
        if let code = failure.code { error.insert(("code", .string(code)), at: 0) }
        if let requestID = failure.requestID { error.append(("requestId", .string(requestID))) }
        return result(failure.status, [("error", .object(error))])
    }

    static func print(_ value: JSONValue) {
        Swift.print(value.line)
        Terminal.flush()
    }
}
