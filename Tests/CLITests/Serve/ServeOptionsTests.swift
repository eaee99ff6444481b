import ArgumentParser
import BackupServer
import Foundation
import Logging
import Testing

@testable import CLI

/// The options of a server, as far as they are judged before anything is opened.
@Suite struct ServeOptionsTests {
    let scratch = Scratch()

    private func parse<Options: ParsableArguments>(
        _ arguments: [String], as type: Options.Type = Options.self
    ) throws -> Options {
        try Options.parse(arguments)
    }

    private func message(_ body: () throws -> Void) -> String {
        let error = #expect(throws: UsageError.self) { try body() }
        return error?.description ?? ""
    }

    // MARK: Addresses

    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080), ("localhost:0", "localhost", 0), ("[::1]:65535", "[::1]", 65_535),
        ("::1:80", "::1", 80),
    ])
    func `an address is split at its last colon`(text: String, host: String, port: Int) {
        let address = HostAndPort(text)
        #expect(address?.host == host)
        #expect(address?.port == port)
    }

    @Test func `an empty address is none`() {
        #expect(HostAndPort("") == nil)
        #expect(throws: (any Error).self) { try parse(["--listen="], as: ListenerOptions.self) }
    }

    @Test(arguments: [":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:nan", "127.0.0.1:70000", "h:-1", "h: 80"])
    func `what is no host and port is refused`(text: String) throws {
        #expect(HostAndPort(text) == nil)
        let listener: ListenerOptions = try parse(["--listen=\(text)"])
        let refusal = message { _ = try listener.configuration(ServerSettings().server, nil) }
        #expect(
            refusal.hasPrefix("--listen must be host:port with a port from 0 to 65535, such as 127.0.0.1:8080, not '"))
    }

    @Test func `limits stay and the address is filled in`() throws {
        var limits = ServerSettings().server
        limits.urlBytes = 777
        let configuration = try parse(["--listen", "127.0.0.1:81"], as: ListenerOptions.self)
            .configuration(limits, nil)
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.port == 81)
        #expect(configuration.urlBytes == 777)
        #expect(configuration.tls == nil)
    }

    @Test(arguments: ["0.0.0.0:80", "backup.example:443", "192.168.0.1:8080"])
    func `plain HTTP is served on loopback only`(listen: String) throws {
        let listener: ListenerOptions = try parse(["--listen", listen])
        let text = message { _ = try listener.configuration(ServerSettings().server, nil) }
        #expect(text.hasPrefix("--listen \(listen): tokens would cross the network in the clear."))
        #expect(text.contains("--tls-certificate"))
    }

    @Test func `an address for clients on the command line wins over the setting`() throws {
        var limits = ServerSettings().server
        limits.publicURL = "https://setting.example"
        let listener: ListenerOptions = try parse(["--listen", "127.0.0.1:0", "--public-url", "https://option.example"])
        #expect(try listener.configuration(limits, nil).publicURL == "https://option.example")
        let without: ListenerOptions = try parse(["--listen", "127.0.0.1:0"])
        #expect(try without.configuration(limits, nil).publicURL == "https://setting.example")
    }

    @Test func `proxies on the command line take the place of the setting's`() throws {
        let options = ["--listen", "127.0.0.1:0", "--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "::1"]
        let listener: ListenerOptions = try parse(options)
        var limits = ServerSettings().server
        limits.trustedProxies = [try #require(AddressRange("192.168.0.1"))]
        let configuration = try listener.configuration(limits, nil)
        #expect(configuration.trustedProxies.map(\.description) == ["10.0.0.0/8", "::1"])
    }

    @Test(arguments: [("--public-url", "backup.example"), ("--trusted-proxy", "10.0.0.1/8")])
    func `an address of a proxy that is none is refused by its option`(option: String, value: String) throws {
        let listener: ListenerOptions = try parse(["--listen", "127.0.0.1:0", option, value])
        let text = message { _ = try listener.configuration(ServerSettings().server, nil) }
        #expect(text.hasPrefix("\(option) must be "))
        #expect(text.hasSuffix("not '\(value)'."))
    }

    // MARK: Certificates

    @Test func `no certificate is plain HTTP`() throws {
        #expect(try parse(["--listen", "127.0.0.1:0"], as: ListenerOptions.self).certificates() == nil)
    }

    @Test(arguments: ["--tls-certificate", "--tls-key"])
    func `a certificate and its key go together`(option: String) throws {
        let listener: ListenerOptions = try parse(["--listen", "127.0.0.1:0", option, "/file"])
        #expect(
            message { _ = try listener.certificates() } == "--tls-certificate and --tls-key go together: give both.")
    }

    @Test func `a certificate that is none is named, and so is its key`() throws {
        let certificate = try scratch.write("none", to: "certificate.pem")
        let key = try scratch.write("none", to: "key.pem")
        let listener: ListenerOptions = try parse([
            "--listen", "127.0.0.1:0", "--tls-certificate", certificate, "--tls-key", key,
        ])
        let text = message { _ = try listener.certificates() }
        #expect(text.contains("'\(certificate)'"))
        #expect(text.contains("'\(key)'"))
        #expect(text.hasSuffix("Give two PEM files that belong together."))
    }

    // MARK: Issuers

    @Test(arguments: ["http://login.example", "login.example", "ftp://login.example"])
    func `an issuer is an https address`(issuer: String) throws {
        let options: IssuerOptions = try parse(["--oidc-issuer", issuer])
        let text = message { _ = try options.external(logger: LogOptions.command(.error).logger) }
        #expect(text == "--oidc-issuer must be the https address of an issuer, not '\(issuer)'.")
    }

    @Test func `every issuer is taken`() throws {
        let options: IssuerOptions = try parse([
            "--oidc-issuer", "https://a.example", "--oidc-issuer", "https://b.example/realm",
        ])
        #expect(try options.external(logger: LogOptions.command(.error).logger).count == 2)
        #expect(try IssuerOptions.parse([]).external(logger: LogOptions.command(.error).logger).isEmpty)
    }

    // MARK: Mail

    private func mail(_ arguments: [String]) -> String {
        message { _ = try parse(arguments, as: MailOptions.self).mailer() }
    }

    @Test func `without a mail server no mail is sent`() throws {
        #expect(try MailOptions.parse([]).mailer() == nil)
    }

    @Test(arguments: ["--smtp-from", "--smtp-user", "--smtp-password-file"])
    func `the options of mail need a mail server`(option: String) {
        #expect(mail([option, "x"]) == "The options for mail need --smtp, the mail server.")
    }

    @Test(arguments: ["mail.example", "mail.example:0", ":587", "mail.example:smtp"])
    func `a mail server is host and port`(server: String) {
        let text = mail(["--smtp", server, "--smtp-from", "a@x.example"])
        #expect(text == "--smtp must be host:port, such as mail.example:587, not '\(server)'.")
    }

    @Test func `a security that does not exist is refused`() {
        let text = mail(["--smtp", "m.example:25", "--smtp-from", "a@x.example", "--smtp-security", "ssl"])
        #expect(text == "--smtp-security must be starttls, tls or none, not 'ssl'.")
    }

    @Test func `a mail server needs a sender`() {
        #expect(mail(["--smtp", "m.example:25"]) == "--smtp needs --smtp-from, the sender's address.")
    }

    @Test(arguments: ["--smtp-user", "--smtp-password-file"])
    func `a name and its password go together`(option: String) {
        let text = mail(["--smtp", "m.example:25", "--smtp-from", "a@x.example", option, "x"])
        #expect(text == "--smtp-user and --smtp-password-file go together: give both.")
    }

    private func mail(passwordFile: String, security: String = "starttls") throws -> MailOptions {
        try parse([
            "--smtp", "m.example:587", "--smtp-from", "a@x.example", "--smtp-user", "ada", "--smtp-password-file",
            passwordFile, "--smtp-security", security,
        ])
    }

    @Test func `a password that others can read is refused with what to do`() throws {
        let file = try scratch.write("secret", to: "password", mode: 0o640)
        let options = try mail(passwordFile: file)
        #expect(message { _ = try options.mailer() } == "'\(file)' can be read by others. Run: chmod 600 '\(file)'")
    }

    @Test func `a password file that does not exist is named`() throws {
        let options = try mail(passwordFile: scratch.path("nowhere"))
        #expect(message { _ = try options.mailer() }.contains("'\(scratch.path("nowhere"))' cannot be read"))
    }

    @Test(arguments: ["secret", "secret\n", "secret\r\n\n"])
    func `the line breaks after a password do not belong to it`(content: String) throws {
        let options = try mail(passwordFile: scratch.write(content, to: "password"))
        #expect(try options.mailer() != nil)
    }

    @Test func `a line break within a password is refused`() throws {
        let options = try mail(passwordFile: scratch.write("two\nlines", to: "password"))
        #expect(message { _ = try options.mailer() }.contains("has a line break"))
    }

    @Test func `a password does not cross the network in the clear`() throws {
        let options = try mail(passwordFile: scratch.write("secret", to: "password"), security: "none")
        #expect(message { _ = try options.mailer() }.contains("in the clear"))
    }

    // MARK: The sandbox

    private func serve(_ arguments: [String], state: String = "s") throws -> ServeCommand {
        let words = ["serve", "--state", state, "--listen", "127.0.0.1:0"] + arguments
        return try #require(try Holdfast.parseAsRoot(words) as? ServeCommand)
    }

    @Test(arguments: [["--tenant", "/t"], ["--oidc-issuer", "https://a.example"]])
    func `a sandbox refuses what belongs to a real server`(options: [String]) throws {
        let command = try serve(["--sandbox"] + options)
        let text = message { try command.requireSandboxOptions(isLoopback: true) }
        #expect(text.hasSuffix("leave \(options[0]) out."))
    }

    @Test func `a sandbox listens on loopback only`() throws {
        let command = try serve(["--sandbox"])
        #expect(throws: Never.self) { try command.requireSandboxOptions(isLoopback: true) }
        #expect(message { try command.requireSandboxOptions(isLoopback: false) }.contains("loopback addresses only"))
    }

    @Test func `a server needs a tenant or is a sandbox`() async throws {
        let command = try serve([], state: scratch.path("state"))
        let error = await #expect(throws: UsageError.self) { try await command.run() }
        #expect(error?.description.hasPrefix("Give --tenant the folder") == true)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("state")))
    }

    // MARK: What it says

    @Test(
        arguments: [
            (false, nil, "Holdfast listens on http://127.0.0.1:1 with 2 drives"),
            (true, nil, "Holdfast listens on http://127.0.0.1:1 (sandbox) with 2 drives"),
            (
                false, "https://b.example",
                "Holdfast listens on http://127.0.0.1:1 (for clients: https://b.example) with 2 drives"
            ),
        ] as [(Bool, String?, String)])
    func `the first line names the address, for scripts too`(isSandbox: Bool, publicURL: String?, expected: String) {
        let line = ServeCommand.notice(
            "http://127.0.0.1:1", isSandbox: isSandbox, publicURL: publicURL, inventory: "2 drives")
        #expect(line == expected)
    }

    @Test(arguments: [("debug", Logger.Level.debug), ("warning", .warning)])
    func `the level of the log is an option`(text: String, level: Logger.Level) throws {
        #expect(try LogOptions.parse(["--log-level", text]).logger.logLevel == level)
        #expect(try LogOptions.parse([]).logger.logLevel == .info)
    }

    @Test(arguments: [["--log-level", "loud"], ["--log-format", "xml"]])
    func `a level or a form that does not exist is refused`(arguments: [String]) {
        #expect(throws: (any Error).self) { try LogOptions.parse(arguments) }
    }

    @Test func `a command beside a server logs text, and only what is wrong`() {
        let options = LogOptions.command(.error)
        #expect(options.logFormat == .text)
        #expect(options.logger.logLevel == .error)
    }
}
