@testable import ProtectionService
import Concurrency
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import BackupWork

/// A service adds no jobs beyond what is due, whatever a rule or a policy over a
/// whole workload cannot do.
@Suite struct QuietServiceTests {
    /// What is in the way of a rule or a policy.
    enum Obstacle: String, CaseIterable, Sendable {
        case groupThatDoesNotExist, memberOfAnotherPolicy, unitOfAnotherPolicy, expressionBeyondALimit
    }

    private let policies = "oneDriveForBusinessProtectionPolicies"

    /// A service with the obstacle, after its jobs have met it.
    private func service(with obstacle: Obstacle) async throws -> ProtectionAPI {
        let api = try await ProtectionAPI()
        try await api.service.catalog.write { writer in
            let start = Date(timeIntervalSince1970: 0)
            try writer.insert(
                ProtectionPolicy(
                    id: Self.otherPolicy, workload: .oneDriveForBusiness, displayName: "Other", status: .inactive,
                    retentionDays: 365, createdDateTime: start))
            try writer.insert(
                ProtectionUnit(
                    id: "0a1b2c3d-0006-4000-8000-000000000001", workload: .oneDriveForBusiness,
                    sourceId: ContosoTenant.personID("diego"), status: .unprotected, protectionSources: .manual,
                    createdDateTime: start
                ).with {
                    $0.policyId = Self.otherPolicy
                })
        }
        switch obstacle {
        case .groupThatDoesNotExist:
            try await addRule(api, try await api.policy(), Self.unknownGroup, ContosoTenant.finance)
        case .memberOfAnotherPolicy: try await addRule(api, try await api.policy(), ContosoTenant.finance)
        case .unitOfAnotherPolicy:
            _ = try await api.policy(policies, ["displayName": "P", "protectionMode": "fullServiceBackup"])
        case .expressionBeyondALimit:
            try await addRule(api, try await api.policy(), ContosoTenant.finance)
            try await api.settle()
            try await api.service.catalog.write {
                _ = try $0.update(InclusionRule.self, where: .true, set: ["expression": .text("nonsense")])
            }
        }
        try await api.settle()
        return api
    }

    private static let otherPolicy = "0a1b2c3d-0005-4000-8000-000000000001"
    private static let unknownGroup = "0a1b2c3d-0002-4000-8000-0000000000ff"

    private func policy(_ api: ProtectionAPI) async throws -> String {
        try #require(
            try await api.service.catalog.page(Query<ProtectionPolicy>(where: .equal("displayName", "P"))).first?.id)
    }

    private func addRule(_ api: ProtectionAPI, _ policy: String, _ groups: String...) async throws {
        let expression = "(memberOf -any (group.id -in [\(groups.map { "'\($0)'" }.joined(separator: ", "))]))"
        let made = await api.call(
            "POST", "/\(policies)/\(policy)/driveInclusionRules",
            ["driveExpression": .string(expression), "isAutoApplyEnabled": true])
        try #require(made.status == 201, "\(made)")
    }

    /// The jobs that are added while hours pass, by kind. The scheduler looks again after each end
    /// of jobs, as often as it likes.
    private func jobs(_ api: ProtectionAPI, hours: Int) async throws -> [String: Int] {
        let before = Set(try await api.service.catalog.page(Query<Job>()).map(\.id))
        for _ in 0..<6 * hours {
            api.clock.turn(seconds: 600)
            try await api.settle(ticks: 5)
        }
        let new = try await api.service.catalog.page(Query<Job>()).filter { !before.contains($0.id) }
        return Dictionary(grouping: new, by: \.kind).mapValues(\.count)
    }

    @Test(arguments: Obstacle.allCases) func `hours with an obstacle bring the backups that are due and nothing else`(
        _ obstacle: Obstacle
    ) async throws {
        let api = try await service(with: obstacle)
        let units = try await api.service.catalog.count(
            Query<ProtectionUnit>(where: .equal("status", ProtectionUnitStatus.protected)))
        #expect(try await jobs(api, hours: 2) == ["backup": 12 * units])
    }

    @Test(arguments: [Obstacle.memberOfAnotherPolicy, .unitOfAnotherPolicy])
    func `what was in the way is tried again when it is gone`(
        _ obstacle: Obstacle
    ) async throws {
        let api = try await service(with: obstacle)
        let policy = try await policy(api)
        #expect(try await !api.units(of: policy).contains("diego"))
        #expect(await api.call("DELETE", "/protectionPolicies/\(Self.otherPolicy)").status == 204)
        try await api.settle(ticks: 3)
        #expect(try await api.units(of: policy).contains("diego"))
    }

    @Test func `a group that appears is followed`() async throws {
        let api = try await service(with: .groupThatDoesNotExist)
        let rule = try #require(try await api.service.catalog.page(Query<InclusionRule>()).first)
        #expect(rule.status == .completedWithErrors)
        #expect(rule.error?.code == "ProtectionResourcesNotFound")
        let file = api.tenant.folder.url.appending(path: "directory.json")
        let text = try String(contentsOf: file, encoding: .utf8).replacingOccurrences(
            of: ContosoTenant.legal, with: Self.unknownGroup)
        try Data(text.utf8).write(to: file)
        api.clock.turn(seconds: 600)
        try await api.settle()
        #expect(try await api.units(of: try await policy(api)) == ["adele", "grady"])
    }

    @Test func `the end of a backup does not wake the scheduler, a unit that was added does`() async throws {
        let api = try await ProtectionAPI()
        let before = api.service.dueSignal.generation
        let policy = try await api.policy()
        try await addRule(api, policy, ContosoTenant.finance)
        #expect(api.service.dueSignal.generation > before)
        let asked = api.service.dueSignal.generation
        try await api.work()
        #expect(api.service.dueSignal.generation == asked + 1, "the rule has added units")
        try await Scheduler(api.service).tick()
        try await api.work()
        #expect(try await api.units(of: policy) { $0.status == .protected } == ["adele", "diego"])
        #expect(api.service.dueSignal.generation == asked + 1)
    }
}
