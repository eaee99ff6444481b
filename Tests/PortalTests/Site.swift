import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

@testable import Portal

/// Counts failures, and never sends anybody away unless the test says so.
final class CountingLimits: SignInLimits {
    let failures = Mutex<[String]>([])
    let waits = Mutex<Double?>(nil)

    func wait(address: String, client: String) -> Double? { waits.withLock { $0 } }
    func failed(address: String, client: String) { failures.withLock { $0.append(client) } }
}

/// A portal with files that show what they were given, and a browser that keeps cookies.
struct Site: Sendable {
    let fixture: ServiceFixture
    let site: PortalSite
    let limits = CountingLimits()
    static let origin = "http://localhost:8080"
    static let password = "a long enough password"

    static let files: [String: [UInt8]] = [
        "index.html": Array("<p>{{tenant}} {{version}} {{files}}</p>".utf8),
        "pages/sign-in.html": Array("<form action=\"{{action}}\">{{error}}|{{name}}</form>".utf8),
        "pages/first-run.html": Array("<form>{{error}}|{{code}}|{{name}}</form>".utf8),
        "pages/callback.html": Array("key={{pageKey}} to={{to}}".utf8),
        "pages/device.html": Array("<form>{{error}}|{{userCode}}</form>".utf8),
        "pages/message.html": Array("<h1>{{title}}</h1>{{text}}".utf8),
        "main.js": Array("export const a = 1\n".utf8), "parts/list.js": Array("export const b = 2\n".utf8),
        "icon.svg": Array("<svg/>".utf8), "notes.md": Array("no".utf8),
    ]

    init(
        publicNames: Set<String> = [], provider: ((ServiceContext) -> any IdentityProvider)? = nil
    ) async throws {
        fixture = try await ServiceFixture(tenant: MemoryTenant())
        let files = try PortalFiles(Self.files) { Array("gz".utf8) + $0.prefix(1) }
        let service = fixture.service
        site = PortalSite(
            service: service,
            configuration: PortalConfiguration(
                files: { files }, publicNames: publicNames, tenantName: "contoso", version: "1"),
            provider: provider?(service) ?? EmbeddedProvider(service: service, issuerName: "here"), limits: limits,
            clock: fixture.clock)
    }

    var service: ServiceContext { fixture.service }
    var clock: ManualClock { fixture.clock }

    @discardableResult
    func add(_ name: String = "Ada", _ roles: [OperatorRole] = [.administrator]) async throws -> OperatorAccount {
        try await service.operators.create(name: name, password: Self.password, roles: roles.map(\.rawValue))
    }

    static func request(
        _ method: String, _ target: String, _ fields: [(String, String)] = [], body: String = "",
        origin: String = Site.origin, host: String? = nil
    ) -> PortalRequest {
        let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var question = ODataRequest(
            method: method, rawPath: halves[0], rawQuery: halves.count > 1 ? halves[1] : "", body: Array(body.utf8),
            origin: origin)
        for (name, value) in fields { question.headers.add(name, value) }
        let authority = origin.replacing("http://", with: "").replacing("https://", with: "")
        return PortalRequest(question: question, address: "192.0.2.1", host: host ?? authority)
    }

    /// What a page of the portal sends along.
    static let own = [("Origin", origin), ("Sec-Fetch-Site", "same-origin")]

    /// A person's session in a browser.
    struct Signed: Sendable {
        var cookie: String
        var key: String

        var fields: [(String, String)] { Site.own + [("Cookie", "holdfast=\(cookie)"), ("X-Holdfast-Portal", key)] }
    }

    func signed(_ account: OperatorAccount) async throws -> Signed {
        let made = try await service.portalSessions.begin(
            SignedInPerson(operatorID: account.id, issuer: "here", subjectID: account.id, displayName: account.name),
            address: "192.0.2.1", agent: "")
        return Signed(cookie: made.cookie, key: made.pageKey)
    }

    /// The principal that the door lets through; nil where it refuses.
    func admitted(_ request: PortalRequest) async throws -> Principal? {
        if case .admitted(let principal, _) = try await site.admit(request) { principal } else { nil }
    }

    /// The status and code with which the door refuses; nil where it does not.
    func refusal(_ request: PortalRequest) async throws -> ODataError? {
        if case .refused(let error) = try await site.admit(request) { error } else { nil }
    }
}

extension ODataResponse {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value that it sets a cookie to.
    func cookie(_ name: String) -> String? {
        headers.all("Set-Cookie").first { $0.hasPrefix("\(name)=") }.flatMap {
            $0.dropFirst(name.count + 1).split(separator: ";", omittingEmptySubsequences: false).first.map(String.init)
        }
    }
}
