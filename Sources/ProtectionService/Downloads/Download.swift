import FileTree
public import Foundation
import ProtectionRules

/// The form of a download.
public enum DownloadFormat: String, Sendable, Hashable, CaseIterable {
    /// One archive with everything that was chosen.
    case zip
    /// One file as it is.
    case raw
}

/// A download that can be fetched for a while by whoever asked for it.
public struct Download: Sendable, Hashable, Identifiable {
    public var id: String
    /// The name under which it is to be stored.
    public var fileName: String
    public var expires: Date
    /// The number of bytes of the file or of the archive.
    public var size: UInt64
    public var sessionID: String
    public var format: DownloadFormat
    /// Who may fetch it.
    let owner: Caller
    let items: [ArchiveWalk.Item]

    public static func == (left: Download, right: Download) -> Bool { left.id == right.id }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// About how much memory it takes.
    var sizeInMemory: Int { 256 + items.reduce(0) { $0 + 128 + $1.name.utf8.count + $1.path.bytes.count } }
}
