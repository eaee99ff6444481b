import Foundation

/// What a configuration is read from. Of two sources of one setting the later one wins: the file,
/// the files beside it, the environment, `--set`, options.
struct ConfigurationSources: Sendable {
    /// The YAML file of `--config`; nil for none.
    var file: String?
    /// The flat JSON file of `--settings`, in the place of the other.
    var flatFile: String?
    var environment: [String: String] = [:]
    /// What `--set` gave, each as `name=value`.
    var assignments: [String] = []
    /// Options of their own, each with the setting that it stands for.
    var options: [GivenOption] = []

    /// Where the package puts the file.
    static let packageFile = "/etc/holdfast/holdfast.yaml"

    /// The file that commands beside a server look at.
    /// - Parameter given: the option `--config`.
    static func file(_ given: String?, environment: [String: String]) -> String? {
        if let given { return given }
        if let named = environment["HOLDFAST_CONFIG"], !named.isEmpty { return named }
        return FileManager.default.fileExists(atPath: packageFile) ? packageFile : nil
    }
}

/// The settings in force, where each came from, and everything that is wrong.
struct Configuration: Sendable {
    private(set) var settings = ServerSettings()
    /// Where the settings were given, by their names; those without an entry have their defaults.
    private(set) var sources: [String: SettingSource] = [:]
    private(set) var faults: [ConfigurationFault] = []
    /// What a person should know, though nothing is wrong.
    private(set) var warnings: [String] = []
    /// The files that were read.
    private(set) var files: [String] = []

    /// Reads everything, whatever is wrong with a part of it.
    init(_ sources: ConfigurationSources) {
        if let file = sources.file {
            readFiles(file)
        } else if let flatFile = sources.flatFile {
            readFlatFile(flatFile)
        }
        if sources.file != nil, sources.flatFile != nil {
            faults.append(ConfigurationFault(whole: "--config and --settings exclude each other: give --config alone."))
        }
        readEnvironment(sources.environment)
        for assignment in sources.assignments { assign(assignment) }
        for given in sources.options {
            self.sources[given.setting] = .option(given.option)
            // What does not fit is told by the option's own check, in its own words.
            _ = Setting.named(given.setting)?.set(given.value, under: given.setting, in: &settings)
        }
        faults += contradictions
    }

    /// The configuration itself, where nothing is wrong with it.
    /// - Throws: `UsageError` with every fault.
    func sound() throws -> Configuration {
        guard faults.isEmpty else { throw UsageError(faults) }
        return self
    }

    func source(of setting: Setting) -> SettingSource { sources[setting.name] ?? .builtIn }

    // MARK: Values

    private mutating func set(_ name: String, _ value: String, from source: SettingSource) {
        guard let setting = Setting.named(name) else { return refuse(source, KeyGuess.unknown(name)) }
        if let form = setting.set(value, under: name, in: &settings) {
            // What stands where the place of a secret should may be the secret.
            let shown = setting.kind.isSecret ? "" : ", not '\(value.cut(to: 80))'"
            return refuse(source, "\(name) must be \(form)\(shown).")
        }
        sources[setting.name] = source
        if name == setting.formerName { settings.formerNames.append((name, setting.name)) }
    }

    private mutating func refuse(_ source: SettingSource, _ message: String) {
        faults.append(ConfigurationFault(source, message))
    }

    // MARK: The environment and the command line

    private mutating func readEnvironment(_ environment: [String: String]) {
        for setting in Setting.all {
            // Today's name wins over the former one.
            for (variable, name) in setting.environmentNames.reversed() {
                if let value = environment[variable] { set(name, value, from: .variable(variable)) }
            }
        }
        let known = Setting.all.flatMap(\.environmentNames).map(\.variable)
        for variable in environment.keys.sorted() where variable.hasPrefix("HOLDFAST_") && !known.contains(variable) {
            // Other programs and other commands have variables of their own that begin so.
            guard let near = NearestWord.of(variable, among: known), !Self.otherVariables.contains(variable) else {
                continue
            }
            warnings.append("\(variable) is no variable of a setting. Did you mean \(near)?")
        }
    }

    /// Variables that are no settings.
    private static let otherVariables: Set<String> = [
        "HOLDFAST_CONFIG", "HOLDFAST_STATE", "HOLDFAST_SERVER", "HOLDFAST_CONTEXT", "HOLDFAST_TOKEN",
    ]

