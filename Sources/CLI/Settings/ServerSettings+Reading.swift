import Foundation

extension ServerSettings {
    /// Reads the settings: defaults, then the file, then the environment, then the command line;
    /// the last one that names a setting wins.
    /// - Parameters:
    ///   - file: a JSON object of setting names and values.
    ///   - environment: `HOLDFAST_REQUESTS_PER_SECOND` for `requests-per-second`.
    ///   - assignments: `name=value`.
    /// - Throws: `UsageError` for an unknown name or a value that does not fit.
    static func read(file: String?, environment: [String: String], assignments: [String]) throws -> ServerSettings {
        var settings = ServerSettings()
        for (name, value) in try file.map(values(inFile:)) ?? [] {
            try settings.set(name, value, from: "the settings file")
        }
        for setting in Setting.all {
            if let value = environment[setting.environmentName] {
                try settings.set(setting.name, value, from: setting.environmentName)
            }
        }
        for assignment in assignments {
            let halves = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2 else { throw UsageError("--set must be name=value, not '\(assignment)'.") }
            try settings.set(String(halves[0]), String(halves[1]), from: "--set")
        }
        return settings
    }

    private mutating func set(_ name: String, _ value: String, from source: String) throws {
        guard let setting = Setting.all.first(where: { $0.name == name }) else {
            throw UsageError("\(source): there is no setting '\(name)'. 'holdfast settings' lists them.")
        }
        if let form = setting.set(value, in: &self) {
            throw UsageError("\(source): \(name) must be \(form), not '\(value)'.")
        }
    }

    private static func values(inFile path: String) throws -> [(String, String)] {
        do {
            let object = try JSONDecoder().decode([String: FileValue].self, from: Data(contentsOf: URL(filePath: path)))
            return object.map { ($0.key, $0.value.text) }.sorted { $0.0 < $1.0 }
        } catch {
            throw UsageError(
                """
                The settings file '\(path)' cannot be used (\(explained(error))). It is a JSON object such as \
                {\"requests-per-second\": 50}.
                """
            )
        }
    }

    /// A number, a text, or an array of texts, which counts as one text with commas.
    private struct FileValue: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Int.self) {
                text = "\(number)"
            } else if let texts = try? value.decode([String].self) {
                text = texts.joined(separator: ",")
            } else {
                text = try value.decode(String.self)
            }
        }
    }
}
