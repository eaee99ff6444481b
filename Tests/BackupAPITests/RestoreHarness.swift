import BackupAPI
import BackupTesting
import Catalog
import Connectors
import Foundation
import OData
import ObjectStorage
import Testing

@testable import ProtectionRules
@testable import ProtectionService
@testable import BackupWork

/// The whole service over a folder tenant of a few real files, asked through
/// `BackupGraphAPI.respond` without a socket.
struct RestoreHarness {
    static let tenantID = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"
    static let root = "/solutions/backupRestore"
    static let ada = "ada@contoso.example"
    static let ben = "ben@contoso.example"

    let fixture: ServiceFixture
    let api: BackupGraphAPI
    let folder: TemporaryFolder
    let application = UUID().uuidString.lowercased()

    var clock: ManualClock { fixture.clock }
    var service: ServiceContext { fixture.service }
    var stores: MemoryStores { fixture.stores }
    var catalog: CatalogStore { fixture.catalog }

    /// A tenant with two drives and a site, its application the controller of an enabled service.
    /// - Parameter wrapping: what stands before the store of each repository.
    init(
        limits: ServiceLimits = ServiceLimits(), copiesPerSource: Int = FolderTenant.publishedCopyLimit,
        jobInspector: (any JobInspector)? = nil,
        wrapping: @escaping @Sendable (MemoryObjectStore) -> any ObjectStore = { $0 }
    ) async throws {
        folder = try TemporaryFolder("restore")
        try Self.fill(folder)
        let tenant = try FolderTenant(
            folder: folder.path, id: Self.tenantID, copyLimit: copiesPerSource, logger: .quiet)
        let stores = MemoryStores()
        fixture = try await ServiceFixture(
            tenant: tenant, clock: ManualClock(Date(timeIntervalSince1970: 1_772_352_000)), stores: stores
        ) {
            $0.repositoryStore = { wrapping(stores[$0]) }
            $0.limits = limits
            $0.jobInspector = jobInspector
        }
        api = BackupGraphAPI(
            service: fixture.service,
            sign: { [UInt8](Data($0).reversed().suffix(64)) + [UInt8(truncatingIfNeeded: $0.count)] },
            report: { _, _ in })
        try await fixture.enable(
            Caller(
                application: Identity(id: application, displayName: "Console"),
                user: Identity(id: UUID().uuidString.lowercased(), displayName: "Ines")))
    }

    private static func fill(_ folder: TemporaryFolder) throws {
        try folder.write("drives/\(ada)/Plans/2026/budget.xlsx", "budget of March")
        try folder.write("drives/\(ada)/Plans/notes.txt", "notes of March")
        try folder.write("drives/\(ada)/bread order.docx", "twelve loaves")
        try folder.write("drives/\(ben)/a.txt", "of Ben")
        try folder.write("sites/team/Shared/Work/plan.txt", "the plan")
        try folder.write("sites/team/Pictures/one.jpg", "picture")
    }

    // MARK: Asking

    func principal(_ permissions: Set<String> = GraphPermission.all, application: String? = nil) -> Principal {
        Principal(applicationID: application ?? self.application, applicationName: "Console", permissions: permissions)
    }

    /// One request as a controller with every permission.
    /// - Parameter path: below the root of a version, or a whole address that an answer gave.
    func send(
        _ method: String, _ path: String, _ body: JSONValue? = nil, version: String = "v1.0", prefer: String? = nil,
        as principal: Principal? = nil
    ) async -> APIAnswer {
        let target =
            path.hasPrefix("http")
            ? String(path.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }) : "/\(version)\(Self.root)\(path)"
        return await api.ask(method, target, body, prefer: prefer, as: principal ?? self.principal())
    }

    /// A request with a body as it is written.
    func sendText(_ method: String, _ path: String, _ body: String) async -> APIAnswer {
        await api.ask(method, "/v1.0\(Self.root)\(path)", bytes: Array(body.utf8), as: principal())
    }

    // MARK: Protecting

    /// Protects sources and gives the unit of each key.
    func protect(_ workload: Workload, _ keys: [String]) async throws -> [ProtectionUnit] {
        let caller = Caller(application: Identity(id: application))
        let policy = try await service.policies.create(
            PolicyDraft(workload: workload, displayName: "All", unitKeys: keys), caller)
        _ = try await service.policies.activate(id: policy.id, caller)
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

    /// Lets everything happen that is due now.
    func settle() async throws { try await fixture.settle() }

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
