import Foundation
import Testing

/// People of an OpenID Connect issuer of another maker sign in at the portal.
@Suite struct OutsideIssuerTests {
    /// A line that `Clients/outside_issuer.py` prints.
    private struct Visit: Decodable {
        var sub: String
        var status: Int
        var isKnown: Bool
        var statusOfSecondUse: Int
        var me: Int?
        var name: String?
        var roles: [String]?
        var issuer: String?
        var withoutKey: Int?
    }

    @Test func `people get the roles of their groups, and nobody else gets in`() async throws {
        let python = try await PythonEnvironment.shared.python()
        let installation = try Installation()
        try installation.fillTenant(seed: 17)
        let script = PythonEnvironment.clients.appending(path: "outside_issuer.py").path
        let issuer = try RunningProgram(python, [script])
        defer { issuer.signal(SIGTERM) }
        try await waitUntil("the issuer listens") { issuer.read("out").contains("\n") || !issuer.isRunning }
        let address = try #require(issuer.read("out").split(separator: "\n").first, "\(issuer.read("err"))")
        let secret = installation.folder.appending(path: "client.secret")
        try Data("a client's secret\n".utf8).write(to: secret)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
        let settings = [
            "sign-in.issuer.url=\(address)", "sign-in.issuer.client-id=holdfast",
            "sign-in.issuer.client-secret=file:\(secret.path)", "sign-in.roles.administrator=backup-admins",
            "sign-in.roles.help-desk=support",
        ]
        try await installation.start(settings.flatMap { ["--set", $0] })

        let result = try await issuer.finish(input: installation.baseURL)
        #expect(result.status == 0, "\(result.text)")
        let visits = try result.output.split(separator: "\n").dropFirst().map {
            try JSONDecoder().decode(Visit.self, from: Data($0.utf8))
        }
        try #require(visits.map(\.sub) == ["ada", "sam", "eve"], "\(result.text)")
        #expect(visits.map(\.status) == [200, 200, 403])
        #expect(visits.map(\.isKnown) == [true, true, false])
        #expect(visits.map(\.statusOfSecondUse) == [400, 400, 400])
        #expect(visits.map(\.me) == [200, 200, nil])
        #expect(visits.map(\.name) == ["Ada Lovelace", "Sam", nil])
        #expect(visits.map(\.roles) == [["administrator"], ["helpDesk"], nil])
        #expect(visits[0].issuer == String(address))
        #expect(visits.map(\.withoutKey) == [401, 401, nil])
        _ = try await installation.stop()
    }
}
