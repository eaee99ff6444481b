import BackupRepository
import BackupTesting
import Catalog
import Connectors
import FileTree
import Foundation
import ProtectionRules
import Testing

@testable import BackupWork
@testable import ProtectionService

/// A service over some drives in memory that are backed up, for restores that are planned.
struct PlanWorld: Sendable {
    let tenant = MemoryTenant()
    let fixture: ServiceFixture
    let units: [ProtectionUnit]
    let trees: [MemoryTree]

    static let caller = Caller(
        application: Identity(id: "3f1c2d4e-0000-4000-8000-0000000000aa", displayName: "Console"))
    /// The service's own program, which controls nothing.
    static let owner = Caller(
        application: Identity(id: FirstParty.applicationID, displayName: "holdfast"), isFirstParty: true)
    static let stranger = Caller(application: Identity(id: "3f1c2d4e-0000-4000-8000-0000000000bb"))

    var service: ServiceContext { fixture.service }
    var plans: PlanOperations { service.plans }
    var tree: MemoryTree { trees[0] }
    var unit: ProtectionUnit { units[0] }

    /// Protects drives, which hold nothing yet.
    init(
        _ trees: [MemoryTree] = [MemoryTree()], configure: (inout ServiceDependencies) -> Void = { _ in }
    ) async throws {
        fixture = try await ServiceFixture(tenant: tenant, configure: configure)
        try await fixture.enable(Self.caller)
        self.trees = trees
        let now = fixture.clock.now()
        let policy = ProtectionPolicy(
            id: fixture.service.dependencies.makeID(), workload: .oneDriveForBusiness, displayName: "P",
            status: .active, retentionDays: 365, createdDateTime: now
        ).with { $0.activatedDateTime = now }
        var units: [ProtectionUnit] = []
        for (number, tree) in trees.enumerated() {
            let unit = ProtectionUnit(
                id: fixture.service.dependencies.makeID(), workload: .oneDriveForBusiness,
                sourceId: fixture.service.dependencies.makeID(), status: .protectRequested, protectionSources: [],
                createdDateTime: now
            ).with {
                $0.policyId = policy.id
                $0.displayName = "Person \(number)"
                $0.email = "person\(number)@contoso.example"
                $0.signInOrSiteName = "person\(number)@contoso.example"
                $0.nextBackupDateTime = now
            }
            tenant.add(userID: unit.sourceId, drive: tree)
            units.append(unit)
        }
        self.units = units
        try await fixture.catalog.write { [units] writer in
            try writer.insert(policy)
            try writer.insert(contentsOf: units)
        }
    }

    /// Ten minutes pass, and every drive is backed up.
    /// - Returns: the moment of the points.
    @discardableResult
    func backUp() async throws -> Date {
        fixture.clock.turn(seconds: 600)
        try await fixture.settle()
        return fixture.clock.now()
    }

    /// A draft over all units to a moment.
    func draft(_ moment: Date, units chosen: [ProtectionUnit]? = nil) -> RestorePlanDraft {
        var scope = RestorePlanScope()
        scope.unitIds = (chosen ?? units).map(\.id)
        return RestorePlanDraft(scope: scope, moment: RestorePlanMoment(.at, at: moment))
    }

    /// Makes a plan and lets it be planned.
    func plan(_ draft: RestorePlanDraft, _ caller: Caller = Self.caller) async throws -> RestorePlanRecord {
        let plan = try await plans.create(draft, caller)
        try await fixture.work()
        return try await plans.plan(id: plan.id)
    }

    /// Starts a plan and lets it run to its end.
    func run(_ plan: RestorePlanRecord, _ caller: Caller = Self.caller) async throws -> RestorePlanRecord {
        _ = try await plans.start(id: plan.id, expectedUnits: plan.sums.units, caller)
        try await fixture.work()
        return try await plans.plan(id: plan.id)
    }

    /// The changes of a unit as words.
    func changes(_ plan: RestorePlanRecord, _ unit: ProtectionUnit? = nil) async throws -> [String] {
        try await plans.changes(ofUnit: (unit ?? self.unit).id, plan: plan.id, from: 0, limit: 1000).filter {
            // What a folder gets because of what is in it says nothing here.
            !($0.isFolder && $0.action == .attributes)
        }.map { "\($0.action.rawValue) \($0.path)" }
    }

    func artifacts(_ plan: RestorePlanRecord) async throws -> [RestoreArtifact] {
        let sessions = try await plans.sessions(ofPlan: plan.id)
        return try await fixture.catalog.page(
            Query<RestoreArtifact>(where: .oneOf("sessionId", sessions), order: [.init("ordinal")]))
    }

    /// Expects that an operation is refused with a code and changes no row.
    @discardableResult
    func expectRefused<Value>(
        _ code: ServiceErrorCode, at location: SourceLocation = #_sourceLocation,
        by operation: () async throws -> Value
    ) async throws -> ServiceError {
        let before = try await fixture.rows()
        let error = try await #require(throws: ServiceError.self, sourceLocation: location) {
            _ = try await operation()
        }
        #expect(error.code == code, "\(error)", sourceLocation: location)
        #expect(try await fixture.rows() == before, sourceLocation: location)
        return error
    }
}

extension MemoryTree {
    /// The files by their paths as text.
    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for (path, item) in try description() where item.kind == .file { files["\(path)"] = item.content }
        return files
    }
}
