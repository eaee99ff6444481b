import ArgumentParser
import Foundation
import Testing
import WebClient

@testable import CLI

/// Servers under names, and the tokens for them.
@Suite struct ServerContextTests {
    private let scratch: Scratch
    private let environment: [String: String]
    private let store: ContextStore

    init() {
        scratch = Scratch()
        environment = [
            "HOME": "/nowhere", "XDG_CONFIG_HOME": scratch.url.appending(path: "config").path,
            "XDG_STATE_HOME": scratch.url.appending(path: "state").path,
        ]
        store = ContextStore(environment: environment)
    }

    private static let two = ServerContexts(
        current: "prod",
        entries: [
            NamedServer(name: "prod", server: "https://b.example:8443"),
            NamedServer(name: "here", server: "http://127.0.0.1:8080"),
            NamedServer(name: "lab", server: "https://b.lab:8443", authorities: "/etc/lab ca.pem"),
        ])

    // MARK: The file

    @Test func `what is written is read`() throws {
        #expect(try store.read() == ServerContexts())
        for contexts in [ServerContexts(), Self.two] {
            try store.write(contexts)
            #expect(try store.read() == contexts)
        }
        let mode = try FileManager.default.attributesOfItem(atPath: store.file.path)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
    }

    @Test func `a file that a person wrote is read`() throws {
        let text = "# mine\ncurrent: here\n\ncontexts:\n- name: 'here'\n  server: https://b.example/\n"
        let contexts = try ServerContexts(text: text, file: "f")
        #expect(contexts.current == "here")
        #expect(contexts.entries == [NamedServer(name: "here", server: "https://b.example")])
    }

