import Catalog
import Foundation

extension Sample {
    private static func rule(_ id: String) -> InclusionRule {
        var rule = InclusionRule()
        rule.id = id
        rule.workload = .sharePoint
        rule.policyId = "policy-2"
        rule.expression = "webUrl -contains 'it\'\'s'"
        rule.createdDateTime = moment
        return rule
    }

    static let fullRule: InclusionRule = {
        var rule = Sample.rule("rule-1")
        rule.isAutoApplyEnabled = true
        rule.status = .deleteRequested
        rule.error = error
        rule.appliedDigest = "00ff"
        (rule.createdBy, rule.lastModifiedBy, rule.lastModifiedDateTime) = (who, who, later(30))
        return rule
    }()
    static let bareRule = rule("rule-2")

    private static func bulkJob(_ id: String) -> BulkAdditionJob {
        var job = BulkAdditionJob()
        job.id = id
        job.policyId = "policy-1"
        job.createdDateTime = moment
        return job
    }

    static let fullBulkJob: BulkAdditionJob = {
        var job = bulkJob("bulk-1")
        job.workload = .exchange
        job.isExclusion = true
        job.displayName = "Zoë's list"
        job.addresses = ["zoe@example.com", ""]
        job.objectIds = ["a", "b"]
        job.status = .completedWithErrors
        job.error = error
        (job.createdBy, job.lastModifiedBy, job.lastModifiedDateTime) = (who, who, later(31))
        return job
    }()
    static let bareBulkJob = bulkJob("bulk-2")

    private static func exclusion(_ id: String, _ source: String) -> ExclusionUnit {
        var unit = ExclusionUnit()
        unit.id = id
        unit.policyId = "policy-1"
        unit.sourceId = source
        unit.createdDateTime = moment
        return unit
    }

    static let fullExclusion: ExclusionUnit = {
        var unit = exclusion("exclusion-1", "user-1")
        (unit.displayName, unit.email, unit.siteName, unit.siteWebUrl) = (
            "Ada", "ada@example.com", "site", "https://example.com"
        )
        unit.error = error
        (unit.createdBy, unit.lastModifiedBy, unit.lastModifiedDateTime) = (who, who, later(32))
        return unit
    }()
    static let bareExclusion = exclusion("exclusion-2", "user-2")
}
