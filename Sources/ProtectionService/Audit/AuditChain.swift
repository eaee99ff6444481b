package import Catalog
import Foundation

/// The chain of hashes through the audit trail.
package enum AuditChain {
    /// What stands before the first record.
    package static let start = String(repeating: "0", count: 64)

    /// The hash of a record: of its previous hash and everything that it says. Each text has its length
    /// before it, so that no two records have one form.
    package static func hash(of record: AuditRecord) -> String {
        let texts: [String?] = [
            record.previousHash, String(record.sequence), String(microseconds(record.dateTime)),
            record.actorKind.rawValue, record.actorId, record.actorName, record.applicationId, record.address,
            record.action, record.targetKind, record.targetId, record.outcome, record.requestId,
        ]
        let form = texts.map { $0.map { "\($0.utf8.count):\($0)" } ?? "-" }.joined(separator: "\n")
        return SecretText.hash(form, for: "audit record")
    }

    /// The number of the first record that does not fit the one before it; nil where all fit.
    /// - Parameter records: in their order; the first may follow ones that have aged out.
    package static func firstBreak(_ records: some Sequence<AuditRecord>, after previous: AuditRecord?) -> Int? {
        var previous = previous
        for record in records {
            let follows =
                previous.map { record.previousHash == $0.hash && record.sequence == $0.sequence + 1 } ?? true
            guard follows, record.hash == hash(of: record) else { return record.sequence }
            previous = record
        }
        return nil
    }

    /// As the catalogue keeps times.
    private static func microseconds(_ date: Date) -> Int64 {
        Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    }
}
