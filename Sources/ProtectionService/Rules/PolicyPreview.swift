public import Catalog
import Connectors
import Foundation
import ProtectionRules

/// What somebody considers to protect by one policy.
public struct PolicyPreviewDraft: Sendable, Hashable {
    public var workload: Workload
    /// Everything of the workload.
    public var isEverything: Bool
    /// The expression of an inclusion rule.
    public var expression: String?
    /// Mail addresses, or addresses of sites.
    public var addresses: [String]
    /// Directory object ids, or ids of sites.
    public var objectIDs: [String]
    /// The policy that it is considered for; nil for a new one.
    public var policyID: String?

    public init(
        workload: Workload, isEverything: Bool = false, expression: String? = nil, addresses: [String] = [],
        objectIDs: [String] = [], policyID: String? = nil
    ) {
        self.workload = workload
        self.isEverything = isEverything
        self.expression = expression
        self.addresses = addresses
        self.objectIDs = objectIDs
        self.policyID = policyID
    }
}

/// What a rule, a list or everything would choose now. Nothing is changed for it.
public struct PolicyPreview: Sendable {
    /// A drive or site that would be chosen.
    public struct Source: Sendable, Hashable {
        public var id: String
        public var displayName: String
        public var email: String?
        public var siteWebURL: String?

        public init(id: String, displayName: String, email: String? = nil, siteWebURL: String? = nil) {
            self.id = id
            self.displayName = displayName
            self.email = email
            self.siteWebURL = siteWebURL
        }
    }

    public var matchingAccounts: Int
    public var matchingSites: Int
    /// The first of what matches, by id.
    public var sample: [Source]
    /// Units that match and belong to another policy, which keeps them.
    public var alreadyElsewhere: [ProtectionUnit]
    /// How many of what matches the policy leaves out on purpose.
    public var excludedByThis: Int
    /// What the draft names and the directory does not know.
    public var unknown: [PublicErrorDetail]
    /// Units that a rule holds in the policy now, and that the draft does not choose.
    public var wouldLeave: [ProtectionUnit]
}

extension PolicyOperations {
    /// How many entries of each list a preview shows at most.
    private static let shown = 50

    /// What a policy would choose now.
    /// - Throws: `invalidRuleExpression` and its kin for an expression, `badRequest` for a draft that
    ///   names nothing or several ways, `protectionUnitsLimitBreached` for too long a list, and for
    ///   the rest `policyNotFound` or `serviceNotAvailable`.
    public func preview(_ draft: PolicyPreviewDraft) async throws -> PolicyPreview {
        try check(draft)
        let policy = try await policy(of: draft)
        let chosen = try chosen(by: draft)
        let isOfSites = draft.workload.sourceKind == .site
        let ids = Set(chosen.sources.map(\.id.objectID))
        let rows = try await look { reader in
            (
                units: try reader.page(Query<ProtectionUnit>(where: .equal("workload", draft.workload))),
                excluded: try policy.map {
                    try reader.page(Query<ExclusionUnit>(where: .equal("policyId", $0.id)))
                } ?? []
            )
        }
        let excluded = Set(rows.excluded.map(\.sourceId))
        let matching = chosen.sources.filter { !excluded.contains($0.id.objectID) }
        return PolicyPreview(
            matchingAccounts: isOfSites ? 0 : matching.count, matchingSites: isOfSites ? matching.count : 0,
            sample: matching.prefix(Self.shown).map(PolicyPreview.Source.init),
            alreadyElsewhere: Array(
                rows.units.filter { unit in
                    unit.policyId != nil && unit.policyId != policy?.id && ids.contains(unit.sourceId)
                }.prefix(Self.shown)),
            excludedByThis: chosen.sources.count - matching.count, unknown: Array(chosen.missing.prefix(Self.shown)),
            wouldLeave: policy == nil
                ? []
                : Array(
                    rows.units.filter { unit in
                        unit.policyId == policy?.id && unit.protectionSources == .dynamicRule
                            && !ids.contains(unit.sourceId)
                    }.prefix(Self.shown)))
    }

    private func check(_ draft: PolicyPreviewDraft) throws(ServiceError) {
        let entries = draft.addresses.count + draft.objectIDs.count
        let ways = [draft.isEverything, draft.expression != nil, entries > 0].count { $0 }
        guard ways == 1 else {
            throw ServiceError(
                .badRequest, "Give one of these: 'everything', an 'expression', or a list of addresses and ids.")
        }
        guard entries <= limits.entriesPerBulkJob else {
            throw ServiceError(
                .protectionUnitsLimitBreached, "A preview takes at most \(limits.entriesPerBulkJob) entries.")
        }
    }

    private func policy(of draft: PolicyPreviewDraft) async throws -> ProtectionPolicy? {
        guard let id = draft.policyID else { return nil }
        let known = try Identifiers.require(id, .invalidPolicyID)
        guard let policy = try await catalog.find(ProtectionPolicy.self, id: known), policy.workload == draft.workload
        else {
            throw ServiceError.noSuchPolicy
        }
        return policy
    }

    /// Blocks while it reads the directory.
    private func chosen(by draft: PolicyPreviewDraft) throws -> ResolvedRule {
        let tenant = dependencies.tenant
        if let expression = draft.expression {
            return try RuleResolver(tenant, draft.workload).resolve(expression)
        }
        if draft.isEverything {
            return ResolvedRule(sources: try SourceLookup(tenant, draft.workload).all, missing: [])
        }
        var job = BulkAdditionJob()
        job.workload = draft.workload
        job.addresses = StringList(draft.addresses)
        job.objectIds = StringList(draft.objectIDs)
        let found = try BulkResolver(tenant, draft.workload).resolve(job)
        return ResolvedRule(sources: found.sources, missing: found.missing)
    }
}

extension PolicyPreview.Source {
    init(_ source: ProtectionSource) {
        let isSite = source.id.kind == .site
        self.init(
            id: source.id.objectID, displayName: source.displayName,
            email: isSite ? nil : source.mail ?? source.userPrincipalName, siteWebURL: isSite ? source.webURL : nil)
    }
}
