import Foundation
import Testing

@testable import CLI

/// Secrets of the configuration, which stand elsewhere.
@Suite struct SecretReferenceTests {
    let scratch = Scratch()

    private func refusal(_ text: String, environment: [String: String] = [:]) throws -> String {
        let reference = try #require(SecretReference(text))
        let error = #expect(throws: UsageError.self) { try reference.read(environment: environment) }
        #expect(error?.status == .wrongConfiguration)
        return error?.description ?? ""
    }

    @Test(arguments: ["credential:smtp", "credential:a.b-c_D9", "file:/etc/holdfast/secret", "file:/a b"])
    func `a reference is read as it is written`(text: String) {
        #expect(SecretReference(text)?.text == text)
    }

    @Test(arguments: [
        "", "hunter2", "credential:", "credential:a/b", "credential:..", "credential:.", "credential:a b",
        "file:relative", "file:", "file:/a\u{0}b", "env:X", "Credential:x",
    ])
    func `what is no reference is refused`(text: String) {
        #expect(SecretReference(text) == nil)
    }

    @Test(arguments: ["secret", "secret\n", "secret\r\n\n"])
    func `line breaks behind a secret do not belong to it`(content: String) throws {
        let path = try scratch.write(content, to: "secret")
        #expect(try SecretReference("file:\(path)")?.read(environment: [:]) == "secret")
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o777])
    func `a file that others can read is refused with what to do`(mode: Int) throws {
        let path = try scratch.write("secret", to: "secret", mode: mode)
        #expect(
            try refusal("file:\(path)")
                == "The secret '\(path)' can be read by others. Run: chmod 600 '\(path)'")
    }

    @Test func `what holds no secret is refused`() throws {
        let empty = try scratch.write("\n", to: "empty")
        #expect(try refusal("file:\(empty)").contains("is empty"))
        let long = try scratch.write(String(repeating: "x", count: 70_000), to: "long")
        #expect(try refusal("file:\(long)").contains("longer than 64 KiB"))
        let binary = try scratch.write("a\u{0}b", to: "binary")
        #expect(try refusal("file:\(binary)").contains("no text"))
        #expect(try refusal("file:\(scratch.url.path)").contains("is no file"))
        #expect(try refusal("file:\(scratch.path("nowhere"))").contains("No such file or directory"))
    }

    @Test func `a pipe is refused, not waited for`() throws {
        let path = scratch.path("pipe")
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect(try refusal("file:\(path)").contains("is no file"))
    }

    @Test func `a credential is read from the folder of the service`() throws {
        // The service manager's access list shows as the right of the group.
        try scratch.write("secret", to: "smtp", mode: 0o440)
        let environment = ["CREDENTIALS_DIRECTORY": scratch.url.path]
        #expect(try SecretReference("credential:smtp")?.read(environment: environment) == "secret")
        #expect(try refusal("credential:oidc", environment: environment).contains("No such file or directory"))
        #expect(try refusal("credential:smtp").contains("LoadCredential=smtp:/path"))
        try scratch.setMode(0o444, of: "smtp")
        #expect(try refusal("credential:smtp", environment: environment).contains("can be read by others"))
    }

    @Test func `neither a fault nor a list shows what may be the secret`() throws {
        let configuration = Configuration(
            ConfigurationSources(
                environment: ["HOLDFAST_MAIL_PASSWORD": "hunter2"],
                assignments: ["mail.server=m.example:25", "mail.from=a", "mail.user=b"]))
        let error = #expect(throws: UsageError.self) { try configuration.sound() }
        #expect(error?.description.contains("hunter2") != true)
        #expect(error?.description.contains("credential:NAME") == true)
        let sound = Configuration(
            ConfigurationSources(assignments: [
                "mail.server=m.example:25", "mail.from=a", "mail.user=b", "mail.password=file:/etc/secret",
            ]))
        let rows = ConfigShowCommand.table(Setting.all, sound).lines(width: nil)
        #expect(rows.contains { $0.hasPrefix("mail.password\tset\t--set\t") })
        #expect(!rows.joined().contains("/etc/secret"))
        #expect(sound.changes(from: Configuration(ConfigurationSources())).map(\.name).contains("mail.password"))
    }
}
