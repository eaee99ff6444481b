package import ObjectStorage

extension ServiceDependencies {
    /// The store beside the repository at a location, for what is no part of restic's layout.
    package func storeBeside(_ location: String) -> any ObjectStore {
        repositoryStore(RepositoryBeside.location(location))
    }
}
