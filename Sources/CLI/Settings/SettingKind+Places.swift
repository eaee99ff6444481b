/// Kinds of settings that name something: a path, an address, a list, a secret.
extension SettingKind {
    /// The absolute path of a file or folder.
    static func path(at place: Place<String?>) -> SettingKind {
        text(at: place, type: "path", form: "an absolute path, such as /etc/holdfast/file") { isPath($0) }
    }

    static func path(at place: Place<String>) -> SettingKind {
        let reading = Reading(form: "an absolute path, such as /var/lib/holdfast") { settings, text in
            guard isPath(text) else { return false }
            settings[keyPath: place] = text
            return true
        }
        return SettingKind(type: "path", reading: reading) { $0[keyPath: place] }
    }

    /// An address as host:port, of a server that is asked.
    static func address(at place: Place<String?>, example: String) -> SettingKind {
        text(at: place, type: "address", form: "host:port, such as \(example)") { (HostAndPort($0)?.port ?? 0) > 0 }
    }

    /// An address as host:port, to listen on.
    static func listener(at place: Place<String>) -> SettingKind {
        let reading = Reading(form: "host:port, such as 127.0.0.1:8080; port 0 takes a free one") { settings, text in
            guard HostAndPort(text) != nil else { return false }
            settings[keyPath: place] = text
            return true
        }
        return SettingKind(type: "address", reading: reading) { $0[keyPath: place] }
    }

    /// A text that may be missing.
    static func text(
        at place: Place<String?>, type: String = "text", form: String,
        isFitting: @escaping @Sendable (String) -> Bool = { !$0.isEmpty && !$0.utf8.contains(0) }
    ) -> SettingKind {
        .text(
            type: type, form: form, show: { $0[keyPath: place] ?? "none" },
            set: { settings, value in
                guard isFitting(value) else { return false }
                settings[keyPath: place] = value
                return true
            })
    }

    /// Several texts. Where one text is given, commas separate them.
    static func list(
        at place: Place<[String]>, form: String, isFitting: @escaping @Sendable (String) -> Bool = { !$0.isEmpty }
    ) -> SettingKind {
        let store: @Sendable (inout ServerSettings, [String]) -> Bool = { settings, values in
            guard values.allSatisfy(isFitting) else { return false }
            settings[keyPath: place] = values
            return true
        }
        let reading = Reading(form: form) { settings, text in store(&settings, texts(in: text)) }
        return SettingKind(type: "list", reading: reading, list: store) {
            $0[keyPath: place].isEmpty ? "none" : $0[keyPath: place].joined(separator: ",")
        }
    }

    /// A secret, of which only the place is known. It is shown as set or not set.
    static func secret(at place: Place<SecretReference?>) -> SettingKind {
        let reading = Reading(form: SecretReference.form) { settings, text in
            guard let reference = SecretReference(text) else { return false }
            settings[keyPath: place] = reference
            return true
        }
        return SettingKind(
            type: "secret", reading: reading, identity: { $0[keyPath: place]?.text ?? "" },
            show: { $0[keyPath: place] == nil ? "not set" : "set" })
    }

    private static func isPath(_ text: String) -> Bool { text.hasPrefix("/") && !text.utf8.contains(0) }

    /// The texts between the commas of one.
    private static func texts(in text: String) -> [String] {
        text.isEmpty
            ? []
            : text.split(separator: ",", omittingEmptySubsequences: false).map { entry in
                let trimmed = entry.drop { $0 == " " }
                return String(trimmed.reversed().drop { $0 == " " }.reversed())
            }
    }
}

// MARK: JSON Schema

extension SettingKind {
    static func schema(of range: ClosedRange<Int>) -> [(String, JSONValue)] {
        [
            ("type", .string("integer")), ("minimum", .integer(range.lowerBound)),
            ("maximum", .integer(range.upperBound)),
        ]
    }

    /// What every value of a type has in common.
    static func schema(ofType type: String) -> [(String, JSONValue)] {
        switch type {
        case "number": [("type", .string("number"))]
        case "switch": [("enum", .array([.string("on"), .string("off"), .bool(true), .bool(false)]))]
        case "duration": amount("s|m|h|d|w")
        case "size": amount("B|KiB|MiB|GiB|TiB")
        case "list":
            [
                ("type", .array([.string("array"), .string("string")])),
                ("items", .object([("type", .string("string"))])),
            ]
        case "path": [("type", .string("string")), ("pattern", .string("^/"))]
        case "secret": [("type", .string("string")), ("pattern", .string("^(credential:[A-Za-z0-9_.-]+|file:/.*)$"))]
        default: [("type", .string("string"))]
        }
    }

    private static func amount(_ units: String) -> [(String, JSONValue)] {
        let written: [(String, JSONValue)] = [
            ("type", .string("string")), ("pattern", .string("^([0-9]+(\(units))|0)$")),
        ]
        return [("anyOf", .array([.object(written), .object([("const", .integer(0))])]))]
    }
}
