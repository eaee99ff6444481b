public import Catalog
import Foundation
public import OData
import ProtectionService

/// A protection unit of the Graph surface, with what only the additions can be asked of it.
let unitType = EntityType<ProtectionUnit>("protectionUnit") {
    BoundOperation.function(
        "versions", parameters: [Parameter("path", String.self)],
        returns: .value(.collection(FileVersionValue.edmType)), argumentsInQuery: true)
    differencesFunction
    BoundOperation.action("backup", returns: .entity("backup"))
    BoundOperation.action("releaseHold", returns: .entity("restorePoint"))
}

extension JobState: EdmEnum {
    public static let edm = EnumType<Self>("backupStatus", [.waiting, .running, .done, .failed])
}

/// A backup that somebody asked for, or that was due.
struct BackupRecord: Sendable, Identifiable {
    var backup = RequestedBackup()

    var id: String { backup.job.id }
}

let backupType = EntityType<BackupRecord>("backup") {
    Property("unitId") { (record: BackupRecord, _) in record.backup.job.subjectId }
    Property("status") { (record: BackupRecord, _) in record.backup.job.state }
    Property("createdDateTime") { (record: BackupRecord, _) in record.backup.job.createdDateTime }
    Property("endedDateTime") { (record: BackupRecord, _) in record.backup.job.endedDateTime }
    // When a backup that waits begins; after a failed try that may be later.
    Property("runAfterDateTime") { (record: BackupRecord, _) in
        record.backup.job.state == .waiting ? record.backup.job.runAfterDateTime : nil
    }
    Property("restorePointId") { (record: BackupRecord, _) in record.backup.pointID }
    Property("error") { (record: BackupRecord, _) in record.backup.error }
}
