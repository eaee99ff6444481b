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

/// The stores of a tenant's repositories, by location.
final class RestoreStores: Sendable {
    private let stores = Mutex<[String: MemoryObjectStore]>([:])
    func store(_ location: String) -> MemoryObjectStore {
        stores.withLock { stores in
            let store = stores[location] ?? MemoryObjectStore()
            stores[location] = store
            return store
        }
    }
}

/// The whole service over a folder tenant of a few real files, asked through
/// `BackupGraphAPI.respond` without a socket.
struct RestoreHarness {
    static let tenantID = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"
    static let root = "/solutions/backupRestore"
    static let ada = "ada@contoso.example"
    static let ben = "ben@contoso.example"

    let clock = ManualClock(Date(timeIntervalSince1970: 1_772_352_000))
    let service: ProtectionService
    let api: BackupGraphAPI
    let folder: RestoreFolder
    let stores: RestoreStores
    private let catalogFile: TemporaryCatalog
    let application = UUID().uuidString.lowercased()

    var catalog: CatalogStore { service.dependencies.catalog }

    /// A tenant with two drives and a site, its application the controller of an enabled service.
    /// - Parameter wrapping: what stands before the store of each repository.
    init(
        limits: ServiceLimits = ServiceLimits(), copiesPerSource: Int = FolderTenant.publishedCopyLimit,
        jobInspector: (any JobInspector)? = nil,
        wrapping: @escaping @Sendable (MemoryObjectStore) -> any ObjectStore = { $0 }
    ) async throws {
        catalogFile = try await TemporaryCatalog.make()
        folder = try RestoreFolder()
        try folder.write("drives/\(Self.ada)/Plans/2026/budget.xlsx", "budget of March")
        try folder.write("drives/\(Self.ada)/Plans/notes.txt", "notes of March")
        try folder.write("drives/\(Self.ada)/bread order.docx", "twelve loaves")
        try folder.write("drives/\(Self.ben)/a.txt", "of Ben")
        try folder.write("sites/team/Shared/Work/plan.txt", "the plan")
        try folder.write("sites/team/Pictures/one.jpg", "picture")
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (stores, clock) = (RestoreStores(), clock)
        self.stores = stores
        var dependencies = ServiceDependencies(
            catalog: catalogFile.store,
            tenant: try FolderTenant(
                folder: folder.url.path, id: Self.tenantID, copyLimit: copiesPerSource, logger: logger),
            repositoryStore: { wrapping(stores.store($0)) },
            secrets: try #require(TenantSecrets(masterSecret: [UInt8](repeating: 7, count: 32))), clock: clock,
            makeID: { UUID().uuidString.lowercased() },
            repositoryEnvironment: RepositoryEnvironment(hostname: "test", username: "test"),
            process: .current(), logger: logger)
        dependencies.limits = limits
        dependencies.jobInspector = jobInspector
        service = ProtectionService(dependencies: dependencies)
        api = BackupGraphAPI(
            service: service, sign: { [UInt8](Data($0).reversed().suffix(64)) + [UInt8(truncatingIfNeeded: $0.count)] },
            report: { _, _ in })
        let caller = Caller(
            application: Identity(id: application, displayName: "Console"),
            user: Identity(id: UUID().uuidString.lowercased(), displayName: "Ines"))
        _ = try await service.registerServiceApp(caller)
        _ = try await service.activateServiceApp(id: application, effectiveDateTime: nil, caller)
        _ = try await service.enable(appOwnerTenantID: Self.tenantID, caller)
    }

    // MARK: Asking

    func principal(_ permissions: Set<String> = GraphPermission.all, application: String? = nil) -> Principal {
        Principal(applicationID: application ?? self.application, applicationName: "Console", permissions: permissions)
    }

