import BackupAPI
import BackupTesting
import Catalog
import Connectors
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Testing

/// What a policy would choose, before anything is saved.
@Suite struct PolicyPreviewTests {
    private let surface: ProtectionAPI

    init() async throws { surface = try await ProtectionAPI() }

    private func preview(_ body: JSONValue, as principal: Principal = ProtectionAPI.person) async -> APIAnswer {
        await surface.served.ask("POST", "/holdfast/v1.0/policyPreviews", body, as: principal)
    }

    private func number(_ answer: APIAnswer, _ names: String...) -> Int64? {
        names.reduce(answer.json as JSONValue?) { $0?[$1] }?.intValue
    }

    @Test func `everything matches every drive, and nothing is changed`() async throws {
        let before = try await surface.fixture.rows()
        let answer = await preview(["workload": "oneDriveForBusiness", "everything": true])
        #expect(answer.status == 200, "\(answer)")
        let drives = try surface.service.dependencies.tenant.sources().filter { $0.id.kind == .drive }
        #expect(number(answer, "matching", "accounts") == Int64(drives.count))
        #expect(number(answer, "matching", "sites") == 0)
        #expect(answer["sample"]?.arrayValue?.count == min(50, drives.count))
        #expect(answer["wouldLeave"] == [])
        #expect(try await surface.fixture.rows() == before)
    }

    @Test func `a group matches its members`() async throws {
        let group = try #require(try surface.service.dependencies.tenant.groups().first { !$0.members.isEmpty })
        let answer = await preview([
            "workload": "oneDriveForBusiness", "expression": .string("(memberOf -any (group.id -in ['\(group.id)']))"),
        ])
        #expect(answer.status == 200, "\(answer)")
        let drives = Set(try surface.service.dependencies.tenant.sources().map(\.id.objectID))
        #expect(number(answer, "matching", "accounts") == Int64(Set(group.members).intersection(drives).count))
    }

    @Test func `a list says which names are unknown`() async throws {
        let user = try #require(try surface.service.dependencies.tenant.users().first { $0.hasDrive })
        let answer = await preview([
            "workload": "oneDriveForBusiness",
            "addresses": [.string(user.userPrincipalName.uppercased()), "nobody@contoso.example"],
        ])
        #expect(number(answer, "matching", "accounts") == 1)
        #expect(answer["unknown"]?.arrayValue?.map { $0["name"] } == [.string("nobody@contoso.example")])
    }

    @Test func `units of another policy are named, and excluded ones counted`() async throws {
        let user = try #require(try surface.service.dependencies.tenant.users().first { $0.hasDrive })
        let policy = try await surface.policy(
            "oneDriveForBusinessProtectionPolicies",
            ["displayName": "P", "driveProtectionUnits": [["directoryObjectId": .string(user.id)]]])
        let answer = await preview(["workload": "oneDriveForBusiness", "objectIds": [.string(user.id)]])
        #expect(answer["alreadyElsewhere"]?.arrayValue?.map { $0["policyId"] } == [.string(policy)])
        let own = await preview([
            "workload": "oneDriveForBusiness", "objectIds": [.string(user.id)], "policyId": .string(policy),
        ])
        #expect(own["alreadyElsewhere"] == [])
    }

    @Test func `an application sees no names of people`() async {
        let answer = await preview(
            ["workload": "oneDriveForBusiness", "everything": true], as: ProtectionAPI.program)
        let sample = answer["sample"]?.arrayValue ?? []
        #expect(!sample.isEmpty)
        #expect(sample.allSatisfy { $0["displayName"] == .null })
        #expect(sample.allSatisfy { $0["email"] == .null })
    }

    @Test(
        arguments: [
            (["workload": "oneDriveForBusiness"], "BadRequest"), (["everything": true], "BadRequest"),
            (["workload": "tape", "everything": true], "BadRequest"),
            (["workload": "sharePoint", "everything": true, "addresses": ["x"]], "BadRequest"),
            (["workload": "sharePoint", "expression": "displayName -is 'x'"], "InvalidRuleExpression"),
            (["workload": "oneDriveForBusiness", "expression": ""], "InvalidRuleExpression"),
            (["workload": "sharePoint", "everything": true, "policyId": "x"], "InvalidPolicyId"),
            (
                ["workload": "sharePoint", "everything": true, "policyId": "00000000-0000-4000-8000-00000000dead"],
                "PolicyNotFound"
            ),
            (["workload": "sharePoint", "everything": true, "colour": "red"], "BadRequest"),
        ] as [(JSONValue, String)])
    func `drafts that make no sense are refused`(body: JSONValue, code: String) async {
        #expect(await preview(body).code?.lowercased() == code.lowercased())
    }

    @Test func `a list that is too long is refused`() async {
        let most = surface.service.dependencies.limits.entriesPerBulkJob
        let names = (0...most).map { JSONValue.string("u\($0)@contoso.example") }
        #expect(await preview(["workload": "oneDriveForBusiness", "addresses": .array(names)]).status == 413)
    }
}
