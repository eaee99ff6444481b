import Foundation
import Logging
import ProtectionService
import Testing

@testable import CLI

/// What a running server goes by after its configuration was read again.
@Suite struct ConfigurationReloaderTests {
    private let scratch = Scratch()
    private let health = HealthReport()
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func read(_ text: String) throws -> Configuration {
        Configuration(ConfigurationSources(file: try scratch.write(text, to: "holdfast.yaml")))
    }

    private let levels = LogLevels()

    private func reload(_ started: Configuration, _ new: Configuration) -> ConfigurationInForce {
        let inForce = ConfigurationInForce(started)
        let reloader = ConfigurationReloader(
            certificates: nil, configuration: inForce, read: { try new.sound() },
            levels: levels, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            notifier: ServiceNotifier(watchdogSeconds: nil, send: nil), health: health)
        reloader.reload(at: now)
        return inForce
    }

    private func setting(_ key: String, _ inForce: ConfigurationInForce) throws -> SettingInForce {
        try #require(inForce.settings.first { $0.key == key })
    }

    @Test func `what needs a restart keeps its value, and health says so`() throws {
        let started = try read("policy:\n  cadence: 20m\n")
        let inForce = reload(started, try read("# more\npolicy:\n  cadence: 30m\n"))
        let cadence = try setting("policy.cadence", inForce)
        #expect(cadence.value == "20m")
        #expect(cadence.source.line == 2)
        #expect(cadence.needsRestart)
        let check = try #require(health.checks.first { $0.name == "configuration" })
        #expect(check.status == .warning)
        #expect(check.action?.contains("systemctl restart holdfast") == true)
    }

    @Test func `the same values in other lines need nothing`() throws {
        let started = try read("policy:\n  cadence: 20m\n")
        let inForce = reload(started, try read("# more\npolicy:\n  cadence: 20m\n"))
        #expect(try setting("policy.cadence", inForce).source.line == 3)
        #expect(health.checks.map(\.status) == [.ok])
    }

    @Test func `a wrong configuration changes nothing, and health says so`() throws {
        let started = try read("policy:\n  cadence: 20m\n")
        let inForce = reload(started, try read("policy:\n  cadence: never\n"))
        #expect(try setting("policy.cadence", inForce).value == "20m")
        let check = try #require(health.checks.first { $0.name == "configuration" })
        #expect(check.status == .warning)
        #expect(check.message.contains("wrong"))
        #expect(check.action?.contains("holdfast config check") == true)
    }

    @Test func `levels of the log are in force at once, and back where they are left out`() throws {
        let started = try read("log:\n  level: warning\n")
        let inForce = reload(started, try read("log:\n  level: error\n  levels:\n    worker: debug\n"))
        #expect(levels.level(of: "worker") == .debug)
        #expect(levels.level(of: "server") == .error)
        #expect(levels.level(of: nil) == .error)
        #expect(health.checks.map(\.status) == [.ok])
        #expect(try !setting("log.level", inForce).needsRestart)
        _ = reload(started, started)
        #expect(levels.level(of: "worker") == .warning)
    }

    @Test func `a certificate waits for a restart where the server began without one`() throws {
        let started = try read("policy:\n  cadence: 20m\n")
        let tls = "server:\n  tls:\n    certificate: /etc/tls/cert.pem\n    key: /etc/tls/key.pem\n"
        let inForce = reload(started, try read(tls + "policy:\n  cadence: 20m\n"))
        #expect(try setting("server.tls.certificate", inForce).value == "none")
        #expect(health.checks.map(\.status) == [.warning])
    }

    @Test func `every setting is told, and of a secret only whether it is set`() throws {
        let started = try read("mail:\n  password: file:/run/very-private\n")
        let inForce = ConfigurationInForce(started)
        #expect(inForce.settings.map(\.key) == Setting.all.map(\.name))
        let password = try setting("mail.password", inForce)
        #expect(password.isSecret)
        #expect(password.value == "set")
        #expect(password.defaultValue == "not set")
        for setting in inForce.settings { #expect(!"\(setting)".contains("very-private")) }
        #expect(try setting("server.requests-per-second", inForce).source.kind == "default")
    }
}
