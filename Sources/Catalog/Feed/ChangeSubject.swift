/// What a change is about, as those see it who follow the service.
public enum ChangeTopic: String, Sendable, Hashable, CaseIterable {
    /// The figures of the whole tenant.
    case overview
    /// Attacks that were noticed.
    case incidents
    /// Restore plans, restore sessions and how far they are; by the plan's or the session's id.
    case restores
    /// Protection units with their points; by the unit's id.
    case units
    /// Protection policies; by the policy's id.
    case policies
    /// Searches for files; by the search's id.
    case searches
}

/// One thing that changed, or everything of a topic where nothing more is known.
public struct ChangeSubject: Sendable, Hashable {
    public var topic: ChangeTopic
    /// The thing's id; nil for any number of things of the topic.
    public var id: String?

    public init(_ topic: ChangeTopic, _ id: String? = nil) {
        self.topic = topic
        self.id = id
    }
}

/// The subjects that one transaction changes, gathered until its end: a thousand rows of one
/// session are one change of that session.
///
/// It belongs to one writer, which is used within one closure.
final class ChangeGathering {
    private(set) var subjects: Set<ChangeSubject> = []

    init() {}

    func add(_ subject: ChangeSubject) { subjects.insert(subject) }

    /// A row that was written.
    func add<Record: CatalogRecord>(_ record: Record) {
        guard !Record.changeTopics.isEmpty else { return }
        subjects.formUnion(record.changeSubjects)
    }

    /// Rows that were changed without being read: any of their topics may have changed.
    func add<Record: CatalogRecord>(_: Record.Type, rows: Int) {
        guard rows > 0 else { return }
        for topic in Record.changeTopics { subjects.insert(ChangeSubject(topic)) }
    }
}
