import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionService
@testable import BackupWork

/// The API over a service of its own, without a socket, with a worker that is stepped by hand.
struct ProtectionAPI: Sendable {
    let tenant: ContosoTenant
    let fixture: ServiceFixture
    let api: BackupGraphAPI
    /// The same surface with the additions beside it.
    let served: ServedAPI

    static let app = "3f1c2d4e-0000-4000-8000-0000000000aa"
    static let root = "/v1.0/solutions/backupRestore"
    static let beta = "/beta/solutions/backupRestore"

    /// Makes a service whose controller is `app`, enabled unless said otherwise.
    init(enabled: Bool = true) async throws {
        tenant = try ContosoTenant()
        fixture = try await ServiceFixture(tenant: try tenant.open())
        let settings = SurfaceSettings(
            service: fixture.service, sign: { Array($0.reversed()) },
            report: { id, text in Issue.record("\(id): \(text)") })
        (api, served) = (BackupGraphAPI(settings), ServedAPI(settings))
        guard enabled else { return }
        _ = await call("POST", "/serviceApps", [:])
        _ = await call("POST", "/serviceApps/\(Self.app)/activate", [:])
        let enabled = await call("POST", "/enable", ["appOwnerTenantId": "9a1b2c3d-0000-4000-8000-000000000001"])
        try #require(enabled.status == 200)
    }

    var clock: ManualClock { fixture.clock }
    var service: ServiceContext { fixture.service }
    var stores: MemoryStores { fixture.stores }

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
    ) async -> APIAnswer {
        await api.ask(method, (beta ? Self.beta : Self.root) + path, body, prefer: prefer, as: principal)
    }

    /// Lets everything happen that is due now.
    func settle(ticks: Int = 2) async throws { try await fixture.settle(looks: ticks) }

    /// Does every job that is due now.
    func work() async throws { try await fixture.work() }

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
