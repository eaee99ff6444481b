import Foundation
import OData
import Texts

/// A JSON object in a body of the control surface, with the place where it stands for messages.
///
/// Foundation's decoder keeps members under keys that compare by canonical equivalence, so of two
/// file names that differ only by normalisation it loses one. The engine's JSON keeps members by
/// their bytes and in their order.
struct BodyObject {
    private let object: JSONObject
    /// For example `users[2]`; empty at the top.
    private let place: String

    /// Reads a body, which must be a JSON object.
    static func read(_ bytes: [UInt8]) throws(ODataError) -> BodyObject {
        let value: JSONValue
        do throws(JSONParseError) {
            // The server has its own limit on bodies.
            value = try JSONValue(parsing: bytes, limits: JSONLimits(maximumBytes: .max))
        } catch {
            throw .badRequest(
                "The body is not JSON: \(error.message) (byte \(error.offset))",
                target: error.property.isEmpty ? nil : error.property)
        }
        return try BodyObject(value, at: "")
    }

    private init(_ value: JSONValue, at place: String) throws(ODataError) {
        guard let object = value.objectValue else {
            throw .badRequest(
                "\(place.isEmpty ? "The body" : "'\(place)'") must be a JSON object.",
                target: place.isEmpty ? nil : place)
        }
        self.object = object
        self.place = place
    }

    /// Refuses members that are not among `names`, so that a mistyped name does not pass for success.
    func allow(_ names: String...) throws(ODataError) {
        let unknown = object.members.first { member in !names.contains { $0.isExactly(member.name) } }
        guard let unknown else { return }
        throw .badRequest(
            "There is no field '\(path(unknown.name))'. Fields: \(names.sorted().joined(separator: ", ")).",
            target: path(unknown.name))
    }

    /// Whether there is a member that is not null.
    func has(_ name: String) -> Bool { value(name) != nil }

    /// A text; nil where it is missing or null.
    func text(_ name: String) throws(ODataError) -> String? {
        try read(name, "a text") { $0.stringValue }
    }

    /// A text that may not be missing.
    func requiredText(_ name: String) throws(ODataError) -> String {
        guard let text = try text(name) else { throw .badRequest("'\(path(name))' is missing.", target: path(name)) }
        return text
    }

    /// `true` or `false`; nil where it is missing or null.
    func flag(_ name: String) throws(ODataError) -> Bool? {
        try read(name, "true or false") { $0.boolValue }
    }

    /// A whole number within bounds; nil where it is missing or null.
    func whole(_ name: String, in bounds: ClosedRange<Int>) throws(ODataError) -> Int? {
        try read(name, "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)") { value in
            value.intValue.map { Int($0) }.flatMap { bounds.contains($0) ? $0 : nil }
        }
    }

    /// A seed of random numbers.
    func seed(_ name: String) throws(ODataError) -> UInt64? {
        try whole(name, in: 0...Int.max).map { UInt64($0) }
    }

    /// A list of texts; nil where it is missing or null.
    func texts(_ name: String) throws(ODataError) -> [String]? {
        try read(name, "a list of texts") { value in
            guard let elements = value.arrayValue else { return nil }
            let texts = elements.compactMap(\.stringValue)
            return texts.count == elements.count ? texts : nil
        }
    }

    /// An object; nil where it is missing or null.
    func object(_ name: String) throws(ODataError) -> BodyObject? {
        guard let value = value(name) else { return nil }
        return try BodyObject(value, at: path(name))
    }

    /// A list of objects; empty where it is missing or null.
    func objects(_ name: String) throws(ODataError) -> [BodyObject] {
        let elements = try read(name, "a list of objects") { $0.arrayValue } ?? []
        var objects: [BodyObject] = []
        for (index, element) in elements.enumerated() {
            objects.append(try BodyObject(element, at: "\(path(name))[\(index)]"))
        }
        return objects
    }

    /// Every member in the order of writing.
    func members<Value>(
        _ read: (_ value: JSONValue, _ place: String) throws(ODataError) -> Value
    ) throws(ODataError) -> [(name: String, value: Value)] {
        var members: [(name: String, value: Value)] = []
        for (name, value) in object.members { members.append((name: name, value: try read(value, path(name)))) }
        return members
    }

    /// The object that a value must be.
    static func of(_ value: JSONValue, at place: String) throws(ODataError) -> BodyObject {
        try BodyObject(value, at: place)
    }

    private func path(_ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }

    private func value(_ name: String) -> JSONValue? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    private func read<Value>(
        _ name: String, _ wanted: String, _ body: (JSONValue) -> Value?
    ) throws(ODataError) -> Value? {
        guard let value = value(name) else { return nil }
        guard let found = body(value) else {
            throw .badRequest("'\(path(name))' must be \(wanted).", target: path(name))
        }
        return found
    }
}
