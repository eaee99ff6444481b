import BackupRepository
import Catalog
import Foundation
import ProtectionRules

/// A file of a backup that is open for reading.
public struct DownloadContent: Sendable {
    private let file: SnapshotFile
    private let reader: SnapshotFileReader
    private let session: BrowseSession
    private let caller: Caller
    private let operations: DownloadOperations

    init(
        file: SnapshotFile, reader: SnapshotFileReader, session: BrowseSession, caller: Caller,
        operations: DownloadOperations
    ) {
        self.file = file
        self.reader = reader
        self.session = session
        self.caller = caller
        self.operations = operations
    }

    /// A name that is safe on every system.
    public var name: String { DownloadName.safe(file.name) }
    /// The content length in bytes.
    public var size: UInt64 { file.size }
    /// The strong entity tag of the content.
    public var tag: String { "\"\(file.contentID.prefix(32))\"" }

    /// Writes a part of the content, once it has a place among those that are sent at once.
    /// - Throws: `RepositoryError` where the backup is damaged; what `write` throws.
    public func send(
        _ range: Range<UInt64>, _ write: @escaping @Sendable ([UInt8]) async throws -> Void
    ) async throws {
        try await operations.sending(session, caller, items: 1) {
            var pieces = Pieces(write)
            try await reader.read(file, range: range) { try await pieces.add($0) }
            try await pieces.flush()
        }
    }

    /// The beginning of the content as text.
    /// - Throws: `itemDamaged`, `serviceNotAvailable`.
    public func text() async throws -> [UInt8] {
        let bytes = try await operations.opening {
            var bytes: [UInt8] = []
            try await operations.sending(session, caller, items: 1) {
                bytes = try await beginning(PreviewKind.textBytes)
            }
            return bytes
        }
        return PreviewKind.text(bytes, isCut: size > PreviewKind.textBytes)
    }

    /// Refuses a content that is not shown as an image.
    /// - Throws: `previewTooLarge`, `previewNotPossible`, `itemDamaged`, `serviceNotAvailable`.
    public func requireImage() async throws {
        guard size <= PreviewKind.imageBytes else {
            throw ServiceError(
                .previewTooLarge, "Images are shown up to \(PreviewKind.imageBytes >> 20) MB; download the file.")
        }
        let beginning = try await operations.opening { try await self.beginning(PreviewKind.signatureBytes) }
        guard PreviewKind.isImage(beginning) else {
            throw ServiceError(
                .previewNotPossible, "Only PNG, JPEG, GIF and WebP images are shown; download the file.")
        }
    }

    private func beginning(_ count: UInt64) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await reader.read(file, range: 0..<min(size, count)) { bytes += $0 }
        return bytes
    }
}
