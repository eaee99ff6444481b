import Catalog
import Foundation
import Texts

/// Records of the audit trail within one transaction.
struct AuditRows {
    private let writer: CatalogWriter

    init(_ writer: CatalogWriter) { self.writer = writer }

    /// Adds the record of an act at the end of the chain.
    func add(_ act: AuditAct, outcome: String, now: Date) throws {
        try writer.connection.holdNumbers()
        let last = try writer.first(Query<AuditRecord>(order: [.init("sequence", ascending: false)]))
        var record = AuditRecord()
        record.sequence = (last?.sequence ?? 0) + 1
        record.id = String(record.sequence)
        record.dateTime = now
        (record.actorKind, record.actorId) = (act.actorKind, act.actorID)
        (record.actorName, record.applicationId) = (Self.short(act.actorName), act.applicationID)
        (record.address, record.action) = (act.address, Self.short(act.action) ?? "")
        (record.targetKind, record.targetId) = (Self.short(act.targetKind), Self.short(act.targetID))
        (record.outcome, record.requestId) = (outcome, act.requestID)
        record.previousHash = last?.hash ?? AuditChain.start
        record.hash = AuditChain.hash(of: record)
        try writer.insert(record)
    }

    private static let maximumCharacters = 200

    /// What a client sent, without NUL, which no row keeps, and not longer than anybody reads.
    private static func short(_ text: String?) -> String? {
        text.map { $0.shortened(toScalars: maximumCharacters).replacing("\0", with: "\u{fffd}") }
    }
}
