import Foundation
import OData

/// A body of the control surface. A field that it does not have is refused, so that a slip of the pen does not pass for success.
protocol SandboxBody: Decodable, Sendable {
    static var fields: Set<String> { get }
}

extension SandboxBody {
    /// Reads a body.
    /// - Throws: `BadRequest` with the field that is wrong.
    static func read(_ bytes: [UInt8]) throws(ODataError) -> Self {
        let decoder = JSONDecoder()
        do {
            let names = try decoder.decode([String: IgnoredValue].self, from: Data(bytes)).keys
            if let unknown = names.sorted().first(where: { !fields.contains($0) }) {
                throw ODataError.badRequest("There is no field '\(unknown)'. Fields: \(fields.sorted().joined(separator: ", ")).", target: unknown)
            }
            return try decoder.decode(Self.self, from: Data(bytes))
        } catch let error as ODataError {
            throw error
        } catch let error as DecodingError {
            throw .badRequest("The body cannot be used: \(error.sandboxText).")
        } catch {
            throw .badRequest("The body is not JSON.")
        }
    }
}

/// Any value, unread.
private struct IgnoredValue: Decodable {
    init(from decoder: any Decoder) throws {}
}

extension DecodingError {
    /// Where the body is wrong, and how.
    fileprivate var sandboxText: String {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(Self.place(context.codingPath)) \(context.debugDescription)"
        case .keyNotFound(let key, let context): "\(Self.place(context.codingPath + [key])) is missing"
        @unknown default: "it does not fit"
        }
    }

    private static func place(_ path: [any CodingKey]) -> String {
        path.isEmpty ? "it" : "'" + path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".") + "'"
    }
}

/// Moves, sets or stops the clock.
struct ClockBody: SandboxBody {
    static let fields: Set<String> = ["now", "advance", "step", "frozen"]
    var now: String?
    var advance: String?
    var step: String?
    var frozen: Bool?
}

/// Orders a failure.
struct FaultBody: SandboxBody {
    static let fields: Set<String> = ["unit", "operation", "artifact", "request", "code", "message", "times", "retryable", "status", "retryAfterSeconds"]

    /// Which requests fail.
    struct Request: Decodable, Sendable {
        var method: String?
        var path: String
    }
    var unit: String?
    var operation: String?
    var artifact: String?
    var request: Request?
    var code: String
    var message: String?
    var times: Int?
    var retryable: Bool?
    var status: Int?
    var retryAfterSeconds: Int?
}

/// A tenant.
struct TenantBody: SandboxBody {
    static let fields: Set<String> = ["users", "groups", "sites"]

    /// A person.
    struct User: Decodable, Sendable {
        var userPrincipalName: String
        var id: String?
        var displayName: String?
        var mail: String?
        /// The files of the person's drive; no drive where missing.
        var drive: [String: FileContent]?
    }
    /// A group of people.
    struct Group: Decodable, Sendable {
        var displayName: String
        var id: String?
        var members: [String]?
    }
    /// A site with the files of its libraries.
    struct Site: Decodable, Sendable {
        var name: String
        var id: String?
        var displayName: String?
        var libraries: [String: [String: FileContent]]?
    }
    var users: [User]?
    var groups: [Group]?
    var sites: [Site]?
}

/// Changes the files of a drive or library: writes, then deletes, then lets ransomware loose.
struct FilesBody: SandboxBody {
    static let fields: Set<String> = ["write", "delete", "ransomware"]

    /// An attack.
    struct Attack: Decodable, Sendable {
        /// Repeats the choices.
        var seed: UInt64?
    }
    var write: [String: FileContent]?
    var delete: [String]?
    var ransomware: Attack?
}

/// What a file holds: a text, bytes in base 64, or so many random bytes.
enum FileContent: Decodable, Sendable {
    case text(String)
    case bytes([UInt8])
    case random(sizeBytes: Int, seed: UInt64)

    /// The longest file that is made.
    static let longestBytes = 256 << 20

    private enum CodingKeys: String, CodingKey {
        case base64, sizeBytes, seed
    }

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .text(text)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let data = try container.decodeIfPresent(Data.self, forKey: .base64) {
            self = .bytes([UInt8](data))
            return
        }
        let size = try container.decode(Int.self, forKey: .sizeBytes)
        guard (0...Self.longestBytes).contains(size) else {
            throw DecodingError.dataCorruptedError(forKey: .sizeBytes, in: container, debugDescription: "must be 0 to \(Self.longestBytes)")
        }
        self = .random(sizeBytes: size, seed: try container.decodeIfPresent(UInt64.self, forKey: .seed) ?? 1)
    }
}
