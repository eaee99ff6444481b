import BackupTesting
import Catalog
import Foundation

/// Rows of rules, jobs, exclusions, bulk restores and browse sessions.
extension World {
    /// The rules that there are of every workload, by what they are.
    enum Rule: Int, CaseIterable {
        case completedStatic = 6
        case completedDynamic, activeStatic, activeDynamic, deletedDynamic

        var isDynamic: Bool { self != .completedStatic && self != .activeStatic }

        var status: ProtectionRuleStatus {
            switch self {
            case .completedStatic, .completedDynamic: .completed
            case .activeStatic, .activeDynamic: .active
            case .deletedDynamic: .deleteRequested
            }
        }
    }

    static func id(_ rule: Rule, _ workload: Workload = .oneDriveForBusiness) -> String { id(rule.rawValue, workload) }
    static func bulkRequestID(_ workload: Workload = .oneDriveForBusiness) -> String { id(11, workload) }
    static func browseSessionID(_ workload: Workload = .oneDriveForBusiness) -> String { id(12, workload) }

    /// Rules in every state, a bulk restore request that is under way, and a browse session that is
    /// being opened; gives the ids that stand for the placeholders of `operations.json`. A browse
    /// session without a backup behind it cannot be walked.
    @discardableResult
    func fillRulesAndBrowsing() async throws -> [String: String] {
        let now = clock.now()
        try await catalog.store.write { writer in
            for workload in Workload.allCases {
                for kind in Rule.allCases {
                    var rule = InclusionRule()
                    rule.id = Self.id(kind, workload)
                    rule.workload = workload
                    rule.policyId = Self.id(1, workload)
                    rule.expression = "(memberOf -any (group.id -in ['\(Self.group)']))"
                    rule.isAutoApplyEnabled = kind.isDynamic
                    rule.status = kind.status
                    rule.createdDateTime = now
                    try writer.insert(rule)
                }
                var request = RestoreBulkRequest()
                request.id = Self.bulkRequestID(workload)
                request.sessionId = Self.id(4, workload)
                request.workload = workload
                request.createdDateTime = now
                try writer.insert(request)
                var browsing = BrowseSession()
                browsing.id = Self.browseSessionID(workload)
                browsing.workload = workload
                browsing.restorePointId = Self.id(3, workload)
                browsing.unitId = Self.id(2, workload)
                browsing.sourceId = Self.ines
                browsing.createdDateTime = now
                browsing.expirationDateTime = now + 3 * 86_400
                try writer.insert(browsing)
            }
        }
        var ids: [String: String] = [:]
        for (workload, noun) in [
            (Workload.oneDriveForBusiness, "drive"), (.sharePoint, "site"), (.exchange, "mailbox"),
        ] {
            ids["\(noun)ProtectionRule-id"] = Self.id(.completedStatic, workload)
            ids["\(noun)RestoreArtifactsBulkAdditionRequest-id"] = Self.bulkRequestID(workload)
        }
        return ids
    }
}
