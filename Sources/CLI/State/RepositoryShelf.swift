import FileTree
import Foundation
import ObjectStorage

/// Where the repositories of an installation are: one store at each location.
///
/// A repository is at the id of its unit; what cannot be kept inside it is in a second store beside
/// it (docs/ledger.md), whose location ends with `.beside`.
protocol RepositoryShelf: Sendable {
    /// Where all of them are, for messages.
    var address: String { get }

    /// Where a repository is, in the form that stock restic takes.
    func address(of location: String) -> String

    /// The store at a location. It need not hold anything yet.
    func store(at location: String) -> any ObjectStore

    /// The locations of every store that holds anything, sorted. None is no error.
    func contents() async throws -> [String]

    /// Deletes every store with all that it holds. None is no error.
    func eraseAll() async throws

    /// The room for more; nil where that is not known.
    var space: TreeSpace? { get }

    /// Whether it can be read and written, as far as that can be told without writing.
    var isUsable: Bool { get }
}

extension RepositoryShelf {
    private static var besideSuffix: String { ".beside" }

    /// The locations of repositories, without those of the stores beside them.
    func repositoryLocations() async throws -> [String] {
        try await contents().filter { UUID(uuidString: $0) != nil }
    }

    /// Whether there is a repository, or what is left of one.
    func holdsRepositories() async throws -> Bool {
        for location in try await repositoryLocations() {
            let store = store(at: location)
            if try await store.stat("config") != nil { return true }
            if try await !store.list(prefix: "snapshots/").isEmpty { return true }
        }
        return false
    }

    /// The tenant's id as the first readable identity beside a repository tells it, for a user
    /// who has lost `settings.json`.
    func tenantID() async -> String? {
        let locations = (try? await contents()) ?? []
        for location in locations where location.hasSuffix(Self.besideSuffix) {
            guard let bytes = try? await store(at: location).read("identity") else { continue }
            if let id = Self.tenantID(inIdentity: bytes) { return id }
        }
        return nil
    }

    /// An identity is one line of JSON; what follows authenticates it.
    private static func tenantID(inIdentity bytes: [UInt8]) -> String? {
        let line = Data(bytes.prefix { $0 != UInt8(ascii: "\n") })
        return (try? JSONDecoder().decode(IdentityLine.self, from: line))?.tenantID
    }
}

/// What is read of the identity beside a repository. Its other members do not matter here.
private struct IdentityLine: Decodable {
    var tenantID: String
}

/// Repositories in one folder of this machine, a folder for each location.
struct LocalRepositoryShelf: RepositoryShelf {
    /// The absolute path of the folder, which the first repository makes.
    let address: String

    func address(of location: String) -> String { address + "/" + location }

    /// The place of a repository that was taken over is a link to it.
    func store(at location: String) -> any ObjectStore {
        let path = address(of: location)
        return LocalObjectStore(path: (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? path)
    }

    func contents() async throws -> [String] {
        guard FileManager.default.fileExists(atPath: address) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: address).sorted()
    }

    func eraseAll() async throws {
        guard FileManager.default.fileExists(atPath: address) else { return }
        try FileManager.default.removeItem(atPath: address)
    }

    /// Of the file system that the folder is on, or will be on, for users without privileges.
    var space: TreeSpace? {
        let place =
            FileManager.default.fileExists(atPath: address)
            ? address : URL(filePath: address).deletingLastPathComponent().path
        let figures = try? FileManager.default.attributesOfFileSystem(forPath: place)
        let item = try? FileManager.default.attributesOfItem(atPath: place)
        guard let free = (figures?[.systemFreeSize] as? NSNumber)?.uint64Value,
            let device = (item?[.systemNumber] as? NSNumber)?.uint64Value
        else { return nil }
        return TreeSpace(
            fileSystem: device, availableBytes: free,
            capacityBytes: (figures?[.systemSize] as? NSNumber)?.uint64Value)
    }

    /// The folder's, or of the one in which the first repository makes it.
    var isUsable: Bool {
        let files = FileManager.default
        let place =
            files.fileExists(atPath: address) ? address : URL(filePath: address).deletingLastPathComponent().path
        return files.isReadableFile(atPath: place) && files.isWritableFile(atPath: place)
    }
}
