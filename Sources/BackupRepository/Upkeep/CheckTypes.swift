/// Something wrong in a repository.
public struct CheckProblem: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Whether data is at risk, or only space or order.
    public enum Severity: String, Sendable, Hashable, Codable {
        /// Something cannot be restored, or not rightly.
        case error
        /// Harmless; prune would tidy it.
        case note
    }

    /// Whether data is at risk.
    public var severity: Severity
    /// The object of the repository, for example `data/1f/1fab…` or `snapshots/…`.
    public var object: String
    /// The item within a snapshot, where there is one.
    public var item: String?
    /// What is wrong, for a person.
    public var message: String

    public init(_ severity: Severity, object: String, item: String? = nil, message: String) {
        self.severity = severity
        self.object = object
        self.item = item
        self.message = message
    }

    public var description: String { "\(severity.rawValue): \(object)\(item.map { " (\($0))" } ?? ""): \(message)" }
}

/// What a check found.
public struct CheckReport: Sendable, Hashable, Codable {
    /// Everything found, errors first.
    public var problems: [CheckProblem] = []
    /// Snapshots whose trees were walked.
    public var snapshots: UInt64 = 0
    /// Different trees that were read.
    public var trees: UInt64 = 0
    /// Packs that were examined.
    public var packs: UInt64 = 0
    /// Blobs in the index.
    public var blobs: UInt64 = 0
    /// Bytes that were read from packs and verified.
    public var bytesRead: UInt64 = 0

    /// The problems that put data at risk.
    public var errors: [CheckProblem] { problems.filter { $0.severity == .error } }
    /// Whether everything can be restored, as far as was checked.
    public var isSound: Bool { errors.isEmpty }
}

/// How far a check is.
public struct CheckProgress: Sendable, Hashable {
    /// Packs read so far.
    public var packs: UInt64
    public var packsTotal: UInt64
    /// Trees read so far.
    public var trees: UInt64
}
