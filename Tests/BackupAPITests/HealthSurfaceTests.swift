import BackupAPI
import BackupTesting
import Connectors
import Foundation
import OData
import ProtectionService
import Testing

/// The server's health through the additions.
@Suite struct HealthSurfaceTests {
    private func ask(_ surface: ProtectionAPI, _ permissions: Set<String>) async -> APIAnswer {
        await surface.served.ask(
            "GET", "/holdfast/v1.0/health",
            as: Principal(applicationID: ProtectionAPI.app, permissions: permissions))
    }

    @Test func `each check has its status, since when, figures and what to do`() async throws {
        let surface = try await ProtectionAPI()
        try await surface.settle()
        let answer = await ask(surface, ["BackupRestore-Control.Read.All"])
        #expect(answer.status == 200)
        #expect(answer["status"] == .string("failing"))
        let checks = try #require(answer["checks"]?.arrayValue)
        let worker = try #require(checks.first { $0["name"] == .string("worker") })
        #expect(worker["status"] == .string("failing"))
        #expect(worker["since"]?.stringValue?.hasPrefix("2027-01-1") == true)
        #expect(worker["action"]?.stringValue?.contains("restart") == true)
        let protection = try #require(checks.first { $0["name"] == .string("protection") })
        let sources = try surface.service.dependencies.tenant.sources().count
        #expect(protection["status"] == .string("warning"))
        #expect(protection["figures"]?["units"] == .int(Int64(sources)))
        let catalog = try #require(checks.first { $0["name"] == .string("catalog") })
        #expect(catalog["status"] == .string("ok"))
        #expect(catalog["action"] == .null)
    }

    @Test(arguments: [["BackupRestore-Restore.Read.All"], ["BackupRestore-Configuration.Read.All"], []])
    func `only those who may read control see it`(permissions: Set<String>) async throws {
        let surface = try await ProtectionAPI()
        #expect(await ask(surface, permissions).status == 403)
    }

    @Test func `paths are told apart by their patterns`() async throws {
        let served = try await ProtectionAPI().served
        let root = ProtectionAPI.root
        let cases: [(String, String?)] = [
            ("\(root)/restorePoints/a%20b", "\(root)/restorePoints/{id}"),
            ("\(root)/restorePoints('x')", "\(root)/restorePoints/{id}"),
            ("\(root)/restorePoints", "\(root)/restorePoints"),
            ("\(root)/RESTOREPOINTS/$count", "\(root)/restorePoints/$count"),
            ("/v1.0/$batch", "/v1.0/$batch"), ("/beta/$metadata", "/beta/$metadata"),
            ("/holdfast/v1.0/health", "/holdfast/v1.0/health"),
            ("/holdfast/v1.0/restorePlans/1/units/2/changes", "/holdfast/v1.0/restorePlans/{id}/units/{id}/changes"),
            ("/openapi.json", "/openapi.json"), ("/", nil), ("/nothing", nil), ("/v1.0/nothing", nil), ("/v2.0/x", nil),
            ("/../etc/passwd", nil), ("/v1.0/%00", nil),
        ]
        for (path, route) in cases { #expect(served.route(at: path) == route, "\(path)") }
    }
}
