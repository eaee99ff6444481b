/// One setting of a server: its name, its meaning, which values it takes, and where its value is
/// kept in the settings.
///
/// Names have a group and a word (`policy.cadence`), as the configuration file nests them. The names
/// of earlier versions (`cadence-seconds`) still work, with a plain number of their unit.
struct Setting: Sendable {
    let name: String
    /// The name of earlier versions; nil for a setting that they did not have.
    let formerName: String?
    let meaning: String
    let kind: SettingKind
    /// The option of 'serve' that wins over the setting; nil where it has none.
    let option: String?
    /// A value that shows the form, for a setting without a default.
    let example: String?
    /// Whether a running server takes a new value at SIGHUP.
    let takesReload: Bool

    init(
        _ name: String, _ kind: SettingKind, former formerName: String? = nil, option: String? = nil,
        example: String? = nil, takesReload: Bool = false, meaning: String
    ) {
        self.name = name
        self.formerName = formerName
        self.meaning = meaning
        self.kind = kind
        self.option = option
        self.example = example ?? Self.examples[name]
        self.takesReload = takesReload
    }

    /// The value, as a user would write it.
    func shown(in settings: ServerSettings) -> String { kind.show(settings) }

    /// The default as it would be written; nil for a setting that has none, and has an example.
    var defaultText: String? {
        var settings = ServerSettings()
        let shown = shown(in: settings)
        guard example == nil, shown != "none", set(shown, under: name, in: &settings) == nil else { return nil }
        return shown
    }

    /// Whether this is a name of the setting, today's or an earlier one.
    func isNamed(_ word: String) -> Bool { word == name || word == formerName }

    /// Stores a value that was given under one of the setting's names.
    /// - Returns: nil, or what the value must be where it does not fit.
    func set(_ value: String, under word: String, in settings: inout ServerSettings) -> String? {
        let reading = word == formerName ? kind.former ?? kind.reading : kind.reading
        return reading.set(&settings, value) ? nil : reading.form
    }

    /// Stores a list that was given as one.
    /// - Returns: nil, or what is wrong with it.
    func set(_ list: [String], in settings: inout ServerSettings) -> String? {
        if let reading = kind.list {
            return reading(&settings, list) ? nil : "must be \(kind.reading.form), not [\(Self.quoted(list))]."
        }
        guard kind.type == "list" else { return "must be \(kind.reading.form), not a list." }
        guard !list.contains(where: { $0.contains(",") }) else { return "must have entries without commas." }
        let isFitting = kind.reading.set(&settings, list.joined(separator: ","))
        return isFitting ? nil : "must be \(kind.reading.form), not [\(Self.quoted(list))]."
    }

    private static func quoted(_ list: [String]) -> String { list.joined(separator: ", ").cut(to: 80) }

    /// The name of the environment variable: `HOLDFAST_POLICY_CADENCE` for `policy.cadence`.
    var environmentName: String { Self.environmentName(of: name) }

    /// The names of environment variables, with the setting's name that each stands for. Both names
    /// of a setting may lead to one variable, which then stands for the name of today.
    var environmentNames: [(variable: String, name: String)] {
        let former = formerName.map { (variable: Self.environmentName(of: $0), name: $0) }
        return [(environmentName, name)] + [former].compactMap(\.self).filter { $0.variable != environmentName }
    }

    private static func environmentName(of name: String) -> String {
        "HOLDFAST_" + String(name.uppercased().map { $0 == "-" || $0 == "." ? "_" : $0 })
    }
}
