import BackupRepository
import Catalog
import Concurrency
import FileTree
import Foundation
import Logging
public import ProtectionRules

extension ServiceContext {
    public var downloads: DownloadOperations { DownloadOperations(context: self) }
}

/// Hands out the content of backups: single files, previews of them, and archives.
public struct DownloadOperations: OperationGroup {
    package let context: ServiceContext

    /// Finds the items of paths in a browse session: names joined with slashes, beneath the
    /// drive or the site's libraries.
    /// - Returns: for each path its item, or nil where the session has none.
    /// - Throws: `browseSessionNotFound`, `invalidBrowseRequest`.
    public func resolve(sessionID: String, paths: [String]) async throws -> [(path: String, item: BrowseItem?)] {
        guard !paths.isEmpty, paths.count <= limits.pathsPerResolution else {
            throw ServiceError(.invalidBrowseRequest, "Give 1 to \(limits.pathsPerResolution) paths.")
        }
        let session = try await context.browsing.session(id: sessionID, workload: nil)
        return try await context.browsing.reading(session) { tree in
            var items: [(path: String, item: BrowseItem?)] = []
            for path in paths { items.append((path, try await tree.item(atPath: path))) }
            return items
        }
    }

    /// Opens a file of a browse session.
    /// - Throws: `downloadsForbidden`, `browseSessionNotFound`, `downloadItemNotFound`, `itemDamaged`,
    ///   `serviceNotAvailable`.
    public func content(sessionID: String, itemKey: String, _ caller: Caller) async throws -> DownloadContent {
        try requireAllowed()
        let session = try await context.browsing.session(id: sessionID, workload: nil)
        let place = try await context.browsing.reading(session) { try await $0.locations([itemKey])[0] }
        guard let place, place.kind == .file else { throw Self.noSuchFile }
        return try await content(session, place.path, caller)
    }

    /// Prepares a download of some items, which the caller can then fetch for a while.
    /// - Throws: as `content`; `invalidBrowseRequest`, `downloadTooLarge`.
    public func create(
        sessionID: String, itemKeys: [String], format: DownloadFormat, _ caller: Caller
    ) async throws -> Download {
        try requireAllowed()
        guard !itemKeys.isEmpty, itemKeys.count <= limits.keysPerDownload else {
            throw ServiceError(.invalidBrowseRequest, "Give 1 to \(limits.keysPerDownload) item keys.")
        }
        let session = try await context.browsing.session(id: sessionID, workload: nil)
        let places = try await context.browsing.reading(session) { try await $0.locations(itemKeys) }
        var names = TakenNames()
        var items: [ArchiveWalk.Item] = []
        for place in places {
            guard let place else {
                throw ServiceError(.downloadItemNotFound, "An item key is not one of this browse session.")
            }
            items.append(item(place, session, &names))
        }
        let size = try await size(of: items, format, session)
        let download = Download(
            id: "dl_" + dependencies.makeID().filter { $0 != "-" },
            fileName: format == .raw || items.count == 1
                ? items[0].name + (format == .zip ? ".zip" : "")
                : "\(DownloadName.safe(Array(session.sourceId.utf8))).zip",
            expires: now.addingTimeInterval(Double(intervals.downloadSeconds)), size: size, sessionID: session.id,
            format: format, owner: caller, items: items)
        let isKept = context.downloadTable.keep(
            download, id: download.id, until: download.expires, sizeBytes: download.sizeInMemory, now: now)
        guard isKept else {
            throw ServiceError(
                .serviceNotAvailable, "Too many downloads wait to be fetched; try again in a few minutes.",
                isRetryable: true)
        }
        return download
    }

    /// A download that the caller asked for.
    /// - Throws: `downloadsForbidden`, `downloadNotFound`.
    public func download(id: String, _ caller: Caller) throws -> Download {
        try requireAllowed()
        guard let download = context.downloadTable.value(id, of: Download.self, at: now),
            download.owner.isSame(as: caller)
        else {
            throw ServiceError(
                .downloadNotFound, "There is no such download, or it has expired: ask for it again.")
        }
        return download
    }

    /// The file of a download that is one file.
    /// - Throws: as `content`.
    public func content(of download: Download, _ caller: Caller) async throws -> DownloadContent {
        let session = try await context.browsing.session(id: download.sessionID, workload: nil)
        return try await content(session, download.items[0].path, caller)
    }

