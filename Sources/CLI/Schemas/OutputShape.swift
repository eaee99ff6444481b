/// The members of one type of object that commands print.
struct OutputShape: Equatable {
    struct Member: Equatable {
        let name: String
        /// `text`, `moment`, `int`, `number`, `flag`, `any`, or the name of another shape.
        let kind: String
        var isList = false
        /// Whether it may be null, for none, or absent, for not known.
        var isOptional = false
    }

    let members: [Member]

    /// Reads the notation of the table: `name:kind`, with `?` for what may be missing and `[kind]`
    /// for lists, separated by spaces.
    init(_ notation: String) {
        members = notation.split(whereSeparator: \.isWhitespace).map { word in
            let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
            precondition(parts.count == 2, "'\(word)' is not name:kind")
            let isOptional = parts[1].hasSuffix("?")
            let kind = isOptional ? String(parts[1].dropLast()) : parts[1]
            let isList = kind.hasPrefix("[") && kind.hasSuffix("]")
            return Member(
                name: parts[0], kind: isList ? String(kind.dropFirst().dropLast()) : kind, isList: isList,
                isOptional: isOptional)
        }
    }

    /// The kinds that are no shapes, with their type in JSON Schema.
    static let plainKinds: [String: [(String, JSONValue)]] = [
        "text": [("type", .string("string"))],
        "moment": [("type", .string("string")), ("format", .string("date-time"))],
        "int": [("type", .string("integer"))], "number": [("type", .string("number"))],
        "flag": [("type", .string("boolean"))], "any": [],
    ]
}
