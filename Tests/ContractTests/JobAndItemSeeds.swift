import BackupTesting
import Catalog
import Foundation

/// Rows of lists, exclusions, activities and single items, so that there is one of everything
/// that can be read.
extension World {
    /// What has no other seed, by the number in its ids.
    private enum Kind: Int {
        case unitsJob = 13
        case exclusionsJob, exclusion, activity, item, find
    }

    /// Fills what the other seeds leave empty; gives the ids that stand for
    /// the placeholders of `operations.json`.
    func fillJobsAndItems() async throws -> [String: String] {
        var ids = [
            "activityLogBase-id": Self.id(Kind.activity.rawValue, .oneDriveForBusiness),
            "exclusionUnitBase-id": Self.id(Kind.exclusion.rawValue, .oneDriveForBusiness),
        ]
        for (workload, noun) in [
            (Workload.oneDriveForBusiness, "drive"), (.sharePoint, "site"), (.exchange, "mailbox"),
        ] {
            let rows = rows(workload)
            try await catalog.store.write { writer in
                try writer.insert(contentsOf: rows.jobs)
                try writer.insert(rows.exclusion)
                try writer.insert(rows.activity)
                if workload == .exchange { try writer.insert(rows.find) } else { try writer.insert(rows.item) }
            }
            ids["\(noun)ProtectionUnitsBulkAdditionJob-id"] = rows.jobs[0].id
            ids["\(noun)ExclusionUnitsBulkAdditionJob-id"] = rows.jobs[1].id
            ids["\(noun)ExclusionUnit-id"] = rows.exclusion.id
            ids["granular\(noun.capitalized)RestoreArtifact-id"] =
                workload == .exchange ? rows.find.id : rows.item.itemKey
            ids["\(workload.rawValue)BrowseSession-id"] = Self.browseSessionID(workload)
        }
        ids["browseSessionBase-id"] = Self.browseSessionID()
        return ids
    }

    private func rows(
        _ workload: Workload
    ) -> (
        jobs: [BulkAdditionJob], exclusion: ExclusionUnit, activity: ActivityLog, item: GranularRestoreArtifact,
        find: RestoreArtifact
    ) {
        func id(_ kind: Kind) -> String { Self.id(kind.rawValue, workload) }
        let jobs = [Kind.unitsJob, .exclusionsJob].map { kind in
            var job = BulkAdditionJob()
            (job.id, job.workload, job.policyId, job.isExclusion, job.createdDateTime) = (
                id(kind), workload, Self.id(1, workload), kind == .exclusionsJob, clock.now()
            )
            return job
        }
        var exclusion = ExclusionUnit()
        (exclusion.id, exclusion.workload, exclusion.policyId, exclusion.sourceId) = (
            id(.exclusion), workload, Self.id(1, workload), Self.tomas
        )
        var activity = ActivityLog()
        (activity.id, activity.workload, activity.subjectId, activity.eventDateTime) = (
            id(.activity), workload, Self.id(1, workload), clock.now()
        )
        var item = GranularRestoreArtifact()
        (item.id, item.workload, item.sessionId, item.ordinal, item.itemKey) = (
            id(.item), workload, Self.id(4, workload), 1, "key,\(workload.rawValue)"
        )
        (item.browseSessionId, item.restorePointId, item.unitId) = (
            Self.browseSessionID(workload), Self.id(3, workload), Self.id(2, workload)
        )
        var find = artifact(
            id(.find), of: Self.id(4, workload), workload, point: Self.id(3, workload), unit: Self.id(2, workload),
            ordinal: 1)
        find.searchResponseId = "search"
        return (jobs, exclusion, activity, item, find)
    }
}
