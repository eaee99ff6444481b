public import Catalog
import Foundation
public import OData
import ProtectionService

extension AuditActorKind: EdmEnum {
    public static let edm = EnumType<Self>("auditActorKind", [.operator, .application, .system])
}

extension AuditRecord: Identifiable {}

let auditRecordType = EntityType<AuditRecord>("auditRecord") {
    Property("sequence", \.sequence, [.filter])
    Property("dateTime", \.dateTime, [.filter, .order])
    Property("actor", [.filter]) { (record: AuditRecord, _) in
        AuditActorValue(id: record.actorId, name: record.actorName, kind: record.actorKind)
    }
    Property("applicationId", \.applicationId, [.filter])
    Property("address", \.address, [.filter])
    Property("action", \.action, [.filter])
    Property("target", [.filter]) { (record: AuditRecord, _) in
        AuditTargetValue(kind: record.targetKind, id: record.targetId)
    }
    Property("outcome", \.outcome, [.filter])
    Property("requestId", \.requestId, [.filter])
    Property("previousHash", \.previousHash)
    Property("hash", \.hash)
}

/// Who acted: a person, or a program by itself.
struct AuditActorValue: EdmComplex {
    var id: String?
    var name: String?
    var kind = AuditActorKind.application

    init() {}
    init(id: String?, name: String?, kind: AuditActorKind) { (self.id, self.name, self.kind) = (id, name, kind) }

    static let edm = ComplexType<AuditActorValue>("auditActor") {
        Property("id", \.id)
        Property("name", \.name)
        Property("kind", \.kind)
    }
}

/// What it was done to.
struct AuditTargetValue: EdmComplex {
    var kind: String?
    var id: String?

    init() {}
    init(kind: String?, id: String?) { (self.kind, self.id) = (kind, id) }

    static let edm = ComplexType<AuditTargetValue>("auditTarget") {
        Property("kind", \.kind)
        Property("id", \.id)
    }
}

/// Whether the trail is as it was written.
struct AuditChainValue: EdmComplex {
    var verdict = AuditVerdict()

    init() {}
    init(_ verdict: AuditVerdict) { self.verdict = verdict }

    static let edm = ComplexType<AuditChainValue>("auditChain") {
        Property("isWhole") { (chain: AuditChainValue, _) in chain.verdict.brokenAt == nil }
        Property("count") { (chain: AuditChainValue, _) in chain.verdict.count }
        Property("first") { (chain: AuditChainValue, _) in chain.verdict.first }
        Property("last") { (chain: AuditChainValue, _) in chain.verdict.last }
        Property("brokenAt") { (chain: AuditChainValue, _) in chain.verdict.brokenAt }
        Property("lastHash") { (chain: AuditChainValue, _) in chain.verdict.lastHash }
    }
}

let auditChainFunction = BoundOperation.function(
    "auditChain", parameters: [], returns: .value(AuditChainValue.edmType), argumentsInQuery: true)
