import ProtectionRules
import Catalog
import Connectors
import Crypto
import Foundation

/// What a rule, or a policy over its whole workload, came to, as one text: a SHA-256 digest over
/// everything that decides it. As long as it stays the same another run would come to the same, so
/// none is added, also where the last one ended with errors.
struct ChoiceDigest: Sendable, Hashable {
    /// 64 hexadecimal digits.
    let text: String

    /// - Parameters:
    ///   - expression: the rule's; empty for a policy.
    ///   - sources: what is chosen, sorted by key.
    ///   - missing: what the expression names and the directory does not know.
    ///   - obstacles: why some of the sources cannot be placed now.
    init(
        _ expression: String, _ sources: [ProtectionSource], missing: [PublicErrorDetail] = [],
        obstacles: [PlacementObstacle] = []
    ) {
        self.init(
            [expression] + sources.map(\.id.objectID) + missing.map { "missing \($0.target ?? "")" }
                + obstacles.map(\.description))
    }

    /// The digest of an expression that cannot be applied at all.
    init(_ expression: String, failing code: ServiceErrorCode) { self.init([expression, "failing \(code.rawValue)"]) }

    private init(_ lines: [String]) {
        var hash = SHA256()
        hash.update(data: Data(lines.joined(separator: "\n").utf8))
        text = hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

/// Why a source cannot be put under a policy as things are.
struct PlacementObstacle: Sendable, Hashable, CustomStringConvertible {
    var sourceID: String
    /// The other policy that protects it, or its unit's status, which has to take effect first.
    var reason: String

    var description: String { "obstacle \(sourceID) \(reason)" }
}

extension CatalogAccess {
    /// What is in the way of putting some sources under a policy, sorted by source:
    /// what `CatalogWriter.place` would refuse.
    func obstacles(to sources: [ProtectionSource], under policy: ProtectionPolicy) throws -> [PlacementObstacle] {
        let refusing = ProtectionUnitStatus.allCases.filter { $0.after(.protect) == nil }
        let suspects = RowPredicate.and([
            .equal("workload", policy.workload),
            .or([.compare("policyId", .notEqual, .text(policy.id)), .oneOf("status", refusing)]),
        ])
        let wanted = Set(sources.map(\.id.objectID))
        return try page(Query<ProtectionUnit>(where: suspects)).compactMap { unit -> PlacementObstacle? in
            guard wanted.contains(unit.sourceId) else { return nil }
            if let other = unit.policyId, other != policy.id {
                return PlacementObstacle(sourceID: unit.sourceId, reason: other)
            }
            guard refusing.contains(unit.status) else { return nil }
            return PlacementObstacle(sourceID: unit.sourceId, reason: unit.status.rawValue)
        }.sorted { ($0.sourceID, $0.reason) < ($1.sourceID, $1.reason) }
    }

    /// The digest of what a run came to; nil where what it was refused is not in the way any more:
    /// then another run does better.
    func outcomeDigest(
        _ expression: String, _ chosen: ResolvedRule, refused: [PublicErrorDetail], under policy: ProtectionPolicy
    ) throws -> ChoiceDigest? {
        let obstacles = refused.isEmpty ? [] : try obstacles(to: chosen.sources, under: policy)
        guard Set(refused.compactMap(\.target)).isSubset(of: obstacles.map(\.sourceID)) else { return nil }
        return ChoiceDigest(expression, chosen.sources, missing: chosen.missing, obstacles: obstacles)
    }

    /// Whether a run would come to something else than the last one did.
    /// - Parameter applied: the digest of the last one.
    func wouldChange(
        _ applied: String?, _ expression: String, _ chosen: ResolvedRule, under policy: ProtectionPolicy
    ) throws -> Bool {
        guard let applied else { return true }
        // Nearly always nothing was in the way, and then the units need not be looked at.
        if applied == ChoiceDigest(expression, chosen.sources, missing: chosen.missing).text { return false }
        let obstacles = try obstacles(to: chosen.sources, under: policy)
        return applied != ChoiceDigest(expression, chosen.sources, missing: chosen.missing, obstacles: obstacles).text
    }
}
