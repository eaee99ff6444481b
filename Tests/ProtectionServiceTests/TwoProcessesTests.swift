import BackupRepository
import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

/// Two processes over one database of PostgreSQL, which ask for the same at the same moment.
@Suite struct TwoProcessesTests {
    /// The processes, and the tenant that both see.
    private struct Pair {
        let catalog: PostgresCatalog
        let tenant: ContosoTenant
        let services: [ServiceContext]
        private let fixtures: [ServiceFixture]
        private let drivers: [any SQLDriver]

        init(limits change: (inout ServiceLimits) -> Void = { _ in }) async throws {
            catalog = try await PostgresCatalog.make()
            tenant = try ContosoTenant()
            var (fixtures, drivers): ([ServiceFixture], [any SQLDriver]) = ([], [])
            for number in 0..<2 {
                let driver = try await catalog.anotherDriver()
                fixtures.append(
                    try await ServiceFixture(tenant: try tenant.open()) {
                        $0.catalog = CatalogStore(driver: LockCheckDriver(driver))
                        $0.makeID = { UUID().uuidString.lowercased() }
                        $0.isShared = true
                        change(&$0.limits)
                        $0.process = ThisProcess(
                            ProcessIdentity(host: "host-\(number)", processID: 1, instance: "instance-\(number)"),
                            start: { _ in .unknown })
                    })
                drivers.append(driver)
            }
            (self.fixtures, self.drivers) = (fixtures, drivers)
            services = fixtures.map(\.service)
            try await fixtures[0].enable(Console.caller)
        }

        /// What came of one call in each process, made at once.
        func race<Value: Sendable>(
            _ body: @escaping @Sendable (ServiceContext) async throws -> Value
        ) async -> [Result<Value, any Error>] {
            await withTaskGroup(of: Result<Value, any Error>.self) { group in
                for service in services {
                    group.addTask {
                        do { return .success(try await body(service)) } catch { return .failure(error) }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
        }

        func close() async throws { for driver in drivers { try await driver.close() } }
    }

    @Test func `of two policies that are activated at once one is active`() async throws {
        let pair = try await Pair()
        for round in 0..<20 {
            var ids: [String] = []
            for (service, person) in zip(pair.services, ["adele", "diego"]) {
                let draft = PolicyDraft(
                    workload: .oneDriveForBusiness, displayName: "P", unitKeys: [Console.person(person)])
                ids.append(try await service.policies.create(draft, Console.caller).id)
            }
            let (first, second) = (ids[0], ids[1])
            let isFirst = pair.services[0].dependencies.process.description
            let outcomes = await pair.race { service in
                let id = service.dependencies.process.description == isFirst ? first : second
                return try await service.policies.activate(id: id, Console.caller).id
            }
            let policies = try await pair.catalog.store.page(Query<ProtectionPolicy>())
            let active = policies.filter { $0.activatedDateTime != nil }
            #expect(active.count == 1, "round \(round): \(outcomes)")
            #expect(outcomes.count { (try? $0.get()) != nil } == 1, "round \(round): \(outcomes)")
            try await pair.catalog.store.write { writer in
                try writer.delete(ProtectionUnit.self, where: .true)
                try writer.delete(ProtectionPolicy.self, where: .true)
            }
        }
        try await pair.close()
    }

    @Test func `of two applications that become the controller at once one does`() async throws {
        for _ in 0..<5 {
            let pair = try await Pair()
            try await pair.catalog.store.write { try $0.delete(ServiceApp.self, where: .true) }
            let callers = [Console.caller, Console.stranger]
            for caller in callers { _ = try await pair.services[0].apps.register(caller) }
            let name = pair.services[0].dependencies.process.description
            _ = await pair.race { service in
                let caller = callers[service.dependencies.process.description == name ? 0 : 1]
                return try await service.apps.activate(id: caller.application.id, effectiveDateTime: nil, caller).status
            }
            let apps = try await pair.catalog.store.page(Query<ServiceApp>())
            #expect(apps.count { $0.status == .active } == 1)
            try await pair.close()
        }
    }

    @Test func `no more sessions run than may`() async throws {
        let pair = try await Pair { $0.activeRestoreSessions = 3 }
        let drafts = (0..<8).map { number in
            RestoreSession(
                id: "00000000-0000-4000-8000-00000000000\(number)", workload: .oneDriveForBusiness, status: .draft,
                createdDateTime: pair.services[0].now
            ).with { $0.artifactsTotal = 1 }
        }
        try await pair.catalog.store.write { try $0.insert(contentsOf: drafts) }
        for round in 0..<4 {
            let name = pair.services[0].dependencies.process.description
            _ = await pair.race { service in
                let place = 2 * round + (service.dependencies.process.description == name ? 0 : 1)
                return try await service.restores.activate(id: drafts[place].id, Console.caller).status
            }
        }
        #expect(try await pair.catalog.store.count(Query<RestoreSession>(where: .isRunning)) == 3)
        try await pair.close()
    }

    @Test func `sessions made at once lose nothing, and the feed and the trail have no gaps`() async throws {
        let pair = try await Pair()
        let before = try await pair.catalog.store.read { try $0.changeNumber() }
        let act = AuditAct(actorKind: .application, action: "create")
        try await withThrowingTaskGroup(of: String.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let draft = RestoreSessionDraft(workload: .oneDriveForBusiness, artifacts: nil)
                    return try await AuditScope.$current.withValue(AuditScope(act)) {
                        try await pair.services[number % 2].restores.create(draft, Console.caller).id
                    }
                }
            }
            let ids = try await group.reduce(into: Set<String>()) { $0.insert($1) }
            #expect(ids.count == 60)
        }
        #expect(try await pair.catalog.store.count(Query<RestoreSession>()) == 60)
        let trail = try await pair.catalog.store.page(Query<AuditRecord>(order: [.init("sequence")]))
        #expect(trail.map(\.sequence) == Array(1...60))
        var previous = AuditChain.start
        for record in trail {
            #expect(record.previousHash == previous)
            previous = record.hash
        }
        let notes = try await pair.catalog.store.page(Query<ChangeNote>(order: [.init("number")]))
        let made = notes.filter { $0.number > before }
        #expect(Set(made.map(\.number)).count == made.count)
        // Each noted its session and the overview.
        #expect(try await pair.catalog.store.read { try $0.changeNumber() } == before + 120)
        try await pair.close()
    }

