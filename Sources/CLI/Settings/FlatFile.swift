import Foundation

/// The settings file of earlier versions: a JSON object of setting names and values.
enum FlatFile {
    /// The names and values, sorted by name.
    /// - Throws: `UsageError` for a file that cannot be used.
    static func values(in path: String) throws -> [(String, String)] {
        do {
            let object = try JSONDecoder().decode([String: FileValue].self, from: Data(contentsOf: URL(filePath: path)))
            return object.map { ($0.key, $0.value.text) }.sorted { $0.0 < $1.0 }
        } catch {
            throw UsageError(
                """
                The settings file '\(path)' cannot be used (\(explained(error))). It is a JSON object such as \
                {\"server.requests-per-second\": 50}.
                """, status: .wrongConfiguration)
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
