package import Catalog
package import Connectors
import FileTree
import Foundation
package import ProtectionRules
import Texts

/// What a rule chooses now.
package struct ResolvedRule: Sendable, Hashable {
    /// The sources, sorted by key, none twice.
    package var sources: [ProtectionSource]
    /// What the rule names and the directory does not know.
    package var missing: [PublicErrorDetail]

    package init(sources: [ProtectionSource], missing: [PublicErrorDetail]) {
        self.sources = sources
        self.missing = missing
    }
}

/// Applies expressions to the tenant's directory, which is read once.
package struct RuleResolver: Sendable {
    private let tenant: any Tenant
    private let workload: Workload
    private let lookup: SourceLookup
    private let members: [String: [String]]

    /// Reads the directory. Blocks while it does.
    /// - Throws: `serviceNotAvailable` where the directory cannot be read.
    package init(_ tenant: any Tenant, _ workload: Workload) throws(ServiceError) {
        self.tenant = tenant
        self.workload = workload
        lookup = try SourceLookup(tenant, workload)
        guard workload != .sharePoint else {
            members = [:]
            return
        }
        do throws(TenantError) {
            members = Dictionary(try tenant.groups().map { ($0.id, $0.members) }) { first, _ in first }
        } catch {
            throw ServiceError(readingDirectory: error)
        }
    }

    /// What an expression chooses. Blocks; a condition on dates reads the trees of sites.
    /// - Throws: `invalidRuleExpression`, `invalidRuleExpressionGroupLimitExceeded`;
    ///   `serviceNotAvailable` where a site cannot be read now.
    package func resolve(
        _ expression: String, groupsMost: Int = RuleExpressionLimits().groups
    ) throws(ServiceError) -> ResolvedRule {
        switch try RuleExpression(expression, workload, groupsMost: groupsMost) {
        case .groups(let groups): return resolve(groups)
        case .sites(let sites):
            var chosen: [ProtectionSource] = []
            for source in lookup.all where try holds(sites, for: source) { chosen.append(source) }
            return ResolvedRule(sources: chosen, missing: [])
        }
    }

    private func resolve(_ expression: GroupExpression) -> ResolvedRule {
        var chosen: [String: ProtectionSource] = [:]
        var missing: [PublicErrorDetail] = []
        for id in expression.groupIDs {
            guard let people = members[id] else {
                missing.append(
                    PublicErrorDetail(
                        code: ServiceErrorCode.directoryObjectIDNotFound.rawValue,
                        message: "The directory has no such group.", target: id))
                continue
            }
            // A member without a drive or mailbox has nothing to protect; that is no
            // fault of the rule.
            for person in people { if let source = lookup[person] { chosen[person] = source } }
        }
        return ResolvedRule(sources: chosen.values.sorted { $0.id.objectID < $1.id.objectID }, missing: missing)
    }

    private func holds(_ expression: SiteExpression, for source: ProtectionSource) throws(ServiceError) -> Bool {
        switch expression {
        case .and(let parts):
            for part in parts where try !holds(part, for: source) { return false }
            return true
        case .or(let parts):
            for part in parts where try holds(part, for: source) { return true }
            return false
        case .nameContains(let text): return SearchText(source.displayName).contains(SearchText(text))
        case .urlContains(let text): return SearchText(source.webURL).contains(SearchText(text))
        case .modifiedSince(let moment):
            do {
                return try tenant.tree(of: source.id).hasChange(since: moment)
            } catch {
                throw ServiceError(
                    .serviceNotAvailable, "A site cannot be read now; try again later.", detail: "\(error)",
                    isRetryable: true)
            }
        }
    }
}

extension ReadableTree {
    /// Whether an item of the tree changed at a moment or later. Stops at the first; what cannot be
    /// read counts as unchanged.
    func hasChange(since moment: Date) throws(TreeError) -> Bool {
        var waiting = [TreePath.root]
        while let folder = waiting.popLast() {
            for item in try items(in: folder).items {
                let modified = item.attributes.modified
                if Double(modified.seconds) + Double(modified.nanoseconds) / 1e9 >= moment.timeIntervalSince1970 {
                    return true
                }
                if item.attributes.kind == .folder { waiting.append(folder.appending(item.name)) }
            }
        }
        return false
    }
}
