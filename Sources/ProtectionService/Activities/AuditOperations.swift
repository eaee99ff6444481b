import Catalog
import Foundation
import ProtectionRules

extension ServiceContext {
    package var audit: AuditOperations { AuditOperations(context: self) }
}

/// Whether the audit trail is as it was written.
package struct AuditVerdict: Sendable, Hashable {
    package var count = 0
    package var first: Int?
    package var last: Int?
    /// The first record that was changed, or before which some are missing.
    package var brokenAt: Int?
    /// The hash of the last record; who keeps it elsewhere sees later whether the end was cut off.
    package var lastHash: String?

    package init() {}
}

/// The audit trail: who did what, from where, and with which outcome.
package struct AuditOperations: OperationGroup {
    package let context: ServiceContext

    private static let pageRows = 1000

    /// Records an act that changed nothing in the catalogue, or was refused.
    package func record(_ act: AuditAct, outcome: String = AuditRecord.succeeded) async throws {
        let now = now
        try await change(makesDue: false) { try AuditRows($0).add(act, outcome: outcome, now: now) }
    }

    /// Reads the whole trail, and compares each record with the one before it.
    package func verify() async throws -> AuditVerdict {
        var verdict = AuditVerdict()
        var previous: AuditRecord?
        while true {
            let after = previous?.sequence ?? 0
            let records = try await look { reader in
                try reader.page(
                    Query<AuditRecord>(
                        where: .compare("sequence", .greater, after.sqlValue), order: [.init("sequence")],
                        limit: Self.pageRows))
            }
            guard let last = records.last else { break }
            verdict.first = verdict.first ?? records.first?.sequence
            verdict.brokenAt = verdict.brokenAt ?? AuditChain.firstBreak(records, after: previous)
            verdict.count += records.count
            (verdict.last, verdict.lastHash) = (last.sequence, last.hash)
            previous = last
        }
        return verdict
    }
}
