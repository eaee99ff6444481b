import BackupAPI
import ProtectionRules
import ProtectionService
import BackupWork
import BackupTesting
import Catalog
import Connectors
import Foundation
import OData
import Sandbox

/// The tenant of the contract's examples behind the API, without any socket: Ines, Tomas and
/// others, with rows put in by hand.
struct World: Sendable {
    let catalog: TemporaryCatalog
    let fixture: ServiceFixture
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

    init(
        in engine: CatalogEngine = .ofRun, limits: ServiceLimits = ServiceLimits(), admission: [Admission] = []
    ) async throws {
        let faults = FaultBook()
        let catalog = try await TemporaryCatalog.make(in: engine)
        let writes = FailingWrites(catalog.database)
        tenant = try TenantFolder()
        fixture = try await ServiceFixture(
            tenant: try FolderTenant(folder: tenant.folder.path, id: Self.tenantID, logger: .quiet),
            clock: ManualClock(Date(timeIntervalSince1970: 1_773_044_130)), catalogFile: catalog
        ) {
            $0.catalog = CatalogStore(driver: writes)
            $0.limits = limits
            $0.jobInspector = faults
        }
        api = BackupGraphAPI(
            service: fixture.service, sign: { Array($0.reversed()) },
            admission: admission + [{ request, _ in faults.refusal(of: request) }], report: { _, _ in })
        (self.catalog, self.writes, self.faults) = (catalog, writes, faults)
    }

    var clock: ManualClock { fixture.clock }
    var service: ServiceContext { fixture.service }

    /// Every row of every table as text, to see that nothing has changed.
    func dump() async throws -> [String] { try await catalog.rows() }

    /// Runs the jobs that are due, one after the other, until none is left.
    func settle() async throws { try await fixture.work(width: 1) }

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

    /// Asks the API without a socket.
    /// - Parameter target: the path from the root, and a query whose blanks need not be encoded.
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

extension ODataResponse {
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    var text: String { String(decoding: body, as: UTF8.self) }
    var errorCode: String? { json["error"]?["code"]?.stringValue }
}

/// The tenant's folder with its directory, which goes with its owner.
final class TenantFolder: Sendable {
    let folder: TemporaryFolder

    private static let people = [
        (World.ines, "ines", "Ines Halvorsen"), (World.tomas, "tomas", "Tomas Ruiz"),
        (World.bea, "bea", "Bea Lindqvist"), (World.milo, "milo", "Milo Brandt"),
    ]

    init() throws {
        folder = try TemporaryFolder("contract")
        for (_, name, _) in Self.people {
            let drive = "drives/\(name)@fjordlabs.example"
            try folder.write("\(drive)/bread-order.docx", "bread")
            try folder.write("\(drive)/budget-2026.xlsx", "budget")
            try folder.write("\(drive)/Plans/b-plan.txt", "plan")
        }
        try folder.makeFolder("sites/depot/Documents")
        try folder.write("directory.json", String(decoding: Self.directory.encoded, as: UTF8.self))
    }

    private static var directory: JSONValue {
        let users = people.map { id, name, shown -> JSONValue in
            let address = JSONValue.string("\(name)@fjordlabs.example")
            return [
                "id": .string(id), "userPrincipalName": address, "displayName": .string(shown), "mail": address,
            ]
        }
        return [
            "users": .array(users),
            "groups": [
                ["id": .string(World.group), "displayName": "Depot", "members": ["milo@fjordlabs.example"]],
                ["id": .string(World.secondGroup), "displayName": "Office", "members": ["bea@fjordlabs.example"]],
            ],
        ]
    }
}
