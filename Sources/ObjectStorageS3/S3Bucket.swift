public import Logging
public import ObjectStorage

/// A bucket, or what lies beneath a prefix of one, as a place for stores.
public struct S3Bucket: Sendable {
    public let settings: S3Settings
    private let client: S3Client
    /// The same with less patience, for a person who waits for a start.
    private let hastyClient: S3Client

    /// Makes a bucket of settings. Nothing is asked yet: what is wrong with the settings, or where
    /// there are no credentials, fails each call.
    public init(_ settings: S3Settings, _ environment: S3Environment, logger: Logger) {
        self.settings = settings
        let credentials = CredentialStore(settings, environment, logger: logger)
        client = S3Client(settings, environment, credentials: credentials, logger: logger)
        hastyClient = S3Client(
            settings, environment, credentials: credentials, logger: logger, patience: .seconds(15))
    }

    /// The store of the objects beneath a folder of the place.
    /// - Parameter folder: names with slashes between them; empty for the place itself.
    public func store(at folder: String) -> S3ObjectStore {
        S3ObjectStore(
            client, prefix: settings.place.keyPrefix + (folder.isEmpty ? "" : folder + "/"), lock: settings.lock)
    }

    /// The names of the folders right beneath a folder, sorted. None is no error.
    public func folders(at folder: String) async throws(ObjectStoreError) -> [String] {
        let prefix = settings.place.keyPrefix + (folder.isEmpty ? "" : folder + "/")
        return try await S3Listing(client, prefix: prefix, subject: folder).folders().sorted()
    }

    /// The names of the folders right beneath a folder that hold anything, also if all of it is hidden
    /// by deletions. Sorted; none is no error.
    public func foldersOfVersions(at folder: String) async throws(ObjectStoreError) -> [String] {
        let prefix = settings.place.keyPrefix + (folder.isEmpty ? "" : folder + "/")
        return try await S3VersionListing(client, prefix: prefix, subject: folder).folders()
    }

    /// The address of a folder in the form that stock restic takes.
    public func address(of folder: String) -> String {
        let endpoint = settings.endpoint ?? .amazon(region: settings.region)
        return "s3:\(endpoint)/\(settings.place.bucket)/\(settings.place.keyPrefix)\(folder)"
    }

    /// Tries what the engine relies on with an object of its own, which it deletes.
    /// - Returns: what the store does not do, though the service can live with it.
    /// - Throws: `S3Refusal` for a store that cannot be used, with what is wrong and what to do.
    public func examine() async throws(S3Refusal) -> [String] {
        try await S3Examination(hastyClient).run()
    }
}

extension S3Bucket {
    /// Looks at a folder of the place and changes nothing: lists what is right beneath it, and asks
    /// for one object in the first folder.
    /// - Returns: the names of the folders.
    /// - Throws: `S3Refusal` with what is wrong and what to do.
    public func look(at folder: String, object: String) async throws(S3Refusal) -> [String] {
        try await S3Examination(hastyClient).look(at: folder, object: object)
    }

    /// What the store does of what can be asked of one, each with its answer. It writes objects of its
    /// own and deletes them.
    public func probe() async -> [(question: String, answer: String)] {
        await S3Probe(hastyClient).run()
    }
}

/// Why a bucket is not used: what is wrong, and what to do.
public struct S3Refusal: Error, Hashable, CustomStringConvertible, Sendable {
    public let description: String

    init(_ description: String) { self.description = description }
}
