import Foundation

/// JSON as it came or goes, with the members of an object in their order.
///
/// Commands pass on what the API says, so a member that this program does not know goes on too, and
/// what was absent stays absent.
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Sendable, Equatable {
        var name: String
        var value: JSONValue
    }

    static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.map { Member(name: $0.0, value: $0.1) })
    }

    /// The member of an object; nil where there is none, or for another kind of value.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var isNull: Bool { self == .null }
    var text: String? { if case .string(let text) = self { text } else { nil } }
    var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
    var members: [Member] { if case .object(let members) = self { members } else { [] } }

    /// The number; the API sends bytes as texts of digits.
    var int: Int? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int(exactly: value.rounded())
        case .string(let text): Int(text)
        default: nil
        }
    }

    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}

// MARK: What the API answers

extension JSONValue {
    func text(_ name: String) -> String? { self[name]?.text }
    func int(_ name: String) -> Int? { self[name]?.int }
    func double(_ name: String) -> Double? { self[name]?.double }
    func bool(_ name: String) -> Bool? { self[name]?.bool }
    func list(_ name: String) -> [JSONValue] { self[name]?.elements ?? [] }
    func date(_ name: String) -> Date? { self[name]?.text.flatMap(Moments.date) }

    /// The object without OData's control information.
    var withoutControl: JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.filter { !$0.name.contains("@") }.map {
                    Member(name: $0.name, value: $0.value.withoutControl)
                })
        case .array(let values): .array(values.map(\.withoutControl))
        default: self
        }
    }

    /// The object with sizes as numbers: the API sends them as texts, because sums exceed what some
    /// readers of JSON can hold.
    var withNumericSizes: JSONValue { numeric(isOfSizes: false) }

    /// - Parameter isOfSizes: whether every number here is one of bytes, as below `bytes`.
    private func numeric(isOfSizes: Bool) -> JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.map { member in
                    let isSize = member.name.hasSuffix("Bytes") || Self.sizeNames.contains(member.name)
                    return Member(name: member.name, value: member.value.numeric(isOfSizes: isOfSizes || isSize))
                })
        case .array(let values): .array(values.map { $0.numeric(isOfSizes: isOfSizes) })
        case .string(let digits): isOfSizes ? Int(digits).map { JSONValue.integer($0) } ?? self : self
        default: self
        }
    }

    private static let sizeNames: Set<String> = [
        "bytes", "bytesToRead", "bytesToWrite", "size", "presentSize", "fromSize", "toSize", "bytesPerSecond",
    ]
}

// MARK: Text

extension JSONValue {
    /// The value as text on one line.
    var line: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): "\(value)"
        case .number(let value): value.isFinite ? "\(value)" : "null"
        case .string(let text): Self.quoted(text)
        case .array(let values): "[" + values.map(\.line).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.name)):\($0.value.line)" }.joined(separator: ",") + "}"
        }
    }

    /// A JSON string (RFC 8259, section 7). Marks that move a terminal's cursor are escaped too.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" {
                quoted += "\\"
                quoted.unicodeScalars.append(scalar)
            } else if scalar.isUnprintable {
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension JSONValue: Codable {
    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: AnyKey.self) {
            let names = container.allKeys.sorted { $0.stringValue < $1.stringValue }
            self = .object(
                try names.map { Member(name: $0.stringValue, value: try container.decode(JSONValue.self, forKey: $0)) })
        } else if var container = try? decoder.unkeyedContainer() {
            var values: [JSONValue] = []
            while !container.isAtEnd { values.append(try container.decode(JSONValue.self)) }
            self = .array(values)
        } else {
            self = try Self.scalar(try decoder.singleValueContainer())
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> JSONValue {
        if container.decodeNil() { return .null }
        if let value = try? container.decode(Bool.self) { return .bool(value) }
        if let value = try? container.decode(Int.self) { return .integer(value) }
        if let value = try? container.decode(Double.self) { return .number(value) }
        return .string(try container.decode(String.self))
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let members):
            var container = encoder.container(keyedBy: AnyKey.self)
            for member in members { try container.encode(member.value, forKey: AnyKey(member.name)) }
        case .array(let values):
            var container = encoder.unkeyedContainer()
            for value in values { try container.encode(value) }
        default: try encodeScalar(to: encoder)
        }
    }

    private func encodeScalar(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .null, .array, .object: try container.encodeNil()
        }
    }

    /// The name of any member.
    private struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }
}
