import Foundation
import Testing

/// Programs sign in as they would at Entra ID.
@Suite struct CredentialTests {
    @Test func `azure-identity gets tokens over TLS, and the SDK works with them`() async throws {
        let python = try await PythonEnvironment.shared.python()
        let installation = try Installation()
        let certificate = installation.folder.appending(path: "tls.pem").path
        let key = installation.folder.appending(path: "tls.key").path
        let made = try await Program.run(
            URL(filePath: "/usr/bin/openssl"),
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=localhost",
                "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
            ])
        try #require(made.status == 0, "\(made.text)")
        try await installation.start(["--tls-certificate", certificate, "--tls-key", key])
        #expect(installation.baseURL.hasPrefix("https://"))
        let added = try await Program.holdfast("client", "add", "--state", installation.state.path, "tester")
        let fields = Dictionary(
            uniqueKeysWithValues: added.split(separator: "\n").map { line in
                let halves = line.split(separator: "=", maxSplits: 1)
                return (String(halves[0]), String(halves[1]))
            })
        let script = PythonEnvironment.clients.appending(path: "credential.py").path
        // A name, as users have it: libraries take an address without a scheme for something
        // else than a name.
        let arguments = [
            script, installation.baseURL.replacing("127.0.0.1", with: "localhost"), try #require(fields["tenant_id"]),
            try #require(fields["client_id"]),
            try #require(fields["client_secret"]), certificate,
        ]
        let result = try await Program.run(python, arguments)
        #expect(result.status == 0, "\(result.text)")
        #expect(result.output == "{\"type\": \"BackupRestoreRoot\", \"status\": \"disabled\"}\n{\"token\": true}\n")
        _ = try await installation.stop()
    }

    @Test func `without a certificate, only this machine is served`() async throws {
        let installation = try Installation()
        let result = try await Program.run(
            Program.holdfast,
            [
                "serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen",
                "0.0.0.0:0",
            ])
        #expect(result.status != 0)
        #expect(result.errors.contains("--tls-certificate"))
    }
}
