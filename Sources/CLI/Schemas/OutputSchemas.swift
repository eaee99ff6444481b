/// What `--json` prints, as JSON Schema (draft 2020-12). Within `holdfast.cli/1` members may come;
/// none changes or goes.
enum OutputSchemas {
    /// The schema of what a command prints: of the whole, or of each line where it prints lines.
    /// - Throws: `CommandFailure` for words that are no command, or one that prints no JSON.
    static func schema(of words: [String]) throws(CommandFailure) -> JSONValue {
        let name = words.joined(separator: " ")
        guard let form = OutputForm.all[name] else {
            let guess = NearestWord.guess(name, among: Array(OutputForm.all.keys))
            throw CommandFailure(
                .wrongCommand,
                words.isEmpty
                    ? "Of which command? Write, for example: holdfast help --json-schema unit list"
                    : "There is no command 'holdfast \(name)' that prints JSON.\(guess)")
        }
        let types = form.types + (form.types.contains("result") ? [] : ["result"])
        let lists: [String] =
            switch form {
            case .list(let type): [type]
            case .either(_, let lists): lists
            case .document, .lines: []
            }
        let choices = types.map { type in
            lists.contains(type)
                ? JSONValue.object([("type", .string("array")), ("items", reference(type))]) : reference(type)
        }
        return .object([
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("holdfast \(name) --json")), ("description", .string(description(form))),
            ("anyOf", .array(choices)), ("$defs", definitions(of: types)),
        ])
    }

    private static func description(_ form: OutputForm) -> String {
        switch form {
        case .either: "One document, or one array where an option asks for a list; a result where the command fails."
        case .document: "One document; a result where the command fails."
        case .list: "One array; a result where the command fails."
        case .lines: "One line of several. The last is a result."
        }
    }

    private static func reference(_ name: String) -> JSONValue { .object([("$ref", .string("#/$defs/\(name)"))]) }

    /// The shapes that some types need, each once.
    private static func definitions(of types: [String]) -> JSONValue {
        var (found, open) = ([String](), types)
        while let name = open.popLast() {
            guard !found.contains(name), let shape = OutputShape.all[name] else { continue }
            found.append(name)
            open += shape.members.map(\.kind).filter { OutputShape.plainKinds[$0] == nil }
        }
        return .object(found.sorted().map { ($0, definition(of: $0, isDocument: types.contains($0))) })
    }

    private static func definition(of name: String, isDocument: Bool) -> JSONValue {
        let shape = OutputShape.all[name] ?? OutputShape("")
        // A shape with more members than the API's is still of the API's type.
        let type = OutputShape.typeNames[name] ?? name
        let head: [(String, JSONValue)] =
            isDocument
            ? [
                ("schema", .object([("const", .string(JSONOutput.schema))])),
                ("type", .object([("const", .string(type))])),
            ] : []
        let required = head.map(\.0) + shape.members.filter { !$0.isOptional }.map(\.name)
        return .object([
            ("type", .string("object")), ("required", .array(required.map { .string($0) })),
            ("properties", .object(head + shape.members.map { ($0.name, schema(of: $0)) })),
        ])
    }

    private static func schema(of member: OutputShape.Member) -> JSONValue {
        let one = OutputShape.plainKinds[member.kind].map { JSONValue.object($0) } ?? reference(member.kind)
        let whole = member.isList ? JSONValue.object([("type", .string("array")), ("items", one)]) : one
        guard member.isOptional, member.kind != "any" else { return whole }
        return .object([("anyOf", .array([whole, .object([("type", .string("null"))])]))])
    }
}
