import Foundation
import SampleData
import Testing

/// A server that is started with a configuration file alone, and the commands that look at it.
@Suite struct ConfigurationFileTests {
    /// Writes the configuration of an installation, with more below it.
    private func write(_ more: String = "", of installation: Installation) throws -> String {
        let text = """
            tenant:
              folder: \(installation.tenant.path)
            state:
              folder: \(installation.state.path)
            server:
              listen: 127.0.0.1:0
            \(more)
            """
        let file = installation.folder.appending(path: "holdfast.yaml")
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        return file.path
    }

    private func start(_ arguments: [String]) async throws -> RunningProgram {
        let server = try RunningProgram(Program.holdfast, ["serve"] + arguments)
        try await waitUntil("the server listens") {
            try #require(server.isRunning, "\(server.read("err").suffix(2000))")
            return server.read("out").contains("listens on http")
        }
        return server
    }

    @Test func `a server runs from its file, is looked at, reads again, and ends`() async throws {
        let installation = try Installation()
        try installation.fillTenant(seed: 5)
        let file = try write("policy: {cadence: 1h}", of: installation)
        let server = try await start(["--config", file])
        defer { server.signal(SIGKILL) }

        let doctor = try await Program.run(Program.holdfast, ["doctor", "--config", file, "--deep", "--json"])
        let diagnosis = try #require(
            try JSONSerialization.jsonObject(with: Data(doctor.output.utf8)) as? [String: Any], "\(doctor.text)")
        #expect(diagnosis["isHealthy"] as? Bool == true, "\(doctor.text)")
        #expect(doctor.status == 0)
        let described = try await Program.run(Program.holdfast, ["help", "--json-schema", "doctor"])
        #expect(try JSONSchema(described.output).problems(with: diagnosis) == [])

        _ = try write("policy: {cadence: 2h}", of: installation)
        server.signal(SIGHUP)
        try await waitUntil("what waits for a restart is named") {
            server.read("err").contains("settings=policy.cadence")
        }
        _ = try write("policy: {cadence: 2h, nonsense: 1}", of: installation)
        server.signal(SIGHUP)
        try await waitUntil("the refusal is logged") {
            server.read("err").contains("there is no 'nonsense' in 'policy'")
        }
        let wrong = try await Program.run(Program.holdfast, ["doctor", "--config", file])
        #expect(wrong.status == 7)
        #expect(wrong.output.contains("there is no 'nonsense' in 'policy'"), "\(wrong.text)")
        server.signal(SIGTERM)
        #expect(try await server.finish().status == 0)
    }

    /// The name in the certificate that a new connection gets.
    private func servedName(_ port: String) async throws -> String {
        let shown = try await Program.run(
            URL(filePath: "/usr/bin/openssl"), ["s_client", "-connect", "127.0.0.1:\(port)", "-brief"], input: "")
        return String(
            shown.text.split(separator: "\n").first { $0.contains("CN = ") }?.split(separator: "CN = ").last ?? "")
    }

    @Test func `a certificate under another name is served after SIGHUP`() async throws {
        let installation = try Installation()
        func tls(_ name: String) -> String {
            let path = installation.folder.appending(path: name).path
            return "  tls: {certificate: \(path).pem, key: \(path).key}"
        }
        for name in ["first", "second"] {
            let path = installation.folder.appending(path: name).path
            let made = try await Program.run(
                URL(filePath: "/usr/bin/openssl"),
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=\(name)", "-keyout", "\(path).key", "-out", "\(path).pem",
                ])
            try #require(made.status == 0, "\(made.text)")
        }
        let server = try await start(["--config", try write(tls("first"), of: installation)])
        defer { server.signal(SIGKILL) }
        let line = server.read("out").split(separator: "\n").first { $0.contains("listens on") } ?? ""
        let address = line.split(separator: " ").first { $0.hasPrefix("https://") } ?? ""
        let port = try #require(address.split(separator: ":").last.map(String.init))
        #expect(try await servedName(port) == "first")
        _ = try write(tls("second"), of: installation)
        server.signal(SIGHUP)
        try await waitUntil("the other certificate is served") { try await servedName(port) == "second" }
        #expect(!server.read("err").contains("a restart puts in force"))
        server.signal(SIGTERM)
        #expect(try await server.finish().status == 0)
    }

    @Test func `a wrong file keeps the server from starting, and everything in it is told`() async throws {
        let installation = try Installation()
        let file = try write("policy: {cadence: soon}\nretension: 1\nlimits:\n  page-size: 0", of: installation)
        for command in [["serve"], ["config", "check"], ["config", "show"]] {
            let result = try await Program.run(Program.holdfast, command + ["--config", file])
            #expect(result.status == 78, "\(command): \(result.text)")
            for place in ["7:10: policy.cadence", "8:1: there is no 'retension'", "10:3: limits.page-size"] {
                #expect(result.errors.contains("Error: \(file):\(place)"), "\(command): \(result.text)")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: installation.state.path))
    }

    @Test func `values and their places are shown, without secrets`() async throws {
        let installation = try Installation()
        let secret = installation.folder.appending(path: "smtp")
        try Data("hunter2\n".utf8).write(to: secret)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret.path)
        let mail = "mail: {server: 'm.example:587', from: a@x.example, user: a, password: 'file:\(secret.path)'}"
        let file = try write(mail, of: installation)
        let shown = try await Program.run(
            Program.holdfast, ["config", "show", "--changed", "--config", file, "--set", "work.width=2"],
            environment: ["HOLDFAST_POLICY_CADENCE": "3m"])
        #expect(shown.status == 0, "\(shown.text)")
        for line in [
            "server.listen\t127.0.0.1:0\t\(file):6\t", "policy.cadence\t3m\tHOLDFAST_POLICY_CADENCE\t",
            "work.width\t2\t--set\t", "mail.password\tset\t\(file):7\t",
        ] {
            #expect(shown.output.contains(line), "\(shown.output)")
        }
        #expect(!shown.text.contains("hunter2"))
        let sound = try await Program.run(Program.holdfast, ["config", "check", "--config", file])
        #expect(sound.status == 0, "\(sound.text)")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: secret.path)
        let open = try await Program.run(Program.holdfast, ["config", "check", "--config", file])
        #expect(open.status == 78)
        #expect(open.errors.contains("chmod 600 '\(secret.path)'"), "\(open.text)")
    }

    @Test func `the sample and the schema are made for a file`() async throws {
        let installation = try Installation()
        let sample = try await Program.run(
            Program.holdfast, ["config", "sample", "--set", "tenant.folder=\(installation.tenant.path)"])
        #expect(sample.status == 0)
        let file = installation.folder.appending(path: "sample.yaml")
        try Data(sample.output.utf8).write(to: file)
        let check = try await Program.run(Program.holdfast, ["config", "check", "--config", file.path])
        #expect(check.output.contains("1 setting given."), "\(check.text)")
        let schema = try await Program.run(Program.holdfast, ["config", "schema"])
        let object = try JSONSerialization.jsonObject(with: Data(schema.output.utf8)) as? [String: Any]
        #expect(object?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    }
}
