import ProtectionRules
import ProtectionService
import Catalog
import OData

extension Handlers {
    /// Bulk addition jobs for units, and for exclusions (beta). Those of all policies can be read
    /// at the root; those of one policy can also be created.
    func bindBulkJobs(_ odata: inout ODataService<APICaller>) {
        for workload in Workload.allCases {
            bindBulkJobs(workload, as: "\(workload.unitsJobType)s", unitsJobType(workload), isExclusion: false, &odata)
            bindBulkJobs(
                workload, as: "\(workload.exclusionsJobType)s", exclusionsJobType(workload), isExclusion: true, &odata)
        }
    }

    private func bindBulkJobs(
        _ workload: Workload, as name: String, _ type: EntityType<BulkAdditionJob>, isExclusion: Bool,
        _ odata: inout ODataService<APICaller>
    ) {
        let versions: Versions = isExclusion ? .betaOnly : .both
        let ofKind = RowPredicate.and([.equal("workload", workload), .equal("isExclusion", isExclusion)])
        odata.resource("solutions/backupRestore/\(name)", type) {
            $0.checkID(Self.requireGUID(.badRequest))
            $0.list(.configurationRead, versions: versions) { context in try await bulkJobs(context, where: ofKind) }
            $0.get(.configurationRead, versions: versions) { context in
                try await bulkJob(context.key, workload, isExclusion, policyID: nil)
            }
        }
        odata.resource("solutions/backupRestore/\(workload.policies)/\(name)", type) {
            $0.checkID(Self.requireGUID(.badRequest))
            $0.list(.configurationRead, versions: versions) { context in
                let policyID = try await policyID(context, workload)
                return try await bulkJobs(
                    context, where: .and([.equal("policyId", policyID), .equal("isExclusion", isExclusion)]))
            }
            $0.get(.configurationRead, versions: versions) { context in
                try await bulkJob(context.key, workload, isExclusion, policyID: try await policyID(context, workload))
            }
            $0.create(.configurationWrite, versions: versions) { context, body in
                let policyID = context.path.key(of: workload.policies) ?? ""
                try await service.policies.requireChangeable(id: policyID, workload: workload, caller(context))
                var record = BulkAdditionJob()
                try body.entity(invalid: isExclusion ? .invalidExclusionRequest : .invalidCreateRequest).apply(
                    to: &record)
                let draft = BulkJobDraft(
                    workload: workload, isExclusion: isExclusion, displayName: record.displayName,
                    addresses: record.addresses.values,
                    objectIDs: record.objectIds.values)
                let job = try await service.bulkJobs.create(policyID: policyID, draft, caller(context))
                guard isExclusion else { return EntityAnswer(job) }
                return EntityAnswer(job, extra: [ExtraMember(workload.addresses, .array([]))])
            }
        }
    }

    private func bulkJobs(
        _ context: RequestContext<APICaller>, where condition: RowPredicate
    ) async throws -> Page<BulkAdditionJob> {
        try await RowList<BulkAdditionJob>(catalog: catalog, defaultOrder: "createdDateTime").answer(
            context, where: condition)
    }

    private func bulkJob(
        _ id: String, _ workload: Workload, _ isExclusion: Bool, policyID: String?
    ) async throws -> BulkAdditionJob {
        guard let job = try await catalog.find(BulkAdditionJob.self, id: id.lowercased()), job.workload == workload,
            job.isExclusion == isExclusion,
            policyID == nil || job.policyId == policyID
        else { throw ServiceError(.itemNotFound, "There is no such bulk addition job.") }
        return job
    }
}
