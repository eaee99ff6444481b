import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

@Suite struct AuditTests {
    private let fixture: ServiceFixture

    init() async throws { fixture = try await ServiceFixture(tenant: MemoryTenant()) }

    private var audit: AuditOperations { fixture.service.audit }

    private func act(_ action: String) -> AuditAct {
        AuditAct(actorKind: .operator, actorID: "p", actorName: "Ada", action: action)
    }

    private func records() async throws -> [AuditRecord] {
        try await fixture.catalog.page(Query<AuditRecord>(order: [.init("sequence")]))
    }

    @Test func `records are counted and follow one another`() async throws {
        for number in 1...3 { try await audit.record(act("a.\(number)")) }
        let records = try await records()
        #expect(records.map(\.sequence) == [1, 2, 3])
        #expect(records.map(\.id) == ["1", "2", "3"])
        #expect(records[0].previousHash == AuditChain.start)
        #expect(records[1].previousHash == records[0].hash)
        #expect(Set(records.map(\.hash)).count == 3)
        let verdict = try await audit.verify()
        #expect(verdict.brokenAt == nil)
        #expect(verdict.count == 3)
        #expect(verdict.lastHash == records[2].hash)
    }

    @Test func `an empty trail is whole`() async throws {
        #expect(try await audit.verify() == AuditVerdict())
    }

    /// Somebody with the catalogue's file changes a column of the second record.
    @Test(arguments: ["outcome", "actorName", "action", "dateTime", "targetId", "previousHash", "address"])
    func `a record that was changed is found`(column: String) async throws {
        for number in 1...3 { try await audit.record(act("a.\(number)"), outcome: "AccessDenied") }
        let value: SQLValue = column == "dateTime" ? .integer(1) : .text("other")
        try await fixture.catalog.write {
            _ = try $0.update(AuditRecord.self, where: .equal("id", "2"), set: [column: value])
        }
        #expect(try await audit.verify().brokenAt == 2)
    }

    @Test func `a record that was taken out is missed by the next one`() async throws {
        for number in 1...3 { try await audit.record(act("a.\(number)")) }
        try await fixture.catalog.write { _ = try $0.delete(AuditRecord.self, id: "2") }
        #expect(try await audit.verify().brokenAt == 3)
    }

    @Test func `a trail of which the oldest records aged out is whole`() async throws {
        for number in 1...3 { try await audit.record(act("a.\(number)")) }
        try await fixture.catalog.write { _ = try $0.delete(AuditRecord.self, id: "1") }
        let verdict = try await audit.verify()
        #expect(verdict.brokenAt == nil)
        #expect(verdict.first == 2)
    }

    @Test func `a change and its record are one`() async throws {
        let service = fixture.service
        let scope = AuditScope(act("operators.create"))
        try await AuditScope.$current.withValue(scope) {
            _ = try await service.operators.create(name: "Ada", password: "a long enough password", roles: ["auditor"])
        }
        #expect(scope.isWritten)
        #expect(try await records().map(\.action) == ["operators.create"])
    }

    @Test func `a change that fails leaves no record of success`() async throws {
        let service = fixture.service
        let scope = AuditScope(act("operators.delete"))
        await #expect(throws: ServiceError.self) {
            try await AuditScope.$current.withValue(scope) { try await service.operators.remove(id: "nobody") }
        }
        #expect(!scope.isWritten)
        #expect(try await records().isEmpty)
    }

    @Test func `a request of several changes has one record`() async throws {
        let service = fixture.service
        let scope = AuditScope(act("programs.create"))
        try await AuditScope.$current.withValue(scope) {
            _ = try await service.programs.add(name: "One", roles: [])
            _ = try await service.programs.add(name: "Two", roles: [])
        }
        #expect(try await records().count == 1)
    }

    @Test func `names of any length and with NUL are kept short`() async throws {
        var act = act("a.b")
        (act.actorName, act.targetID) = (String(repeating: "x", count: 5000), "a\0b")
        try await audit.record(act)
        let record = try #require(try await records().first)
        #expect(record.actorName?.count == 200)
        #expect(record.targetId == "a\u{fffd}b")
        #expect(try await audit.verify().brokenAt == nil)
    }

    @Test func `lengths tell texts apart that are cut elsewhere`() {
        var (left, right) = (AuditRecord(), AuditRecord())
        (left.action, left.targetKind) = ("ab", "c")
        (right.action, right.targetKind) = ("a", "bc")
        #expect(AuditChain.hash(of: left) != AuditChain.hash(of: right))
        (right.action, right.targetKind) = ("ab", nil)
        #expect(AuditChain.hash(of: left) != AuditChain.hash(of: right))
    }
}