    private mutating func assign(_ assignment: String) {
        let halves = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else {
            return faults.append(
                ConfigurationFault(whole: "--set must be name=value, not '\(assignment.cut(to: 80))'."))
        }
        set(String(halves[0]), String(halves[1]), from: .assignment)
    }
}

// MARK: Files

extension Configuration {
    /// Reads the file, then those in the folder beside it whose name is that of the file and `.d`.
    private mutating func readFiles(_ path: String) {
        read(path)
        let folder = path + ".d"
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            for name in names.sorted() where name.hasSuffix(".yaml") && !name.hasPrefix(".") {
                read(folder + "/" + name)
            }
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            // Few installations have one.
        } catch {
            faults.append(ConfigurationFault(whole: "The folder '\(folder)' cannot be read (\(explained(error)))."))
        }
    }

    private mutating func read(_ path: String) {
        do {
            let file = try YAMLFile.read(path)
            files.append(path)
            for fault in file.faults { refuse(Self.place(fault.mark, in: path), fault.message) }
            read(file, at: path)
        } catch {
            faults.append(ConfigurationFault(whole: explained(error)))
        }
    }

    private static func place(_ mark: TextMark, in path: String) -> SettingSource {
        .file(path: path, line: mark.line, column: mark.column)
    }

    /// Of a file with more faults only these are told.
    private static let maximumFaults = 100

    private mutating func read(_ file: YAMLFile, at path: String) {
        var (seen, unknown): ([String: TextMark], Set<String>) = ([:], [])
        let bound = faults.count + Self.maximumFaults
        for entry in file.entries {
            let source = Self.place(entry.mark, in: path)
            guard faults.count < bound else { return refuse(source, "what is wrong from here on is not told.") }
            // What is below an unknown group is unknown with it.
            guard !unknown.contains(entry.groups.joined(separator: ".")) else {
                unknown.insert(entry.name)
                continue
            }
            if let setting = Setting.all.first(where: { $0.name == entry.name }) {
                if let first = seen[entry.name] {
                    refuse(source, "\(entry.name) stands here twice; the first time in line \(first.line).")
                }
                seen[entry.name] = entry.mark
                if case .group = entry.value { unknown.insert(entry.name) }
                set(setting, entry.value, from: source)
            } else if Setting.isGroup(entry.name) {
                guard entry.value != .group, entry.value != .empty else { continue }
                refuse(
                    source, "'\(entry.name)' is a group: write settings below it, such as \(Self.example(entry.name)).")
            } else {
                unknown.insert(entry.name)
                refuse(source, KeyGuess.unknown(entry.word, in: entry.groups))
            }
        }
    }

    private static func example(_ group: String) -> String {
        Setting.all.first { $0.name.hasPrefix(group + ".") }?.name ?? group
    }

    private mutating func set(_ setting: Setting, _ value: YAMLFile.Value, from source: SettingSource) {
        switch value {
        case .text(let text): set(setting.name, text, from: source)
        case .list(let list):
            if let problem = setting.set(list, in: &settings) { return refuse(source, "\(setting.name) \(problem)") }
            sources[setting.name] = source
        case .empty: refuse(source, "\(setting.name) has no value: write one behind it, or remove the line.")
        case .group: refuse(source, "\(setting.name) is a setting, no group: it must be \(setting.kind.reading.form).")
        case .other: refuse(source, "\(setting.name) must be \(setting.kind.reading.form).")
        }
    }

    /// Reads the JSON of earlier versions, an object of names and values.
    private mutating func readFlatFile(_ path: String) {
        do {
            let values = try FlatFile.values(in: path)
            files.append(path)
            for (name, value) in values { set(name, value, from: .flatFile(path)) }
            let lines = Setting.all.filter { sources[$0.name] == .flatFile(path) }.map {
                "\($0.name): \($0.shown(in: settings))"
            }
            warnings.append(
                """
                --settings and its JSON go on for two releases. Write its settings into a file for --config: \
                \(lines.joined(separator: "; "))
                """)
        } catch {
            faults.append(ConfigurationFault(whole: explained(error)))
        }
    }
}

extension Setting {
    /// Whether a name is that of a group of settings.
    static func isGroup(_ name: String) -> Bool { all.contains { $0.name.hasPrefix(name + ".") } }
}
