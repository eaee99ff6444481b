import Foundation
import SampleData
import Testing

/// Mails about activities, to a real SMTP server.
@Suite struct MailTests {
    private struct Received: Decodable {
        var port: Int?
        var refused: Bool?
        var from: String?
        var to: [String]?
        var subject: String?
        var text: String?
        var id: String?
        var tls: Bool?
        var authenticated: Bool?
    }

    private func received(_ server: RunningProgram) -> [Received] {
        server.read("out").split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Received.self, from: Data($0.utf8))
        }
    }

    @Test
    func
        `a change of a policy is mailed over STARTTLS with a password, again after a refusal, and no secret is logged`()
        async throws
    {
        let python = try await PythonEnvironment.shared.python()
        let installation = try Installation()
        try installation.fillTenant(seed: 11)
        let files = installation.folder
        let certificate = files.appending(path: "smtp.pem").path
        let key = files.appending(path: "smtp.key").path
        let made = try await Program.run(
            URL(filePath: "/usr/bin/openssl"),
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=127.0.0.1",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
            ])
        try #require(made.status == 0, "\(made.text)")
        let secret = "a \"strong\" \\ one"
        let script = PythonEnvironment.clients.appending(path: "smtp_server.py").path
        let smtp = try RunningProgram(python, [script, certificate, key, "backup", secret, "1"])
        defer { smtp.signal(SIGTERM) }
        try await waitUntil("the mail server listens") { !received(smtp).isEmpty || !smtp.isRunning }
        let port = try #require(received(smtp).first?.port, "\(smtp.read("err"))")
        let password = files.appending(path: "smtp.password")
        try Data((secret + "\n").utf8).write(to: password)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password.path)

        try await installation.start([
            "--smtp", "127.0.0.1:\(port)", "--smtp-from", "holdfast@contoso.example", "--smtp-user", "backup",
            "--smtp-password-file", password.path,
            "--smtp-ca", certificate, "--set", "retry-seconds=1",
        ])
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let setting = """
            {"isEnabled": true, "additionalEvents": "restoreAndPolicyUpdates",
             "recipients": {"role": "custom", "customRecipients": [{"id": "0a1b2c3d-0001-4000-8000-000000000001", \
             "email": "ops@contoso.example"}]}}
            """
        // Who gets mails is for people to say.
        let person = try await Program.holdfast(
            "token", "--state", installation.state.path, "--delegated", Installation.user)
        _ = try await GraphClient(baseURL: installation.baseURL, token: person).send(
            "PATCH", GraphSteps.root + "/emailNotificationsSetting", body: Data(setting.utf8))
        let policy = Data(#"{"displayName": "Drives\r\nBcc: mallory@evil.example ⛵"}"#.utf8)
        _ = try await steps.client.send(
            "POST", GraphSteps.root + "/oneDriveForBusinessProtectionPolicies", body: policy)

        try await waitUntil("the mail arrives") { received(smtp).contains { $0.subject != nil } }
        let all = received(smtp)
        #expect(all.contains { $0.refused == true })
        let mail = try #require(all.first { $0.subject != nil })
        #expect(mail.from == "holdfast@contoso.example")
        #expect(mail.to == ["ops@contoso.example"])
        #expect(mail.subject == "Holdfast: policy created (succeeded)")
        #expect(mail.text?.contains("Policy: Drives  Bcc: mallory@evil.example ⛵\n") == true, "\(mail.text ?? "")")
        #expect(mail.tls == true)
        #expect(mail.authenticated == true)
        let log = (installation.server?.read("err") ?? "") + (installation.server?.read("out") ?? "")
        #expect(!log.contains("strong"))
        _ = try await installation.stop()
    }

    @Test func `a password file that others can read is refused`() async throws {
        let installation = try Installation()
        let password = installation.folder.appending(path: "smtp.password")
        try Data("secret".utf8).write(to: password)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: password.path)
        let result = try await Program.run(
            Program.holdfast,
            [
                "serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen",
                "127.0.0.1:0", "--smtp", "127.0.0.1:25",
                "--smtp-from", "a@b.example", "--smtp-user", "u", "--smtp-password-file", password.path,
            ])
        #expect(result.status != 0)
        #expect(result.errors.contains("chmod 600"))
    }
}
