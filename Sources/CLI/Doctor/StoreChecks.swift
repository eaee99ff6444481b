import Foundation
import Logging
import ObjectStorageS3

/// Whether the place of the repositories can be reached, where it is not in the state folder.
struct StoreChecks {
    /// nil where the repositories are in the state folder, whose room is looked at already.
    let store: StoreSettings?
    let tenantID: String
    /// Whether a store in S3 is tried with an object of its own.
    let isDeep: Bool
    let environment: [String: String]

    func findings() async -> [Finding] {
        guard let store else { return [] }
        if let folder = store.folder { return local(LocalRepositoryShelf(address: folder)) }
        do {
            guard let settings = try store.s3(environment: environment) else { return [] }
            return await bucket(settings)
        } catch {
            return [CredentialFinding.of("store", error, environment: environment)]
        }
    }

    private func local(_ shelf: LocalRepositoryShelf) -> [Finding] {
        let address = shelf.address
        guard shelf.isUsable else {
            return [
                Finding(
                    "store", .failing, "'\(address)' cannot be read and written by this account, or is not there.",
                    action: "look whether its disk is mounted, and run this as the server's account")
            ]
        }
        let place =
            FileManager.default.fileExists(atPath: address)
            ? address : URL(filePath: address).deletingLastPathComponent().path
        return [
            Finding("store", .ok, "'\(address)' can be read and written."),
            SpaceCheck.finding(of: URL(filePath: place)),
        ]
    }

    private func bucket(_ settings: S3Settings) async -> [Finding] {
        let bucket = S3Bucket(settings, .machine, logger: LogOptions.command(.critical).logger)
        let name = "'\(settings.place)'"
        do {
            let found = try await bucket.look(at: tenantID, object: "config")
            let repositories = found.count { UUID(uuidString: $0) != nil }
            let seen = Finding(
                "store", .ok, "\(name) answers; it holds \(repositories.counted("repository", plural: "repositories"))."
            )
            guard isDeep else { return [seen] }
            return [seen] + (try await bucket.examine()).map { Finding("store", .warning, "\(name): \($0)") }
        } catch {
            return [Finding("store", .failing, "\(error)")]
        }
    }
}

/// A secret that could not be read for a check.
enum CredentialFinding {
    /// A credential of the service can be read only within the service, which is no fault.
    static func of(_ name: String, _ error: any Error, environment: [String: String]) -> Finding {
        let text = explained(error)
        let isHidden = environment["CREDENTIALS_DIRECTORY"] == nil && text.contains("CREDENTIALS_DIRECTORY")
        guard isHidden else { return Finding(name, .failing, text) }
        return Finding(
            name, .unknown, "it was not looked at: its credentials can be read only within the service.",
            action: "look at the server's own checks")
    }
}
