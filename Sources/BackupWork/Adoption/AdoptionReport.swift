public import Catalog

/// What came of taking over a repository.
public struct AdoptionReport: Sendable {
    public var unit: ProtectionUnit
    /// The restore points that its snapshots are now, the oldest first.
    public var points: [RestorePoint] = []
    /// Snapshots that were left as they are, by ID, with the reason.
    public var skipped: [(snapshot: String, reason: String)] = []

    public init(unit: ProtectionUnit) { self.unit = unit }
}

/// Where a repository lies that is to be taken over, and how it becomes that of a unit.
public protocol AdoptedPlace: Sendable {
    /// Where it is, for a person.
    var address: String { get }
    /// The location at which it is a repository of this installation; nil where it is none.
    func attachment() throws -> String?
    /// Makes it the repository at a location.
    func attach(as location: String) throws
    /// Undoes that, and leaves the repository as it is.
    func detach(from location: String) throws
}