    @Test(arguments: [
        ("contexts:\n  - name: a\n", "the context 'a' has no server"), ("- server: https://x", "line 1"),
        ("contexts:\n  - name: a\n    server: ftp://x\n", "line 3"), ("  - name: ../a\n", "line 1"),
        ("  - name: a\n    server: http://x\n  - name: a\n", "line 3"), ("{}", "line 1 is not understood"),
        ("colour: red", "line 1"), ("  - name: a\n    server: http://x\n    ca: ca.pem\n", "line 3"),
        ("  ca: /ca.pem\n", "line 1"),
    ])
    func `a file that is not understood is refused with its line`(text: String, words: String) {
        let failure = #expect(throws: CommandFailure.self) { try ServerContexts(text: text, file: "/f") }
        #expect(failure?.status == .wrongConfiguration)
        #expect(failure?.description.contains("'/f'") == true)
        #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    }

    @Test(arguments: ["", "-a", ".a", "a/b", "a b", "é", String(repeating: "a", count: 65)])
    func `a name that could be a path or an option is none`(name: String) {
        #expect(!ServerContexts.isName(name))
    }

    @Test func `an unknown context is refused with the one that may be meant`() {
        let failure = #expect(throws: CommandFailure.self) { try Self.two.require("prd") }
        #expect(failure?.description.contains("Did you mean 'prod'?") == true)
    }

    @Test func `authorities of one's own vouch for the address for which they were given`() async throws {
        try store.write(Self.two)
        let contexts = try store.read()
        #expect(contexts.authorities(for: "https://b.lab:8443") == .file("/etc/lab ca.pem"))
        #expect(contexts.authorities(for: "https://b.example:8443") == .system)
    }

    @Test func `a file without certificates is refused as authorities`() throws {
        let path = try scratch.write("no certificate", to: "ca.pem")
        for path in [path, scratch.path("missing.pem")] {
            let failure = #expect(throws: CommandFailure.self) { try ContextAddCommand.authorities(path) }
            #expect(failure?.status == .wrongCommand)
        }
    }

    // MARK: Tokens

    @Test func `a token is kept for its owner only, and refused where others can read it`() throws {
        try store.setToken("secret", of: "prod")
        let place = store.tokens.appending(path: "prod")
        #expect(try store.token(of: "prod") == "secret")
        #expect(try store.token(of: "here") == nil)
        for mode in [0o640, 0o604] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.path)
            let failure = #expect(throws: CommandFailure.self) { try store.token(of: "prod") }
            #expect(failure?.status == .notAllowed)
            #expect(failure?.description.contains("chmod 600") == true)
        }
        try store.removeToken(of: "prod")
        #expect(try store.token(of: "prod") == nil)
        try store.removeToken(of: "prod")
    }

    @Test(arguments: ["", "two words", "tab\there", "line\nbreak\n"])
    func `a file that holds no token is refused`(text: String) {
        #expect(ContextStore.token(in: Data(text.utf8)) == nil)
    }

    // MARK: Which server

    private var signIns: SignInStore { SignInStore(environment: environment) }

    private func choice(
        _ words: [String], _ more: [String: String] = [:], package: Bool = false
    ) throws -> ServerChoice {
        try ServerChoice(
            ServerOptions.parse(words), environment: environment.merging(more) { $1 }, contexts: store,
            signIns: signIns, hasPackageFolder: package)
    }

    private static let prod = ServerChoice.address("https://b.example:8443", token: "kept", context: "prod")

    @Test func `what is typed goes before the environment, and both before what is kept`() throws {
        try store.write(Self.two)
        try store.setToken("kept", of: "prod")
        let variables = [
            "HOLDFAST_CONTEXT": "prod", "HOLDFAST_SERVER": "http://s.example", "HOLDFAST_STATE": "/s",
        ]
        #expect(try choice(["--state", "/t"]) == .state("/t", address: nil))
        #expect(try choice(["--context", "prod"], ["HOLDFAST_STATE": "/s"]) == Self.prod)
        #expect(
            try choice(["--server", "http://x"], variables.merging(["HOLDFAST_TOKEN": "t"]) { $1 })
                == .address("http://x", token: "t", context: nil))
        #expect(try choice([], variables) == Self.prod)
        #expect(
            try choice([], variables.filter { $0.key != "HOLDFAST_CONTEXT" })
                == .state("/s", address: "http://s.example"))
        #expect(try choice([], ["HOLDFAST_STATE": "/s"], package: true) == .state("/s", address: nil))
        #expect(try choice([], package: true) == Self.prod)
        try store.write(ServerContexts(current: nil, entries: Self.two.entries))
        #expect(try choice([], package: true) == .state("/var/lib/holdfast", address: nil))
    }

    @Test func `a token of the environment goes before a kept one`() throws {
        try store.write(Self.two)
        try store.setToken("kept", of: "prod")
        let chosen = try choice(["--context", "prod"], ["HOLDFAST_TOKEN": "given"])
        #expect(chosen == .address("https://b.example:8443", token: "given", context: "prod"))
    }

    @Test func `a sign-in is used where there is no token, and no state folder was typed`() throws {
        try store.write(Self.two)
        try signIns.keep(
            SignInStore.Entry(server: "https://b.example:8443", tenant: "t", accessToken: "a", expires: Date()))
        #expect(try choice(["--context", "prod"]) == .signedIn("https://b.example:8443", context: "prod"))
        let server = ["--server", "https://b.example:8443"]
        #expect(try choice(server, ["HOLDFAST_STATE": "/s"]) == .signedIn("https://b.example:8443", context: nil))
        #expect(
            try choice(server + ["--state", "/s"]) == .state("/s", address: "https://b.example:8443"))
        #expect(
            try choice(server, ["HOLDFAST_TOKEN": "t"])
                == .address("https://b.example:8443", token: "t", context: nil))
        try store.setToken("kept", of: "prod")
        #expect(try choice(["--context", "prod"]) == Self.prod)
    }

    @Test func `a context without a token says where to get one`() throws {
        try store.write(Self.two)
        let failure = #expect(throws: CommandFailure.self) { try choice(["--context", "here"]) }
        #expect(failure?.status == .notAllowed)
        #expect(failure?.description.contains("--token-file") == true)
    }

    @Test func `where nothing is said the command says what to give`() {
        let failure = #expect(throws: CommandFailure.self) { try choice([]) }
        #expect(failure?.status == .wrongCommand)
        #expect(failure?.description.contains("--state") == true)
    }

    @Test(arguments: [["--context", "a", "--server", "http://x"], ["--context", "a", "--state", "/s"]])
    func `a context names a server by itself`(words: [String]) {
        #expect(throws: (any Error).self) { try ServerOptions.parse(words) }
    }

    @Test func `a question names the context`() {
        var client = APIClient(address: "https://b.example", token: "t")
        #expect(client.place == "https://b.example")
        client.context = "prod"
        #expect(client.place == "prod (https://b.example)")
    }
}
