import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

/// A service over the tenant of four people and three sites, and the console that controls it. Asks the
/// operations themselves, below the API.
struct Console: Sendable {
    let tenant: ContosoTenant
    let fixture: ServiceFixture
    /// Makes the catalogue's writes fail.
    let writes: FailingWrites

    /// The controller, for a person.
    static let caller = Caller(
        application: Identity(id: "3f1c2d4e-0000-4000-8000-0000000000aa", displayName: "Console"),
        user: Identity(id: "0a1b2c3d-0001-4000-8000-000000000009", displayName: "Ines"))
    /// An application that controls nothing.
    static let stranger = Caller(
        application: Identity(id: "3f1c2d4e-0000-4000-8000-0000000000bb", displayName: "Other"))
    /// A well-formed id that nothing has.
    static let unknownID = "00000000-0000-4000-8000-00000000dead"

    /// Makes a service whose controller is `caller`, enabled unless said otherwise.
    init(enabled: Bool = true, limits change: (inout ServiceLimits) -> Void = { _ in }) async throws {
        let file = try await TemporaryCatalog.make()
        let writes = FailingWrites(file.database)
        tenant = try ContosoTenant()
        fixture = try await ServiceFixture(tenant: try tenant.open(), catalogFile: file) {
            $0.catalog = CatalogStore(driver: writes)
            change(&$0.limits)
        }
        self.writes = writes
        if enabled { try await fixture.enable(Self.caller) }
    }

    var service: ServiceContext { fixture.service }
    var now: Date { fixture.clock.now() }
    var limits: ServiceLimits { service.dependencies.limits }
    static func person(_ name: String) -> String { ContosoTenant.personID(name) }

    // MARK: Looking

    func find<Record: CatalogRecord>(_ type: Record.Type, _ id: String) async throws -> Record {
        try #require(try await fixture.catalog.find(type, id: id))
    }

    func all<Record: CatalogRecord>(_ type: Record.Type) async throws -> [Record] {
        try await fixture.catalog.page(Query<Record>())
    }

    /// The units of a policy by their source.
    func units(of policyID: String) async throws -> [String: ProtectionUnit] {
        let units = try await fixture.catalog.page(Query<ProtectionUnit>(where: .equal("policyId", policyID)))
        return Dictionary(uniqueKeysWithValues: units.map { ($0.sourceId, $0) })
    }

    /// The kinds of the jobs of a subject that have not ended.
    func openJobs(of subjectID: String) async throws -> [String] {
        try await fixture.catalog.page(Query<Job>(where: .equal("subjectId", subjectID)))
            .filter { $0.state == .waiting || $0.state == .running }.map(\.kind).sorted()
    }

    // MARK: Arranging

    /// A policy over people, switched on where wanted. Gives its id.
    func policy(
        _ people: [String] = [], isActive: Bool = false, mode: ProtectionMode = .standard
    ) async throws -> String {
        let policy = try await service.policies.create(
            PolicyDraft(
                workload: .oneDriveForBusiness, displayName: "P", unitKeys: people.map(Self.person),
                protectionMode: mode),
            Self.caller)
        if isActive { _ = try await service.policies.activate(id: policy.id, Self.caller) }
        return policy.id
    }

    /// A unit in a state.
    func insertUnit(
        _ status: ProtectionUnitStatus, of person: String = "adele", policyID: String? = nil
    ) async throws -> ProtectionUnit {
        let unit = ProtectionUnit(
            id: service.dependencies.makeID(), workload: .oneDriveForBusiness, sourceId: Self.person(person),
            status: status, protectionSources: .manual, createdDateTime: now
        ).with {
            $0.policyId = policyID
            $0.displayName = person
            $0.retentionDays = 365
        }
        try await insert(unit)
        return unit
    }

    /// A point of a unit.
    func insertPoint(
        of unit: ProtectionUnit, secondsAgo: Double = 0, change: (inout RestorePoint) -> Void = { _ in }
    ) async throws -> RestorePoint {
        var point = RestorePoint(
            id: service.dependencies.makeID(), unitId: unit.id, workload: unit.workload,
            protectionDateTime: now.addingTimeInterval(-secondsAgo),
            expirationDateTime: now.addingTimeInterval(86_400), tags: .fastRestore, snapshotId: "s",
            cadence: .tenMinutes)
        change(&point)
        try await insert(point)
        return point
    }

    func insert<Record: CatalogRecord>(_ record: Record) async throws {
        try await fixture.catalog.write { try $0.insert(record) }
    }

    func update<Record: CatalogRecord>(_ record: Record) async throws {
        try await fixture.catalog.write { try $0.update(record) }
    }

    /// Puts the service in a state, as time and its owner do.
    func set(_ status: BackupServiceStatus) async throws {
        let state = ServiceState(id: service.tenantID, status: status)
        try await fixture.catalog.write { try $0.save(state) }
    }

    // MARK: Refusing

    /// Expects that an operation is refused with a code, and that every table is as before.
    @discardableResult
    func expectRefused<Value>(
        _ code: ServiceErrorCode, _ comment: Comment? = nil, at location: SourceLocation = #_sourceLocation,
        by operation: () async throws -> Value
    ) async throws -> ServiceError {
        let before = try await fixture.rows()
        let error = try await #require(throws: ServiceError.self, comment, sourceLocation: location) {
            _ = try await operation()
        }
        #expect(error.code == code, comment, sourceLocation: location)
        #expect(try await fixture.rows() == before, comment, sourceLocation: location)
        return error
    }
}

/// What came of some calls at once.
struct Race {
    /// The numbers of the calls that succeeded.
    var winners: [Int] = []
    /// The codes of the others.
    var codes: [ServiceErrorCode] = []

    /// Makes calls at once, which are told their numbers, and waits for all.
    init(_ count: Int, _ call: @escaping @Sendable (Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: (number: Int, code: ServiceErrorCode?).self) { group in
            for number in 0..<count {
                group.addTask {
                    do {
                        try await call(number)
                        return (number, nil)
                    } catch let error as ServiceError {
                        return (number, error.code)
                    }
                }
            }
            for try await (number, code) in group {
                if let code { codes.append(code) } else { winners.append(number) }
            }
        }
    }
}
