import ProtectionRules
import ProtectionService
import Catalog
import OData

extension Handlers {
    /// Bulk restore requests of every workload.
    func bindBulkRequests(_ odata: inout ODataService<APICaller>) {
        for workload in Workload.allCases { bindBulkRequests(workload, &odata) }
    }

    private func bindBulkRequests(_ workload: Workload, _ odata: inout ODataService<APICaller>) {
        let collection = "\(workload.sessionType)s"
        @Sendable func sessionID(_ context: RequestContext<APICaller>) -> String {
            context.path.key(of: collection) ?? ""
        }
        odata.resource("solutions/backupRestore/\(collection)/\(workload.bulkRequests)", bulkRequestType(workload)) {
            $0.checkID(ofAncestors: true, Self.requireGUID(.invalidBulkRestoreArtifactID))
            $0.list(.restoreRead) { context in
                let session = try await session(sessionID(context), workload)
                let list = RowList<RestoreBulkRequest>(
                    catalog: catalog, defaultOrder: "createdDateTime", places: .bulkRequests)
                let page = try await list.page(context, where: .equal("sessionId", session.id))
                return Page(
                    page.rows.map(BulkRecord.init), nextPosition: page.next, count: page.count, shows: bulkRequestListed
                )
            }
            $0.get(.restoreRead) { context in
                BulkRecord(
                    try await service.restores.bulkRequest(
                        id: context.key, session: sessionID(context), workload: workload))
            }
            $0.create(.restoreWrite) { context, body in
                try await service.restores.requireDraft(id: sessionID(context), workload: workload, caller(context))
                var record = BulkRecord()
                try body.entity(invalid: .bulkRestoreInvalidCreateRequest).apply(to: &record)
                return EntityAnswer(
                    BulkRecord(
                        try await service.restores.createBulkRequest(
                            record.draft, session: sessionID(context), workload: workload, caller(context))))
            }
            $0.delete(.restoreWrite) { context in
                try await service.restores.deleteBulkRequest(
                    id: context.key, session: sessionID(context), workload: workload, caller(context))
            }
        }
    }
}

extension BulkRecord {
    /// What the client asks for.
    fileprivate var draft: BulkRequestDraft {
        BulkRequestDraft(
            displayName: displayName, start: period?.startDateTime, end: period?.endDateTime,
            destinationType: destinationType,
            preference: preference == .oldest ? .oldest : .latest, tags: RestorePointTag.tags(tags ?? []),
            names: names ?? [], objectIDs: objectIDs ?? [],
            usesReserved: !(unitIDs ?? []).isEmpty)
    }
}
