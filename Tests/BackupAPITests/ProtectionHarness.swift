import BackupAPI
import BackupRepository
import BackupTesting
import Catalog
import Connectors
import Foundation
import Logging
import OData
import ObjectStorage
import Synchronization
import Testing

@testable import BackupService

/// A tenant's folder, which goes with its owner: four people with drives and mailboxes,
/// two groups, three sites.
final class ProtectionTenant: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "protection-" + UUID().uuidString)
    static let id = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"
    static let people = ["adele", "diego", "grady", "joni"]
    static func personID(_ name: String) -> String {
        "0a1b2c3d-0001-4000-8000-00000000000\((people.firstIndex(of: name) ?? 8) + 1)"
    }
    static let finance = "0a1b2c3d-0002-4000-8000-000000000001"
    static let legal = "0a1b2c3d-0002-4000-8000-000000000002"
    static let siteID = "0a1b2c3d-0003-4000-8000-000000000001"

    init() throws {
        for name in Self.people { try addPerson(name) }
        for name in ["team", "hr-portal", "archive"] {
            try write("sites/\(name)/Documents/a.txt", "hello from \(name)")
        }
        try setGroups(finance: ["adele", "diego"], legal: ["diego", "grady"])
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ path: String, _ text: String) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Gives a person a drive with a file, and a mailbox.
    func addPerson(_ name: String) throws {
        try write("drives/\(name)@contoso.example/note.txt", "a note of \(name)")
        try FileManager.default.createDirectory(
            at: url.appending(path: "mailboxes/\(name)@contoso.example"), withIntermediateDirectories: true)
    }

    /// Writes who is in which group.
    func setGroups(finance: [String], legal: [String]) throws {
        func list(_ names: [String]) -> String { names.map { "\"\($0)@contoso.example\"" }.joined(separator: ", ") }
        let users = Self.people.map { name in
            #"""
            {"id": "\#(Self.personID(name))", "userPrincipalName": "\#(name)@contoso.example", "displayName": \#
            "\#(name.capitalized)", "mail": "\#(name).mail@contoso.example"}
            """#
        }
        try write(
            "directory.json",
            """
            {"tenantId": "\(Self.id)", "users": [\(users.joined(separator: ", "))],
             "groups": [{"id": "\(Self.finance)", "displayName": "Finance", "members": [\(list(finance))]},
                        {"id": "\(Self.legal)", "displayName": "Legal", "members": [\(list(legal))]}],
             "sites": [{"id": "\(Self.siteID)", "name": "team", "displayName": "The Legal Team"}]}
            """)
    }
}

/// The API over a service of its own, without a socket, with a worker that is stepped by hand.
struct ProtectionAPI: Sendable {
    let clock = ManualClock()
    let tenant: ProtectionTenant
    let service: ProtectionService
    let api: BackupGraphAPI
    let stores: MemoryStores
    private let catalogue: TemporaryCatalog

    static let app = "3f1c2d4e-0000-4000-8000-0000000000aa"
    static let root = "/v1.0/solutions/backupRestore"
    static let beta = "/beta/solutions/backupRestore"

    /// Makes a service whose controller is `app`, enabled unless said otherwise.
    init(enabled: Bool = true) async throws {
        catalogue = try await TemporaryCatalog.make()
        tenant = try ProtectionTenant()
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let stores = MemoryStores()
        self.stores = stores
        let secrets = try #require(TenantSecrets(masterSecret: [UInt8](repeating: 7, count: 32)))
        let dependencies = ServiceDependencies(
            catalog: catalogue.store,
            tenant: try FolderTenant(folder: tenant.url.path, id: ProtectionTenant.id, logger: logger),
            repositoryStore: { stores[$0] }, secrets: secrets, clock: clock, makeID: { UUID().uuidString.lowercased() },
            repositoryEnvironment: RepositoryEnvironment(hostname: "test", username: "test"), process: .current(),
            logger: logger)
        service = ProtectionService(dependencies: dependencies)
        api = BackupGraphAPI(
            service: service, sign: { Array($0.reversed()) }, report: { id, text in Issue.record("\(id): \(text)") })
        guard enabled else { return }
        _ = await call("POST", "/serviceApps", [:])
        _ = await call("POST", "/serviceApps/\(Self.app)/activate", [:])
        let enabled = await call("POST", "/enable", ["appOwnerTenantId": "9a1b2c3d-0000-4000-8000-000000000001"])
        try #require(enabled.status == 200)
    }

    /// A delegated caller with every permission.
    static let person = Principal(
        applicationID: app, applicationName: "Console",
        user: .init(id: "0a1b2c3d-0001-4000-8000-000000000009", displayName: "Ines", email: "ines@contoso.example"),
        permissions: GraphPermission.all)
    /// The same application without a person.
    static let program = Principal(applicationID: app, applicationName: "Console", permissions: GraphPermission.all)

    /// Asks as a person, unless said otherwise. A path that begins with a slash is below the root
    /// of v1.0, or of beta.
    func call(
        _ method: String, _ path: String, _ body: JSONValue? = nil, beta: Bool = false,
        as principal: Principal = person, prefer: String? = nil
    ) async -> ProtectionAnswer {
        let parts = ((beta ? Self.beta : Self.root) + path).split(separator: "?", maxSplits: 1).map(String.init)
        var headers = Headers()
        if body != nil { headers["Content-Type"] = "application/json" }
        if let prefer { headers["Prefer"] = prefer }
        let request = ODataRequest(
            method: method, rawPath: parts[0], rawQuery: parts.count > 1 ? parts[1] : "", headers: headers,
            body: body.map(Self.bytes) ?? [],
            origin: "https://backup.example")
        return ProtectionAnswer(await api.respond(to: request, principal: principal))
    }

    private static func bytes(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }

    /// Does everything that is due now: ticks of the scheduler, and every job,
    /// until nothing is left.
    func settle(ticks: Int = 2) async throws {
        for _ in 0..<ticks {
            try await Scheduler(service).tick()
            try await work()
        }
    }

    /// Does every job that is due now.
    func work() async throws {
        for _ in 0..<200 {
            let now = clock.now()
            let jobs = try await service.catalog.write { writer in
                try writer.beginJobs(
                    owner: "test", now: now, leaseSeconds: 60, kinds: JobKind.allCases.map(\.rawValue), limit: 50)
            }
            guard !jobs.isEmpty else { return }
            for job in jobs { await JobExecution(job: job, service: service).perform() }
        }
        Issue.record("jobs keep adding jobs")
    }

    /// A policy with units, switched on where wanted. Gives its id.
    func policy(
        _ collection: String = "oneDriveForBusinessProtectionPolicies", _ body: JSONValue = ["displayName": "P"],
        active: Bool = true
    ) async throws -> String {
        let made = await call("POST", "/\(collection)", body, beta: true)
        try #require(made.status == 201, "\(made)")
        let id = try #require(made["id"]?.stringValue)
        if active {
            let moved = await call("POST", "/protectionPolicies/\(id)/activate")
            try #require(moved.status == 202, "\(moved)")
        }
        return id
    }

    /// Sign-in names, or names of sites, of the units of a policy that a predicate chooses.
    func units(
        of policyID: String, where isWanted: @Sendable (ProtectionUnit) -> Bool = { _ in true }
    ) async throws -> [String] {
        try await service.catalog.page(Query<ProtectionUnit>(where: .equal("policyId", policyID))).filter(isWanted)
            .map { ($0.signInOrSiteName ?? "").replacingOccurrences(of: "@contoso.example", with: "") }.sorted()
    }
}

/// The stores of repositories, in memory, by location.
final class MemoryStores: Sendable {
    private let stores = Mutex<[String: MemoryObjectStore]>([:])

    subscript(_ location: String) -> MemoryObjectStore {
        stores.withLock { stores in
            if let known = stores[location] { return known }
            let store = MemoryObjectStore()
            stores[location] = store
            return store
        }
    }
}

/// An answer with its body read.
struct ProtectionAnswer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: Headers
    let text: String
    let body: JSONValue?

    init(_ response: ODataResponse) {
        status = response.status
        headers = response.headers
        text = String(decoding: response.body, as: UTF8.self)
        body = try? JSONValue(parsing: response.body)
    }

    subscript(_ name: String) -> JSONValue? { body?[name] }
    var code: String? { body?["error"]?["code"]?.stringValue }
    var values: [JSONValue] { body?["value"]?.arrayValue ?? [] }
    var description: String { "\(status) \(text)" }
}

extension JSONValue {
    /// The member as text.
    func text(_ name: String) -> String? { self[name]?.stringValue }
}
