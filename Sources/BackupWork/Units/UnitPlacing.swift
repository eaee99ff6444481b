import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService

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
    /// What the job works on was changed by another request meanwhile; the job begins again with
    /// what is there now.
    static var overtaken: JobFailure {
        var failure = JobFailure(.unknownError, "What the job works on changed meanwhile.", isRetryable: true)
        failure.isBusy = true
        return failure
    }
}

/// Units in one change of the catalogue, so that a rule over a whole tenant does
/// not keep others waiting.
let unitsPerChange = 200
