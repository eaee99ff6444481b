import BackupRepository
import Catalog
import FileTree
import Foundation
import ProtectionService

/// Rows of what restores tell beside their success, within one transaction.
struct NoticeRows {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// Records what a restore tells beside its success.
    func note(_ outcome: RestoreOutcome, artifactID: String, sessionID: String, makeID: () -> String) throws {
        try rows.delete(RestoreNotice.self, where: .equal("artifactId", artifactID))
        for (ordinal, var notice) in RestoreNotice.of(outcome).enumerated() {
            notice.id = makeID()
            notice.sessionId = sessionID
            notice.artifactId = artifactID
            notice.ordinal = ordinal
            try rows.insert(notice)
        }
    }
}

extension RestoreNotice {
    /// The most that are kept of one artifact; the point tells all that it could not read.
    static let maximumOfArtifact = 10_000

    fileprivate static func of(_ outcome: RestoreOutcome) -> [RestoreNotice] {
        let left = Set(outcome.leftAlone)
        var notices = outcome.leftAlone.map { RestoreNotice(.leftAlone, $0, nil) }
        for item in outcome.unread where !left.contains(item.path) {
            notices.append(RestoreNotice(item.keptFrom == nil ? .absent : .older, item.path, item.keptFrom))
        }
        return Array(notices.prefix(maximumOfArtifact))
    }

    private init(_ kind: RestoreNoticeKind, _ path: TreePath, _ keptFrom: Timestamp?) {
        self.init()
        self.kind = kind
        self.path = path.bytes
        keptFromDateTime = keptFrom.map { Date($0) }
    }
}
