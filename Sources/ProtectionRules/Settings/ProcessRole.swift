/// What a process of an installation does.
public enum ProcessRole: String, Sendable, Hashable, CaseIterable {
    /// It answers clients and people.
    case api
    /// It takes jobs and does them.
    case worker
    /// It looks for what is due.
    case schedule
}
