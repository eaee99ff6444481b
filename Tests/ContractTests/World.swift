import BackupAPI
import BackupRepository
import BackupService
import BackupTesting
import Catalog
import Connectors
import Foundation
import Logging
import OData
import ObjectStorage
import Sandbox
import Synchronization

/// The tenant of the contract's examples behind the API, without any socket: Ines, Tomas and
/// others, with rows put in by hand.
struct World: Sendable {
    let clock = ManualClock(Date(timeIntervalSince1970: 1_773_044_130))
    let catalog: TemporaryCatalog
    let service: ProtectionService
    let api: BackupGraphAPI
    /// The catalogue as the service sees it; its writes can be made to fail.
    let writes: FailingWrites
    /// Failures that were ordered, as in a sandbox.
    let faults: FaultBook
    let tenant: TenantFolder

    /// The application that controls the service, as in the examples.
    static let application = "e4887a51-3676-509b-a9fe-f21372c95921"
    static let tenantID = "7240ec2d-1513-5a72-a642-3b760acca711"
    static let ines = "a20fba0b-1148-547e-b725-6d7671001407"
    static let tomas = "af13c895-4dff-511a-a055-73cfac61564e"
    static let bea = "a82b9ab0-d9e1-57d9-be6b-a627bf2eb124"
    static let milo = "038a4735-efe9-5e63-9529-00aabca99347"
    static let group = "7273d44d-3a10-5fe7-adb0-2b0ee7bbd65f"
    static let secondGroup = "db0f6760-2adf-5fc7-9b7c-5368209824c2"
    /// Applications that are not the controller.
    static let otherApplications = ["7a0fba0b-1148-447e-b725-6d76710014a1", "7a0fba0b-1148-447e-b725-6d76710014a2"]
    /// A well-formed id that nothing has.
    static let unknown = "00000000-0000-4000-8000-00000000dead"

    init(limits: ServiceLimits = ServiceLimits(), admission: [Admission] = []) async throws {
        let catalog = try await TemporaryCatalog.make()
        self.catalog = catalog
        let faults = FaultBook()
        self.faults = faults
        writes = FailingWrites(catalog.driver)
        tenant = try TenantFolder()
        var logger = Logger(label: "contract")
        logger.logLevel = .critical
        guard let secrets = TenantSecrets(masterSecret: [UInt8](repeating: 7, count: 32)) else {
            throw CocoaError(.coderInvalidValue)
        }
        let stores = Mutex<[String: MemoryObjectStore]>([:])
        var dependencies = ServiceDependencies(
            catalog: CatalogStore(driver: writes),
            tenant: try FolderTenant(folder: tenant.url.path, id: Self.tenantID, logger: logger),
            repositoryStore: { name in
                stores.withLock { stores in
                    let store = stores[name] ?? MemoryObjectStore()
                    stores[name] = store
                    return store
                }
            },
            secrets: secrets, clock: clock, makeID: { UUID().uuidString.lowercased() },
            repositoryEnvironment: RepositoryEnvironment(hostname: "test", username: "test"), process: .current(),
            logger: logger)
        dependencies.limits = limits
        dependencies.jobInspector = faults
        service = ProtectionService(dependencies: dependencies)
        api = BackupGraphAPI(
            service: service, sign: { Array($0.reversed()) },
            admission: admission + [{ request, _ in faults.refusal(of: request) }], report: { _, _ in })
    }

    /// The controller is active and the service on.
    func enabled() async throws -> World {
        let now = clock.now()
        try await catalog.store.write { writer in
            try writer.insert(
                ServiceApp(
                    id: Self.application, status: .active, registrationDateTime: now, lastModifiedDateTime: now
                ).with {
                    $0.displayName = "Fjordlabs Backup Console"
                })
            try writer.insert(
                ServiceState(id: Self.tenantID, status: .enabled).with {
                    $0.lastModifiedDateTime = now
                })
        }
        return self
    }

    /// Who asks: the controller, for Ines where the call is delegated.
    static func principal(delegated: Bool = true, _ permissions: Set<String> = GraphPermission.all) -> Principal {
        Principal(
            applicationID: application, applicationName: "Fjordlabs Backup Console",
            user: delegated
                ? Principal.User(id: ines, displayName: "Ines Halvorsen", email: "ines@fjordlabs.example") : nil,
            permissions: permissions)
    }

    /// Asks the API.
    func send(
        _ method: String, _ target: String, _ body: String? = nil, headers: Headers = [:],
        as principal: Principal = World.principal()
    ) async -> ODataResponse {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var headers = headers
        if body != nil, headers["Content-Type"] == nil { headers.add("Content-Type", "application/json") }
        let request = ODataRequest(
            method: method, rawPath: parts[0], rawQuery: parts.count == 2 ? parts[1].replacing(" ", with: "%20") : "",
            headers: headers,
            body: Array((body ?? "").utf8), origin: "https://graph.backup.example")
        return await api.respond(to: request, principal: principal)
    }
}

/// A database whose writes fail when told so; what a failed write did is rolled back,
/// as a database does.
final class FailingWrites: SQLDriver {
    private let base: any SQLDriver
    private let isFailing = Mutex(false)

    init(_ base: any SQLDriver) { self.base = base }

    func fail(_ isFailing: Bool = true) { self.isFailing.withLock { $0 = isFailing } }

    func read<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await base.read(body)
    }

    @discardableResult
    func write<Value: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Value) async throws -> Value {
        try await base.write { connection in
            let value = try body(connection)
            if self.isFailing.withLock({ $0 }) { throw CatalogError(.database, "The disk failed on cue.") }
            return value
        }
    }

    func close() async throws { try await base.close() }
}

extension ODataResponse {
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    var text: String { String(decoding: body, as: UTF8.self) }
    var errorCode: String? { json["error"]?["code"]?.stringValue }
}

/// The tenant's folder with its directory, which goes with its owner.
final class TenantFolder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "contract-" + UUID().uuidString)

    init() throws {
        let people = [
            (World.ines, "ines", "Ines Halvorsen"), (World.tomas, "tomas", "Tomas Ruiz"),
            (World.bea, "bea", "Bea Lindqvist"),
            (World.milo, "milo", "Milo Brandt"),
        ]
        for (_, name, _) in people {
            let drive = url.appending(path: "drives/\(name)@fjordlabs.example")
            try FileManager.default.createDirectory(at: drive, withIntermediateDirectories: true)
            try Data("bread".utf8).write(to: drive.appending(path: "bread-order.docx"))
            try Data("budget".utf8).write(to: drive.appending(path: "budget-2026.xlsx"))
            try FileManager.default.createDirectory(
                at: drive.appending(path: "Plans"), withIntermediateDirectories: true)
            try Data("plan".utf8).write(to: drive.appending(path: "Plans/b-plan.txt"))
        }
        try FileManager.default.createDirectory(
            at: url.appending(path: "sites/depot/Documents"), withIntermediateDirectories: true)
        let directory: JSONValue = [
            "users": .array(
                people.map { id, name, shown in
                    [
                        "id": .string(id), "userPrincipalName": .string("\(name)@fjordlabs.example"),
                        "displayName": .string(shown),
                        "mail": .string("\(name)@fjordlabs.example"),
                    ]
                }),
            "groups": [
                ["id": .string(World.group), "displayName": "Depot", "members": ["milo@fjordlabs.example"]],
                ["id": .string(World.secondGroup), "displayName": "Office", "members": ["bea@fjordlabs.example"]],
            ],
        ]
        try Data(directory.encoded).write(to: url.appending(path: "directory.json"))
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
