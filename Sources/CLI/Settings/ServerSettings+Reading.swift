import Foundation

extension ServerSettings {
    /// Reads the settings: defaults, then the file, then the environment, then the command line;
    /// the last one that names a setting wins.
    /// - Parameter file: a JSON object of setting names and values.
    /// - Parameter environment: `HOLDFAST_SERVER_REQUEST_BURST` for `server.request-burst`.
    /// - Parameter assignments: `name=value`.
    /// - Throws: `UsageError` for an unknown name or a value that does not fit.
    static func read(file: String?, environment: [String: String], assignments: [String]) throws -> ServerSettings {
        var settings = ServerSettings()
        for (name, value) in try file.map(values(inFile:)) ?? [] {
            try settings.set(name, value, from: "the settings file")
        }
        for setting in Setting.all {
            // Today's name wins over the former one.
            for (variable, name) in setting.environmentNames.reversed() {
                if let value = environment[variable] { try settings.set(name, value, from: variable) }
            }
        }
        for assignment in assignments {
            let halves = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { throw Self.wrong("--set must be name=value, not '\(assignment)'.") }
            try settings.set(String(halves[0]), String(halves[1]), from: "--set")
        }
        return settings
    }

    private mutating func set(_ name: String, _ value: String, from source: String) throws {
        guard let setting = Setting.named(name) else { throw Self.unknown(name, from: source) }
        if let form = setting.set(value, under: name, in: &self) {
            throw Self.wrong("\(source): \(name) must be \(form), not '\(value)'.")
        }
        if name == setting.formerName { formerNames.append((name, setting.name)) }
    }

    private static func wrong(_ message: String) -> UsageError { UsageError(message, status: .wrongConfiguration) }

    private static func unknown(_ name: String, from source: String) -> UsageError {
        let names = Setting.all.flatMap { [$0.name] + [$0.formerName].compactMap(\.self) }
        let guess = NearestWord.guess(name, among: names)
        return wrong("\(source): there is no setting '\(name)'.\(guess) 'holdfast config show' lists them.")
    }

    private static func values(inFile path: String) throws -> [(String, String)] {
        do {
            let object = try JSONDecoder().decode([String: FileValue].self, from: Data(contentsOf: URL(filePath: path)))
            return object.map { ($0.key, $0.value.text) }.sorted { $0.0 < $1.0 }
        } catch {
            throw wrong(
                """
                The settings file '\(path)' cannot be used (\(explained(error))). It is a JSON object such as \
                {\"server.requests-per-second\": 50}.
                """
            )
        }
    }

    /// A number, a switch, a text, or an array of texts, which counts as one text with commas.
    private struct FileValue: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let isOn = try? value.decode(Bool.self) {
                text = isOn ? "on" : "off"
            } else if let number = try? value.decode(Int.self) {
                text = "\(number)"
            } else if let texts = try? value.decode([String].self) {
                text = texts.joined(separator: ",")
            } else {
                text = try value.decode(String.self)
            }
        }
    }
}
