public import Catalog

/// What a client can follow: `overview`, `health`, `incidents`, `restores`,
/// `restores/{id}`, `units/{id}`, `policies`, `searches/{id}`.
public enum EventTopic: Sendable, Hashable, CustomStringConvertible {
    case overview
    case health
    case incidents
    case restores
    /// One plan or session.
    case restore(String)
    case unit(String)
    case policies
    case search(String)

    /// The most topics in one stream.
    public static let maximumCount = 20
    private static let maximumBytes = 200

    /// Reads a topic as it is written in an address; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.maximumBytes else { return nil }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let id = parts.count == 2 ? parts[1] : nil
        if let id, id.isEmpty || !id.utf8.allSatisfy({ Self.isOfAnID($0) }) { return nil }
        switch (parts[0], id) {
        case ("overview", nil): self = .overview
        case ("health", nil): self = .health
        case ("incidents", nil): self = .incidents
        case ("restores", nil): self = .restores
        case ("restores", let id?): self = .restore(id)
        case ("units", let id?): self = .unit(id.lowercased())
        case ("policies", nil): self = .policies
        case ("searches", let id?): self = .search(id)
        default: return nil
        }
    }

    /// Letters, digits, and what separates them in ids.
    private static func isOfAnID(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "-_.:".utf8.contains(byte)
        }
    }

    public var description: String {
        switch self {
        case .overview: "overview"
        case .health: "health"
        case .incidents: "incidents"
        case .restores: "restores"
        case .restore(let id): "restores/\(id)"
        case .unit(let id): "units/\(id)"
        case .policies: "policies"
        case .search(let id): "searches/\(id)"
        }
    }

    /// What of the feed of changes it follows; nil for health, which no row keeps.
    public var subject: ChangeSubject? {
        switch self {
        case .overview: ChangeSubject(.overview)
        case .health: nil
        case .incidents: ChangeSubject(.incidents)
        case .restores: ChangeSubject(.restores)
        case .restore(let id): ChangeSubject(.restores, id)
        case .unit(let id): ChangeSubject(.units, id)
        case .policies: ChangeSubject(.policies)
        case .search(let id): ChangeSubject(.searches, id)
        }
    }

    /// What the topic tells of a change; nil where it does not tell it.
    public func thing(of change: ChangeSubject) -> EventThing? {
        guard let subject, subject.topic == change.topic else { return nil }
        guard let id = subject.id else { return EventThing(topic: self, id: change.id) }
        return change.id == nil || change.id == id ? EventThing(topic: self, id: id) : nil
    }
}

/// One thing of a topic, which has events of its own.
public struct EventThing: Sendable, Hashable {
    public var topic: EventTopic
    /// The thing's id; nil for the topic as a whole.
    public var id: String?

    public init(topic: EventTopic, id: String?) {
        self.topic = topic
        self.id = id
    }
}
