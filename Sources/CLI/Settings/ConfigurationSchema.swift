/// The configuration file as JSON Schema, with which editors complete and check it.
enum ConfigurationSchema {
    static let document = JSONValue.object(
        [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("title", .string("holdfast.yaml")),
            ("description", .string("The configuration of a Holdfast server: holdfast.yaml(5).")),
        ] + group(""))

    /// The members of a group, which may be empty.
    private static func group(_ name: String) -> [(String, JSONValue)] {
        let members = KeyGuess.words(below: name).map { word -> (String, JSONValue) in
            let path = name.isEmpty ? word : "\(name).\(word)"
            guard let setting = Setting.all.first(where: { $0.name == path }) else {
                return (word, .object(group(path)))
            }
            return (word, value(setting))
        }
        return [
            ("type", name.isEmpty ? .string("object") : .array([.string("object"), .string("null")])),
            ("properties", .object(members)), ("additionalProperties", .bool(false)),
        ]
    }

    private static func value(_ setting: Setting) -> JSONValue {
        let defaults = setting.defaultText.map { [("default", JSONValue.string($0))] } ?? []
        let examples = setting.example.map { [("examples", JSONValue.array([.string($0)]))] } ?? []
        return .object(
            [("description", .string("\(setting.meaning): \(setting.kind.reading.form)"))] + setting.kind.schema
                + defaults
                + examples)
    }
}
