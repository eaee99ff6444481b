import ProtectionRules
import ProtectionService
import Catalog
import Connectors
import Foundation

/// What came of putting one source under a policy.
enum UnitPlacement: Sendable, Hashable {
    /// It was there already, for the same reason.
    case present(unitID: String)
    /// It is there now.
    case added(unitID: String)
    /// It could not be put there.
    case refused(PublicErrorDetail)
}

/// How many units a run added and let go, and what it could not do.
struct PlacementTally: Sendable, Hashable {
    var added = 0
    var removed = 0
    var refused: [PublicErrorDetail] = []

    static func += (tally: inout PlacementTally, other: PlacementTally) {
        tally.added += other.added
        tally.removed += other.removed
        tally.refused += other.refused
    }
}

extension CatalogWriter {
    /// Puts a source under a policy for a reason. Changes nothing where it is there
    /// for that reason already.
    func place(
        _ source: ProtectionSource, under policy: ProtectionPolicy, as reason: ProtectionSources, newID: String,
        by identity: IdentitySet?, _ now: Date
    ) throws -> UnitPlacement {
        let known = try first(
            Query<ProtectionUnit>(
                where: .and([.equal("workload", policy.workload), .equal("sourceId", source.id.objectID)])))
        if let known, known.policyId == policy.id, known.protectionSources.contains(reason) {
            return .present(unitID: known.id)
        }
        do {
            return .added(unitID: try attach(source, to: policy, newID: newID, as: reason, by: identity, now).id)
        } catch let error as ServiceError {
            return .refused(
                PublicErrorDetail(code: error.code.rawValue, message: error.message, target: source.id.objectID))
        }
    }

    /// Takes away a reason why a unit is protected. Where none is left it leaves its policy.
    /// Tells whether it does.
    func withdraw(_ reason: ProtectionSources, from unit: ProtectionUnit, _ now: Date) throws -> Bool {
        var unit = unit
        unit.protectionSources.remove(reason)
        var leaves = false
        if unit.protectionSources.isEmpty, let status = unit.status.after(.remove) {
            unit.status = status
            unit.nextBackupDateTime = nil
            leaves = true
        }
        unit.lastModifiedDateTime = now
        try update(unit)
        return leaves
    }

    /// Lets a rule go of a unit, which stays where another dynamic rule, or a person, holds it.
    /// Tells whether it leaves its policy.
    func release(_ unitID: String, from ruleID: String, _ now: Date) throws -> Bool {
        try delete(RuleMember.self, id: RuleMember(ruleId: ruleID, unitId: unitID).id)
        guard try first(Query<RuleMember>(where: .equal("unitId", unitID))) == nil,
            let unit = try find(ProtectionUnit.self, id: unitID)
        else { return false }
        return try withdraw(.dynamicRule, from: unit, now)
    }
}

extension PublicError {
    /// The error of a rule or job that could not add everything that it names; nil where it could.
    static func incomplete(_ details: [PublicErrorDetail]) -> PublicError? {
        guard let first = details.first else { return nil }
        let unresolved: Set<String> = Set(
            [ServiceErrorCode.emailNotFound, .directoryObjectIDNotFound, .siteIDNotFound, .siteWebURLNotFound].map(
                \.rawValue))
        let code =
            details.contains { unresolved.contains($0.code) }
            ? ServiceErrorCode.protectionResourcesNotFound.rawValue : first.code
        return PublicError(
            code: code, message: "Some entries could not be added; the details name them.", details: details)
    }
}

extension JobFailure {
    /// What the job works on was changed by somebody else meanwhile; the job begins again with
    /// what is there now.
    static var overtaken: JobFailure {
        var failure = JobFailure(.unknownError, "What the job works on changed meanwhile.", isRetryable: true)
        failure.isBusy = true
        return failure
    }
}

extension Array {
    /// The elements in pieces of at most `size`.
    func pieces(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

/// Units in one change of the catalogue, so that a rule over a whole tenant does
/// not keep others waiting.
let unitsPerChange = 200