    @Test func `a follower of the feed passes over no number`() async throws {
        let pair = try await Pair()
        let start = try await pair.catalog.store.read { try $0.changeNumber() }
        let writing = Task<Void, any Error> {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for process in 0..<2 {
                    for _ in 0..<3 {
                        group.addTask {
                            for _ in 0..<15 {
                                let draft = RestoreSessionDraft(workload: .oneDriveForBusiness, artifacts: nil)
                                _ = try await pair.services[process].restores.create(draft, Console.caller)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        var (seen, number): (Set<String>, Int) = ([], start)
        while seen.count < 90 {
            let after = number
            let since = try await pair.catalog.store.read {
                try $0.changes(after: after, of: [ChangeSubject(.restores)])
            }
            for change in try #require(since).changes { if let id = change.subject.id { seen.insert(id) } }
            number = try #require(since).number
            if try await pair.catalog.store.read({ try $0.changeNumber() }) == start + 180, number == start + 180 {
                break
            }
        }
        try await writing.value
        #expect(seen.count == 90)
        try await pair.close()
    }

    @Test func `every process that lives is listed, and one that ended is not`() async throws {
        let pair = try await Pair()
        let roles = Set(ProcessRole.allCases)
        for service in pair.services {
            try await service.processes.sign(roles: roles, version: "1", since: service.now)
        }
        #expect(try await pair.services[1].processes.all().map(\.process.id).sorted() == ["instance-0", "instance-1"])
        try await pair.services[0].processes.sign(roles: roles, version: "1", since: pair.services[0].now)
        #expect(pair.services[0].dependencies.liveProcesses.countOfAPI == 2)
        try await pair.services[1].processes.leave()
        #expect(try await pair.services[0].processes.all().map(\.process.id) == ["instance-0"])
        try await pair.close()
    }
}

/// What the driver of the tests takes for a fault.
@Suite struct LockCheckTests {
    @Test func `a 'work' change that changes what it has not locked fails`() async throws {
        let catalog = try await TemporaryCatalog.make(in: .postgres)
        let session = RestoreSession(
            id: "s", workload: .sharePoint, status: .draft, createdDateTime: Date(timeIntervalSince1970: 0))
        try await catalog.store.write { try $0.insert(session) }
        let error = await #expect(throws: CatalogError.self) {
            try await catalog.store.write(.work) { writer in
                try writer.update(RestoreSession.self, where: .equal("id", "s"), set: ["policyId": .text("x")])
            }
        }
        #expect(error?.code == .invalidQuery)
        await #expect(throws: CatalogError.self) {
            try await catalog.store.write(.work) { try $0.delete(RestoreSession.self, id: "s") }
        }
        try await catalog.store.write(.work) { writer in
            _ = try writer.connection.query(#"SELECT "id" FROM "restoreSession" WHERE "id" = 's' FOR UPDATE"#, [])
            try writer.delete(RestoreSession.self, id: "s")
        }
        #expect(try await catalog.store.count(Query<RestoreSession>()) == 0)
    }

    @Test func `what is numbered is numbered only by who holds the numbers`() async throws {
        let catalog = try await TemporaryCatalog.make(in: .postgres)
        await #expect(throws: CatalogError.self) {
            try await catalog.database.write(.work) { connection in
                try connection.execute(
                    #"INSERT INTO "changeNote" ("id", "topic", "subjectId", "number") VALUES ('a', 'b', 'c', 1)"#, [])
            }
        }
    }
}
