/// Explains to the author of a JSON text why it does not decode: the path of the field, and
/// what was expected there.
public struct DecodingProblem: Sendable, Equatable {
    /// For example `the field users[2].mail has the wrong type; expected a text`.
    public let text: String

    /// Describes the place and the reason of a decoder's error.
    public init(_ error: DecodingError) {
        text =
            switch error {
            case .typeMismatch(let type, let context):
                "the field \(Self.field(context.codingPath)) has the wrong type; expected \(Self.word(type))"
            case .valueNotFound(let type, let context):
                "the field \(Self.field(context.codingPath)) is null; expected \(Self.word(type))"
            case .keyNotFound(let key, let context):
                "the field \(Self.field(context.codingPath + [key])) is missing"
            case .dataCorrupted(let context):
                context.codingPath.isEmpty
                    ? "it is not valid JSON, or not in UTF-8"
                    : "the field \(Self.field(context.codingPath)) is not valid"
            @unknown default: "it cannot be understood"
            }
    }

    private static func field(_ path: [any CodingKey]) -> String {
        var text = ""
        for key in path {
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += (text.isEmpty ? "" : ".") + key.stringValue
            }
        }
        return text.isEmpty ? "at the top" : text
    }

    private static func word(_ type: any Any.Type) -> String {
        if type == String.self { return "a text" }
        if type is any BinaryInteger.Type || type == Double.self { return "a number" }
        return "\(type)".contains("Array") ? "a list" : "an object"
    }
}
