/// The newest change of one thing.
///
/// Each change takes the next number of the feed. There is one row for each thing that changed
/// lately and not one for each change, so whoever reads after a number sees every thing that
/// changed since then once. The row of the topic `floor` has the number up to which rows
/// were removed, if any were.
public struct ChangeNote: CatalogRecord, Hashable {
    /// The topic and the thing's id, joined with a slash.
    public var id: String = ""
    /// A `ChangeTopic`, or `floor`.
    public var topic: String = ""
    /// Empty for everything of the topic.
    public var subjectId: String = ""
    /// Counts upwards; no two rows have the same.
    public var number: Int = 0

    public init() {}

    init(_ subject: ChangeSubject, number: Int) {
        id = "\(subject.topic.rawValue)/\(subject.id ?? "")"
        topic = subject.topic.rawValue
        subjectId = subject.id ?? ""
        self.number = number
    }

    var subject: ChangeSubject? {
        ChangeTopic(rawValue: topic).map { ChangeSubject($0, subjectId.isEmpty ? nil : subjectId) }
    }

    static let floorTopic = "floor"

    public static let table = Table<ChangeNote>(
        "changeNote",
        [
            Column("id", \.id),
            Column("topic", \.topic),
            Column("subjectId", \.subjectId),
            Column("number", \.number),
        ])
}
