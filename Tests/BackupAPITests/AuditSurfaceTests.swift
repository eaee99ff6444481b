import BackupAPI
import BackupTesting
import Catalog
import OData
import ProtectionRules
import ProtectionService
import Testing

/// A13: who did what, from where, and with which outcome.
@Suite struct AuditSurfaceTests {
    private let surface: ProtectionAPI

    init() async throws { surface = try await ProtectionAPI() }

    private func records(_ query: String = "") async -> [JSONValue] {
        await ask("GET", "/holdfast/v1.0/auditRecords\(query)")["value"]?.arrayValue ?? []
    }

    private func ask(
        _ method: String, _ target: String, _ body: JSONValue? = nil, as principal: Principal = Self.root
    ) async -> APIAnswer {
        await surface.served.ask(method, target, body, as: principal)
    }

    private static let root = Principal(
        applicationID: FirstParty.applicationID, applicationName: "Holdfast",
        user: .init(id: "3b6e2f60-0000-4000-8000-000000000001", displayName: "Ada"),
        permissions: OperatorRole.everything)

    @Test func `a change is recorded with who made it and what it met`() async throws {
        let made = await ask("POST", "/holdfast/v1.0/programs", ["name": "Probe", "scopes": []])
        #expect(made.status == 201)
        let record = try #require(await records().first)
        #expect(record["action"]?.stringValue == "programs.create")
        #expect(record["outcome"]?.stringValue == "succeeded")
        #expect(record["actor"]?["name"]?.stringValue == "Ada")
        #expect(record["actor"]?["kind"]?.stringValue == "operator")
        #expect(record["requestId"]?.stringValue != nil)
    }

    @Test func `what was refused is recorded with its code`() async throws {
        var auditor = Self.root
        auditor.permissions = OperatorRole.auditor.scopes
        #expect(await ask("POST", "/holdfast/v1.0/programs", ["name": "X", "scopes": []], as: auditor).status == 403)
        let record = try #require(await records().first)
        #expect(record["action"]?.stringValue == "programs.create")
        #expect(record["outcome"]?.stringValue == "accessDenied")
    }

    @Test func `reads leave nothing, and unknown paths neither`() async {
        let before = await records()
        for path in ["/v1.0/solutions/backupRestore", "/holdfast/v1.0/me", "/holdfast/v1.0/nothing"] {
            _ = await ask("GET", path)
        }
        _ = await ask("POST", "/holdfast/v1.0/nothing", [:])
        #expect(await records() == before)
    }

    @Test func `each change of a batch has its own record`() async {
        let requests: [JSONValue] = ["One", "Two"].map {
            [
                "id": .string($0), "method": "POST", "url": "/programs",
                "headers": ["Content-Type": "application/json"], "body": ["name": .string($0), "scopes": []],
            ]
        }
        #expect(await ask("POST", "/holdfast/v1.0/$batch", ["requests": .array(requests)]).status == 200)
        #expect(await records().count { $0["action"]?.stringValue == "programs.create" } == 2)
    }

    @Test func `the trail is filtered, and told to be whole`() async throws {
        let before = await records().count
        for name in ["One", "Two", "Two"] {
            _ = await ask("POST", "/holdfast/v1.0/programs", ["name": .string(name), "scopes": []])
        }
        let refused = await records("?$filter=outcome ne 'succeeded'")
        #expect(refused.map { $0["outcome"]?.stringValue } == ["NameTaken"])
        let ofAda = "actor/name eq 'Ada' and target/kind eq 'programs' and actor/kind eq 'operator'"
        #expect(await records("?$filter=\(ofAda)").count == 3)
        #expect(await records("?$filter=target/id eq 'nothing'").isEmpty)
        let chain = await ask("GET", "/holdfast/v1.0/auditChain")
        #expect(chain["isWhole"] == true)
        #expect(chain["count"]?.intValue == Int64(before) + 3)
        let id = try #require(refused.first?["id"]?.stringValue)
        #expect(await ask("GET", "/holdfast/v1.0/auditRecords/\(id)").status == 200)
        #expect(await ask("GET", "/holdfast/v1.0/auditRecords/999").status == 404)
    }

    @Test func `nobody changes the trail, and not everybody reads it`() async {
        #expect(await ask("DELETE", "/holdfast/v1.0/auditRecords/1").status == 405)
        #expect(await ask("POST", "/holdfast/v1.0/auditRecords", [:]).status == 405)
        var other = Self.root
        other.permissions = ["BackupRestore-Search.Read.All"]
        #expect(await ask("GET", "/holdfast/v1.0/auditRecords", as: other).status == 403)
        #expect(await ask("GET", "/holdfast/v1.0/auditChain", as: other).status == 403)
    }
}
