/// Repositories that lie where their owners made them, and that this installation has taken over.
public protocol AdoptedRepositories: Sendable {
    /// Whether the repository at a location is one of them.
    func isAdopted(_ location: String) throws -> Bool

    /// Lets go of the repository at a location, and leaves it as it is. Does nothing
    /// where it is none of them.
    func release(_ location: String) throws
}