    /// Writes the archive of a download, once it has a place among those that are sent at once.
    /// - Throws: what `write` throws; any failure leaves the archive without its end.
    public func send(_ download: Download, _ write: @escaping @Sendable ([UInt8]) async throws -> Void) async throws {
        let session = try await context.browsing.session(id: download.sessionID, workload: nil)
        try await sending(session, download.owner, items: download.items.count) {
            let reader = try await reader(session)
            try await ArchiveWalk(items: download.items, reader: reader).send(write)
        }
    }
}

extension DownloadOperations {
    private static let noSuchFile = ServiceError(
        .downloadItemNotFound, "The item key is not that of a file of this browse session.")

    private func requireAllowed() throws(ServiceError) {
        guard limits.allowsDownloads else {
            throw ServiceError(.downloadsForbidden, "Downloads are switched off (portal.downloads); restore the files.")
        }
    }

    private func item(_ place: BrowseLocation, _ session: BrowseSession, _ names: inout TakenNames) -> ArchiveWalk.Item
    {
        let name = place.path.isRoot ? Array(session.sourceId.utf8) : place.path.name
        return ArchiveWalk.Item(name: names.take(DownloadName.safe(name)), path: place.path, folder: place.folder)
    }

    private func size(
        of items: [ArchiveWalk.Item], _ format: DownloadFormat, _ session: BrowseSession
    ) async throws -> UInt64 {
        try await opening {
            let reader = try await reader(session)
            guard format == .raw else {
                return try await ArchiveWalk(items: items, reader: reader).length(
                    entriesAtMost: limits.entriesPerArchive)
            }
            guard items.count == 1, items[0].folder == nil, let file = try await reader.file(at: items[0].path) else {
                throw ServiceError(.invalidBrowseRequest, "The format raw is for one file; choose zip for all else.")
            }
            return file.size
        }
    }

    private func content(_ session: BrowseSession, _ path: TreePath, _ caller: Caller) async throws -> DownloadContent {
        try await opening {
            let reader = try await reader(session)
            guard let file = try await reader.file(at: path) else { throw Self.noSuchFile }
            return DownloadContent(file: file, reader: reader, session: session, caller: caller, operations: self)
        }
    }

    private func reader(_ session: BrowseSession) async throws -> SnapshotFileReader {
        try await SnapshotFileReader(
            try await context.browsing.repository(session.unitId), snapshot: session.snapshotId)
    }

    /// Runs what opens and counts, on the threads for that, and words its failures.
    func opening<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await withTaskExecutorPreference(OpenRepositories.threads) { try await body() }
        } catch let error as RepositoryError where error.code == .damaged {
            throw ServiceError(
                .itemDamaged, "The backup of an item is damaged: choose another restore point.",
                detail: error.description)
        } catch let error as RepositoryError {
            throw ServiceError(reading: error)
        } catch is ArchiveWalk.TooManyEntries {
            throw ServiceError(
                .downloadTooLarge,
                "An archive holds \(limits.entriesPerArchive) files and folders at most; choose fewer, or restore.")
        }
    }

    /// Runs what sends content, with a place among those that do so at once. What was handed out is
    /// logged, however it ended.
    func sending(
        _ session: BrowseSession, _ caller: Caller, items: Int, _ body: () async throws -> Void
    ) async throws {
        await context.downloadPlaces.acquire()
        defer { context.downloadPlaces.release() }
        var metadata: Logger.Metadata = [
            "application": "\(caller.application.id)", "person": "\(caller.user?.id ?? "none")",
            "unit": "\(session.unitId)", "point": "\(session.restorePointId)", "items": "\(items)",
        ]
        do {
            try Task.checkCancellation()
            try await withTaskExecutorPreference(OpenRepositories.threads) { try await body() }
            dependencies.logger.notice("Content of a backup was downloaded.", metadata: metadata)
        } catch {
            metadata["cause"] = "\(error)"
            dependencies.logger.notice("A download of content of a backup was cut off.", metadata: metadata)
            throw error
        }
    }
}

extension Caller {
    /// Whether both are the same application and the same person.
    fileprivate func isSame(as other: Caller) -> Bool {
        application.id == other.application.id && user?.id == other.user?.id
    }
}
