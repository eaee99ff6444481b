import Foundation
import OData
import Testing

/// The contract's files, see `Tests/Vectors/contract/README.md`.
enum Vectors {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Vectors/contract")
        .standardizedFileURL

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// Every operation of the surface.
    static let operations: [ContractOperation] = {
        do {
            return try JSONDecoder().decode(
                [ContractOperation].self, from: Data(contentsOf: folder.appending(path: "operations.json")))
        } catch {
            preconditionFailure("operations.json cannot be read: \(error)")
        }
    }()

    /// Every request with its answer, in the order of their numbers.
    static let examples: [ContractExample] = {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "examples").path)
                .sorted()
            return try names.map { name in
                let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "examples/\(name)")))
                return try ContractExample(number: String(name.prefix(2)), JSONValue(parsing: bytes))
            }
        } catch {
            preconditionFailure("The examples cannot be read: \(error)")
        }
    }()
}

/// One entry of `operations.json`.
struct ContractOperation: Decodable, Sendable {
    struct Permissions: Decodable, Sendable {
        let delegated: [String]
        let application: [String]
    }

    enum Treatment: String, Decodable, Sendable {
        case required, recommended, reject405, reject404
        case rejectByState = "reject-by-state"
    }

    let path: String
    let method: String
    let versions: [String]
    let kind: String
    let permissions: Permissions
    let success: [Int]
    let implement: Treatment
    let response: String?

    /// What is to be done with it: what the entry says, unless the
    /// contract says otherwise elsewhere.
    var treatment: Treatment { KnownReadings.operations[name]?.treatment ?? implement }

    /// Whether it is to be answered and not refused.
    var isOffered: Bool { treatment == .required || treatment == .recommended || treatment == .rejectByState }

    /// Name for tables and messages.
    var name: String { "\(method) \(path.dropFirst("/solutions/backupRestore".count))" }

    /// The placeholders of the path, in order, without braces.
    var placeholders: [String] { path.matches(of: /\{([^}]*)\}/).map { String($0.1) } }

    /// The path in one version with every placeholder filled.
    func url(_ version: String, _ value: (String) -> String) -> String {
        "/\(version)" + path.replacing(/\{([^}]*)\}/) { value(String($0.1)) }
    }
}

/// A request with its answer.
struct ContractExample: Sendable, CustomTestStringConvertible {
    let number: String
    let name: String
    let method: String
    /// Path with query, below the host.
    let target: String
    let headers: [(name: String, value: String)]
    let body: JSONValue?
    let status: Int
    let answerHeaders: [(name: String, value: String)]
    let answer: JSONValue?

    var testDescription: String { "\(number) \(name)" }

    init(number: String, _ value: JSONValue) throws {
        struct Malformed: Error {}
        guard let request = value["request"], let response = value["response"], let url = request["url"]?.stringValue,
            let name = value["name"]?.stringValue, let method = request["method"]?.stringValue,
            let status = response["status"]?.intValue
        else { throw Malformed() }
        self.number = number
        self.name = name
        self.method = method
        target = String(url.dropFirst("https://graph.backup.example".count))
        headers = Self.fields(request["headers"])
        body = request["body"]
        self.status = Int(status)
        answerHeaders = Self.fields(response["headers"])
        answer = response["body"]
    }

    private static func fields(_ value: JSONValue?) -> [(name: String, value: String)] {
        (value?.objectValue?.members ?? []).compactMap { member in member.value.stringValue.map { (member.name, $0) } }
    }
}
