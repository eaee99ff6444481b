import BackupAPI
import BackupTesting
import OData
import ProtectionService
import Testing

/// The settings in force through the additions.
@Suite struct ConfigurationSurfaceTests {
    private static let settings = [
        SettingInForce(
            key: "policy.cadence", value: "5m", defaultValue: "10m", type: "duration", meaning: "time between backups",
            source: .init(kind: "file", file: "/etc/holdfast/holdfast.yaml", line: 3, column: 5), isSecret: false,
            needsRestart: true),
        SettingInForce(
            key: "mail.password", value: "set", defaultValue: "not set", type: "secret", meaning: "the password",
            source: .init(kind: "environment", name: "HOLDFAST_MAIL_PASSWORD"), isSecret: true, needsRestart: true),
        SettingInForce(
            key: "server.tls.key", value: "none", defaultValue: "none", type: "path", meaning: "the key",
            source: .init(kind: "default"), isSecret: false, needsRestart: false),
    ]

    private func ask(
        _ query: String = "", _ permissions: Set<String>, settings: [SettingInForce] = Self.settings
    ) async throws -> APIAnswer {
        let fixture = try await ServiceFixture(tenant: try ContosoTenant().open()) { dependencies in
            dependencies.configuration = { settings }
        }
        let served = ServedAPI(
            SurfaceSettings(
                service: fixture.service, sign: { Array($0.reversed()) },
                report: { id, text in Issue.record("\(id): \(text)") }))
        return await served.ask(
            "GET", "/holdfast/v1.0/configuration" + query,
            as: Principal(applicationID: ProtectionAPI.app, permissions: permissions))
    }

    @Test func `each setting has its value and where that was given`() async throws {
        let answer = try await ask("", ["BackupRestore-Control.Read.All"])
        #expect(answer.status == 200)
        #expect(answer.values.map { $0["key"] } == Self.settings.map { .string($0.key) })
        let cadence = try #require(answer.values.first)
        #expect(cadence["value"] == .string("5m"))
        #expect(cadence["default"] == .string("10m"))
        #expect(cadence["source"]?["file"] == .string("/etc/holdfast/holdfast.yaml"))
        #expect(cadence["source"]?["line"] == .int(3))
        #expect(cadence["source"]?["name"] == .null)
        #expect(cadence["needsRestart"] == .bool(true))
        let secret = answer.values[1]
        #expect(secret["isSecret"] == .bool(true))
        #expect(secret["value"] == .string("set"))
        #expect(secret["source"]?["kind"] == .string("environment"))
    }

    @Test func `all come at once, unless fewer are asked for`() async throws {
        let many = (0..<150).map { number in
            var setting = Self.settings[0]
            setting.key = "group.\(number)"
            return setting
        }
        let all = try await ask("", ["BackupRestore-Control.Read.All"], settings: many)
        #expect(all.values.count == 150)
        #expect(all["@odata.nextLink"] == nil)
        let some = try await ask("?$top=2", ["BackupRestore-Control.Read.All"], settings: many)
        #expect(some.values.map { $0["key"] } == [.string("group.0"), .string("group.1")])
    }

    @Test(arguments: [["BackupRestore-Configuration.Read.All"], ["BackupRestore-Restore.Read.All"], []])
    func `only those who may read control see it`(permissions: Set<String>) async throws {
        #expect(try await ask("", permissions).status == 403)
    }
}
