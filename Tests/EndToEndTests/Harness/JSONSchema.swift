import Foundation

/// As much of JSON Schema (draft 2020-12) as the program's own schemas use.
struct JSONSchema {
    private let root: [String: Any]

    init(_ text: String) throws {
        guard let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw Program.Missing(description: "no schema: \(text.prefix(300))")
        }
        self.root = root
    }

    /// What is wrong with a value; members that the schema does not name are wrong here too, so that
    /// no output goes undescribed.
    func problems(with value: Any) -> [String] { problems(value, root, at: "$") }

    private func problems(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
        if let name = (schema["$ref"] as? String)?.split(separator: "/").last {
            guard let definition = (root["$defs"] as? [String: Any])?[String(name)] as? [String: Any] else {
                return ["\(place): the schema defines no \(name)"]
            }
            return problems(value, definition, at: place)
        }
        if let choices = schema["anyOf"] as? [[String: Any]] {
            let all = choices.map { problems(value, $0, at: place) }
            return all.contains { $0.isEmpty } ? [] : all.min { $0.count < $1.count } ?? []
        }
        if let constant = schema["const"] as? String {
            return value as? String == constant ? [] : ["\(place): \(value) is not \(constant)"]
        }
        guard let type = schema["type"] as? String else { return [] }
        return isOf(type, value) ? inside(value, schema, at: place) : ["\(place): \(value) is no \(type)"]
    }

    private func isOf(_ type: String, _ value: Any) -> Bool {
        switch type {
        case "null": return value is NSNull
        case "string": return value is String
        case "array": return value is [Any]
        case "object": return value is [String: Any]
        case "boolean": return isFlag(value)
        case "integer":
            return !isFlag(value) && (value as? NSNumber).map { $0.doubleValue.rounded() == $0.doubleValue } ?? false
        case "number": return !isFlag(value) && value is NSNumber
        default: return false
        }
    }

    private func isFlag(_ value: Any) -> Bool {
        (value as? NSNumber).map { unsafe String(cString: $0.objCType) == "c" } ?? false
    }

    private func inside(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
        if let entries = value as? [Any], let items = schema["items"] as? [String: Any] {
            return entries.enumerated().flatMap { problems($0.element, items, at: "\(place)[\($0.offset)]") }
        }
        if let text = value as? String, schema["format"] as? String == "date-time" {
            let isMoment = text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil
            return isMoment ? [] : ["\(place): \(text) is no moment of UTC"]
        }
        guard let object = value as? [String: Any], let properties = schema["properties"] as? [String: [String: Any]]
        else { return [] }
        let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
        return missing.map { "\(place): \($0) is missing" }
            + object.sorted { $0.key < $1.key }.flatMap { name, member -> [String] in
                guard let property = properties[name] else { return ["\(place).\(name): the schema does not name it"] }
                return problems(member, property, at: "\(place).\(name)")
            }
    }
}
