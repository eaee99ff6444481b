import Texts

/// A JSON value as RFC 8259 has it, with whole numbers kept apart from fractions.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number written without fraction or exponent that fits 64 bits.
    case int(Int64)
    /// A number with a fraction or an exponent, or one outside 64 bits.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The string, if this is one.
    public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
    /// The elements, if this is an array.
    public var arrayValue: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
    /// The object, if this is one.
    public var objectValue: JSONObject? { if case .object(let object) = self { object } else { nil } }
    /// The whole number, if this is one.
    public var intValue: Int64? { if case .int(let number) = self { number } else { nil } }
    /// The truth value, if this is one.
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The place of the first text with a NUL, as `a/b[2]`; empty for this value itself, nil
    /// if there is none.
    var propertyWithNUL: String? {
        switch self {
        case .null, .bool, .int, .double: return nil
        case .string(let text): return text.has("\0") ? "" : nil
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if let inner = element.propertyWithNUL { return Self.joined("[\(index)]", inner) }
            }
        case .object(let object):
            for (name, value) in object.members {
                if let inner = value.propertyWithNUL { return Self.joined(name, inner) }
            }
        }
        return nil
    }

    /// A step and the steps after it.
    static func joined(_ step: String, _ rest: String) -> String {
        step + (rest.isEmpty || rest.utf8.first == UInt8(ascii: "[") ? "" : "/") + rest
    }

    /// The member `name`, if this is an object that has it.
    public subscript(name: String) -> JSONValue? { objectValue?[name] }
}

/// A JSON object: members in the order of writing, found by name in constant time. Names are
/// unique by their bytes.
public struct JSONObject: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// The members in order.
    public private(set) var members: [(name: String, value: JSONValue)] = []
    private var positions: [ExactText: Int] = [:]

    public init() {}

    /// An object with these members; the last value of a repeated name wins.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (name, value) in elements { self[name] = value }
    }

    /// The names in order.
    public var names: [String] { members.map(\.name) }

    /// The value of `name`. Setting replaces a member in place or appends one;
    /// setting nil does nothing.
    public subscript(name: String) -> JSONValue? {
        get { positions[ExactText(name)].map { members[$0].value } }
        set {
            guard let newValue else { return }
            if let position = positions[ExactText(name)] {
                members[position].value = newValue
            } else {
                positions[ExactText(name)] = members.count
                members.append((name: name, value: newValue))
            }
        }
    }

    /// Equal when they hold equal values under the same names, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self = .object(object)
    }
}
