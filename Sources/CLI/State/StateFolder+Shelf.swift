import Foundation
import Logging

/// Where the repositories of a state folder are.
extension StateFolder {
    /// The shelf of a folder that holds its repositories itself.
    static func shelf(in url: URL) -> any RepositoryShelf {
        LocalRepositoryShelf(address: url.appending(path: StateFile.repositories).path)
    }

    /// The shelf that the settings name.
    static func shelf(
        in url: URL, of settings: StateSettings, logger: Logger = LogOptions.command(.warning).logger
    ) throws -> any RepositoryShelf {
        guard let store = settings.store else { return shelf(in: url) }
        if let folder = store.folder { return LocalRepositoryShelf(address: folder) }
        guard let s3 = try store.s3(environment: ProcessInfo.processInfo.environment) else {
            throw StateRefusal.unreadableSettings(
                file: url.appending(path: StateFile.settings).path, cause: "its store is of an unknown kind")
        }
        return S3RepositoryShelf(s3, tenantID: settings.tenantID, logger: logger)
    }
}
