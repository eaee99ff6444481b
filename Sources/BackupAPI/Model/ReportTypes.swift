import ProtectionService
import Catalog
import Foundation
import OData

/// The root of the reports, which has no properties.
struct ReportRecord: Sendable, Identifiable {
    var id: String
}

let reportType = EntityType<ReportRecord>("backupReport", versions: .betaOnly) {
    BoundOperation.function(
        "getStatisticsByPolicy", parameters: [Parameter("policyId", String.self)],
        returns: .value(PolicyReport.edmType), versions: .betaOnly)
    // In the permission table only. Source: contract operations.md, reports.
    WithheldName("getStatisticsByWorkload", .notFound)
}

/// A policy's counters under its name.
struct PolicyReport: EdmComplex {
    var backupPolicyId: String?
    var displayName: String?
    var countStatistics = CountStatistics()

    init() {}

    init(_ statistics: PolicyStatistics) {
        backupPolicyId = statistics.policy.id
        displayName = statistics.policy.displayName
        countStatistics = CountStatistics(statistics)
    }

    static let edm = ComplexType<PolicyReport>("backupPolicyReport") {
        Property("backupPolicyId", \.backupPolicyId)
        Property("displayName", \.displayName)
        Property("countStatistics", \.countStatistics)
    }
}

/// The numbers of units by their progress.
struct CountStatistics: EdmComplex {
    var counts: [String: Int32] = [:]
    var computed: Date?

    private static let names = [
        "total", "protectedCompleted", "protectedInProgress", "protectedFailed", "unprotectedCompleted",
        "unprotectedInProgress",
        "unprotectedFailed", "offboardRequested",
    ]

    init() {}

    init(_ statistics: PolicyStatistics) {
        let values = [
            statistics.total, statistics.protectedCompleted, statistics.protectedInProgress, statistics.protectedFailed,
            statistics.unprotectedCompleted, statistics.unprotectedInProgress, statistics.unprotectedFailed,
            statistics.offboardRequested,
        ]
        counts = Dictionary(uniqueKeysWithValues: zip(Self.names, values.map { Int32(clamping: $0) }))
        computed = statistics.computed
    }

    static let edm = ComplexType<CountStatistics>("backupCountStatistics") {
        for name in names { Property(name) { (value: Self, _) in value.counts[name] } }
        // Units without a policy belong to no report of a policy. Source: contract types.md.
        Property("removed") { (_: Self, _) in Int32?.none }
        Property("lastComputedDateTime", \.computed)
    }
}
