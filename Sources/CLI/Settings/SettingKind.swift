import Foundation

/// What values a setting takes, and how they are read, kept and shown.
struct SettingKind: Sendable {
    /// How a value is read from text.
    struct Reading: Sendable {
        /// What a value must be, for a user who wrote something else.
        let form: String
        /// Stores a value; false where it does not fit.
        let set: @Sendable (inout ServerSettings, String) -> Bool
    }

    typealias Place<Value> = any (WritableKeyPath<ServerSettings, Value> & Sendable)

    /// What kind of value it is, in a word.
    let type: String
    let reading: Reading
    /// How a value is read under the setting's former name; nil where as under today's.
    let former: Reading?
    let show: @Sendable (ServerSettings) -> String
    /// How a list is stored; nil where it is read as one text with commas, or is none.
    let list: (@Sendable (inout ServerSettings, [String]) -> Bool)?
    /// What JSON Schema says of a value.
    let schema: [(String, JSONValue)]
    /// What tells two values apart, where they may be shown alike.
    let identity: (@Sendable (ServerSettings) -> String)?

    init(
        type: String, reading: Reading, former: Reading? = nil, schema: [(String, JSONValue)]? = nil,
        list: (@Sendable (inout ServerSettings, [String]) -> Bool)? = nil,
        identity: (@Sendable (ServerSettings) -> String)? = nil, show: @escaping @Sendable (ServerSettings) -> String
    ) {
        self.type = type
        self.reading = reading
        self.former = former
        self.show = show
        self.list = list
        self.schema = schema ?? Self.schema(ofType: type)
        self.identity = identity
    }

    var isSecret: Bool { type == "secret" }

    /// A whole number within a range.
    static func number(at place: Place<Int>, in range: ClosedRange<Int>) -> SettingKind {
        SettingKind(type: "number", reading: whole(at: place, in: range), schema: schema(of: range)) {
            "\($0[keyPath: place])"
        }
    }

    /// A number with a fraction, such as a share of 0.2.
    static func decimal(at place: Place<Double>, in range: ClosedRange<Double>) -> SettingKind {
        let reading = Reading(form: "a number from \(range.lowerBound) to \(range.upperBound)") { settings, text in
            guard let value = Double(text), range.contains(value) else { return false }
            settings[keyPath: place] = value
            return true
        }
        return SettingKind(type: "number", reading: reading) { "\($0[keyPath: place])" }
    }

    /// Something that is on or off.
    static func flag(at place: Place<Bool>) -> SettingKind {
        let reading = Reading(form: "'on' or 'off'") { settings, text in
            guard let value = ["on": true, "off": false, "true": true, "false": false][text] else { return false }
            settings[keyPath: place] = value
            return true
        }
        return SettingKind(type: "switch", reading: reading) { $0[keyPath: place] ? "on" : "off" }
    }

    /// One of several words.
    static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
        at place: Place<Value>
    ) -> SettingKind where Value.RawValue == String {
        choice(set: { $0[keyPath: place] = $1 }, show: { $0[keyPath: place].rawValue })
    }

    /// One of several words, or none.
    static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
        at place: Place<Value?>
    ) -> SettingKind where Value.RawValue == String {
        choice(set: { $0[keyPath: place] = $1 }, show: { $0[keyPath: place]?.rawValue ?? "none" })
    }

    private static func choice<Value: RawRepresentable & CaseIterable & Sendable>(
        set: @escaping @Sendable (inout ServerSettings, Value) -> Void,
        show: @escaping @Sendable (ServerSettings) -> String
    ) -> SettingKind where Value.RawValue == String {
        let words = Value.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let reading = Reading(form: "one of \(words)") { settings, text in
            guard let value = Value(rawValue: text) else { return false }
            set(&settings, value)
            return true
        }
        let schema = [("enum", JSONValue.array(Value.allCases.map { .string($0.rawValue) }))]
        return SettingKind(type: "text", reading: reading, schema: schema, show: show)
    }

    /// A time such as `10m`; kept as a whole number of some unit of time.
    static func duration(at place: Place<Int>, in unit: DurationUnit, _ range: ClosedRange<Int>) -> SettingKind {
        amount(at: place, in: unit, range, type: "duration", called: "a time", examples: "90s, 10m, 6h or 14d")
    }

    /// A size such as `16KiB`; kept as a whole number of some unit of bytes.
    static func size(at place: Place<Int>, in unit: SizeUnit, _ range: ClosedRange<Int>) -> SettingKind {
        amount(at: place, in: unit, range, type: "size", called: "a size", examples: "512B, 16KiB, 32MiB or 4TiB")
    }

    /// A number with a unit behind it; its former names are followed by the number alone.
    private static func amount(
        at place: Place<Int>, in unit: some WrittenUnit, _ range: ClosedRange<Int>, type: String, called noun: String,
        examples: String
    ) -> SettingKind {
        let (least, most) = (unit.text(of: range.lowerBound), unit.text(of: range.upperBound))
        let reading = Reading(form: "\(noun) from \(least) to \(most), such as \(examples)") { settings, text in
            guard let value = unit.count(in: text), range.contains(value) else { return false }
            settings[keyPath: place] = value
            return true
        }
        return SettingKind(type: type, reading: reading, former: whole(at: place, in: range)) {
            unit.text(of: $0[keyPath: place])
        }
    }

    /// A text, a path or a list, of which its own functions know the form.
    static func text(
        type: String = "text", form: String, show: @escaping @Sendable (ServerSettings) -> String,
        set: @escaping @Sendable (inout ServerSettings, String) -> Bool
    ) -> SettingKind {
        SettingKind(type: type, reading: Reading(form: form, set: set), show: show)
    }

    /// The parts of a list, without blanks around them. An empty one stays, so that it can be refused.
    static func parts(of text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func whole(at place: Place<Int>, in range: ClosedRange<Int>) -> Reading {
        Reading(form: "a whole number from \(range.lowerBound) to \(range.upperBound)") { settings, text in
            guard let number = Int(text), range.contains(number) else { return false }
            settings[keyPath: place] = number
            return true
        }
    }
}
