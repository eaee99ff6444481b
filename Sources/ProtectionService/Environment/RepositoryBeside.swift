package import Catalog
package import ObjectStorage

/// Where that lies which a repository cannot say of itself (docs/ledger.md).
package enum RepositoryBeside {
    /// What the location of the store beside ends with.
    package static let suffix = ".beside"

    /// The location of the store beside the repository at a location.
    package static func location(_ location: String) -> String { location + suffix }
}

extension ServiceDependencies {
    /// The store beside a repository.
    package func storeBeside(_ row: UnitRepository) -> any ObjectStore {
        repositoryStore(RepositoryBeside.location(row.location))
    }
}