    /// One request as a controller with every permission.
    func send(
        _ method: String, _ path: String, _ body: JSONValue? = nil, version: String = "v1.0", prefer: String? = nil,
        as principal: Principal? = nil
    ) async -> RestoreAnswer {
        let parts = path.split(separator: "?", maxSplits: 1)
        let full =
            path.hasPrefix("http")
            ? String(parts[0].drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }) : "/\(version)\(Self.root)\(parts[0])"
        var headers: Headers = ["Content-Type": "application/json"]
        if let prefer { headers["Prefer"] = prefer }
        let request = ODataRequest(
            method: method, rawPath: full, rawQuery: parts.count > 1 ? String(parts[1]) : "", headers: headers,
            body: body.map { Array($0.encoded) } ?? [],
            origin: "http://test")
        return RestoreAnswer(await api.respond(to: request, principal: principal ?? self.principal()))
    }

    /// A request with a body as it is written.
    func sendText(_ method: String, _ path: String, _ body: String) async -> RestoreAnswer {
        let request = ODataRequest(
            method: method, rawPath: "/v1.0\(Self.root)\(path)", rawQuery: "",
            headers: ["Content-Type": "application/json"], body: Array(body.utf8),
            origin: "http://test")
        return RestoreAnswer(await api.respond(to: request, principal: principal()))
    }

    // MARK: Protecting

    /// Protects sources and gives the unit of each key.
    func protect(_ workload: Workload, _ keys: [String]) async throws -> [ProtectionUnit] {
        let caller = Caller(application: Identity(id: application))
        let policy = try await service.createPolicy(
            PolicyDraft(workload: workload, displayName: "All", unitKeys: keys), caller)
        _ = try await service.activatePolicy(id: policy.id, caller)
        try await settle()
        let units = try await catalog.page(Query<ProtectionUnit>(where: .equal("policyId", policy.id)))
        return try keys.map { key in try #require(units.first { $0.sourceId == key }) }
    }

    /// The directory id of a person or the id of a site.
    func key(_ name: String) throws -> String {
        if let user = try service.dependencies.tenant.users().first(where: { $0.userPrincipalName == name }) {
            return user.id
        }
        return try #require(try service.dependencies.tenant.sites().first { $0.name == name }).id
    }

    /// Lets everything that is due now happen.
    func settle() async throws {
        try await Scheduler(service).tick()
        let now = clock.now()
        while true {
            let jobs = try await catalog.write { writer in
                try writer.beginJobs(
                    owner: "test", now: now, leaseSeconds: 60, kinds: JobKind.allCases.map(\.rawValue), limit: 8)
            }
            if jobs.isEmpty { return }
            for job in jobs { await JobExecution(job: job, service: service).perform() }
        }
    }

    /// Takes a point of every protected unit a little later, and gives the newest of a unit.
    func newPoint(of unit: ProtectionUnit) async throws -> RestorePoint {
        clock.turn(seconds: 600)
        try await settle()
        return try await latestPoint(of: unit)
    }

    func latestPoint(of unit: ProtectionUnit) async throws -> RestorePoint {
        try #require(
            try await catalog.page(
                Query<RestorePoint>(
                    where: .equal("unitId", unit.id), order: [.init("protectionDateTime", ascending: false)], limit: 1)
            ).first)
    }

    /// A drive of Ada's with one point.
    func protectedDrive() async throws -> (unit: ProtectionUnit, point: RestorePoint) {
        let unit = try await protect(.oneDriveForBusiness, [key(Self.ada)])[0]
        return (unit, try await latestPoint(of: unit))
    }

    // MARK: Browsing

    /// A browse session over a point.
    func browseSession(_ point: RestorePoint) async throws -> String {
        let collection =
            point.workload == .sharePoint ? "sharePointBrowseSessions" : "oneDriveForBusinessBrowseSessions"
        let answer = await send("POST", "/\(collection)", ["restorePointId": .string(point.id)])
        #expect(answer.status == 201)
        return try #require(answer.json["id"]?.stringValue)
    }

    /// The items below a place, by name.
    func items(_ session: String, _ key: String? = nil) async throws -> [String: JSONValue] {
        let body: JSONObject = key.map { ["browseLocationItemKey": .string($0)] } ?? JSONObject()
        let answer = await send("POST", "/browseSessions/\(session)/browse", .object(body))
        #expect(answer.status == 200, "\(answer.text)")
        let items = answer.json["value"]?.arrayValue ?? []
        return Dictionary(items.compactMap { item in item["name"]?.stringValue.map { ($0, item) } }) { first, _ in first
        }
    }

    /// The key of the item at a path below the library, or below the site for SharePoint.
    func itemKey(_ session: String, _ names: [String]) async throws -> String {
        var key = try #require(try await items(session).values.first?["itemKey"]?.stringValue)
        for name in names {
            key = try #require(try await items(session, key)[name]?["itemKey"]?.stringValue, "no \(name)")
        }
        return key
    }
}

/// An answer with its body as JSON.
struct RestoreAnswer {
    let status: Int
    let json: JSONValue
    let text: String
    let headers: Headers

    init(_ response: ODataResponse) {
        status = response.status
        headers = response.headers
        text = String(decoding: response.body, as: UTF8.self)
        json = (try? JSONValue(parsing: response.body)) ?? .null
    }

    /// The code of a refusal.
    var code: String? { json["error"]?["code"]?.stringValue }
    var id: String { json["id"]?.stringValue ?? "" }
    var values: [JSONValue] { json["value"]?.arrayValue ?? [] }
}

/// A folder of real files that goes with its owner.
final class RestoreFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "restore-" + UUID().uuidString)

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ path: String, _ text: String) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func read(_ path: String) -> String? {
        (try? Data(contentsOf: url.appending(path: path))).map { String(decoding: $0, as: UTF8.self) }
    }
    func remove(_ path: String) throws { try FileManager.default.removeItem(at: url.appending(path: path)) }
    func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.appending(path: path).path).sorted()
    }
}
