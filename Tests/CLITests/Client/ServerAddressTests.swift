import BackupRepository
import ArgumentParser
import Foundation
import Testing
import WebClient

@testable import CLI

/// The note of where a server listens.
@Suite struct ServerAddressTests {
    let scratch = Scratch()

    private var folder: URL { scratch.url }

    @Test func `the note of a running server is found, and gone after its end`() throws {
        try ServerAddress.write("http://127.0.0.1:8080", in: folder)
        #expect(try scratch.mode(of: StateFile.address) == 0o600)
        #expect(try ServerAddress.current(in: folder) == "http://127.0.0.1:8080")
        ServerAddress.remove(in: folder)
        #expect(try scratch.names(in: ".").isEmpty)
    }

    private func refusal(process: ThisProcess = .current()) throws -> CommandFailure {
        let failure = #expect(throws: CommandFailure.self) {
            try ServerAddress.current(in: folder, process: process)
        }
        return try #require(failure)
    }

    @Test func `without a note no server runs`() throws {
        let failure = try refusal()
        #expect(failure.status == .unreachable)
        #expect(failure.description.contains("holdfast serve --tenant"))
    }

    @Test func `the note that a killed server left is not believed`() throws {
        try ServerAddress.write("http://127.0.0.1:8080", in: folder)
        let own = ThisProcess.current().identity
        let other = ProcessIdentity(host: own.host, processID: 1, instance: "another", origin: own.origin)
        var process = ThisProcess(other, start: { _ in .none })
        process.ended = [own.instance]
        #expect(try refusal(process: process).status == .unreachable)
    }

    @Test func `a damaged note counts as none`() throws {
        try scratch.write("{", to: StateFile.address)
        #expect(try refusal().status == .unreachable)
    }

    @Test func `a note that others can write is refused`() throws {
        try ServerAddress.write("http://127.0.0.1:8080", in: folder)
        try scratch.setMode(0o666, of: StateFile.address)
        #expect(throws: StateRefusal.self) { try ServerAddress.current(in: folder) }
    }

    @Test func `the note of another server stays`() throws {
        try scratch.write(#"{"address":"http://127.0.0.1:1","process":"other/1/x"}"#, to: StateFile.address)
        ServerAddress.remove(in: folder)
        #expect(try scratch.names(in: ".") == [StateFile.address])
    }

    @Test(arguments: [
        ("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::1", "http://[::1]:80"),
        ("::", "http://[::1]:80"), ("[::1]", "http://[::1]:80"), ("backup.example", "http://backup.example:80"),
    ])
    func `a server at every address is asked at this machine's own`(host: String, expected: String) {
        #expect(ServerAddress.local(scheme: "http", host: host, port: 80) == expected)
    }

    // MARK: Which server

    private func connect(_ words: [String], _ environment: [String: String]) async throws -> APIClient {
        try await ServerOptions.parse(words).connect(environment: environment)
    }

    @Test func `a server and a token suffice`() async throws {
        let client = try await connect(["--server", "https://b.example:8443"], ["HOLDFAST_TOKEN": "t"])
        #expect(client.address == "https://b.example:8443")
        #expect(try await client.request("GET", "/x").headers["Authorization"] == "Bearer t")
        let named = try await connect([], ["HOLDFAST_SERVER": "http://127.0.0.1:1", "HOLDFAST_TOKEN": "t"])
        #expect(named.address == "http://127.0.0.1:1")
    }

    @Test func `a server without a token needs one`() async throws {
        let failure = await #expect(throws: CommandFailure.self) {
            try await connect(["--server", "https://b.example"], [:])
        }
        #expect(failure?.status == .notAllowed)
    }

    @Test(arguments: ["b.example", "https://b.example/graph", "ftp://b.example"])
    func `an address with a path, or of another kind, is refused`(address: String) async {
        let failure = await #expect(throws: CommandFailure.self) {
            try await connect(["--server", address], ["HOLDFAST_TOKEN": "t"])
        }
        #expect(failure?.status == .wrongCommand)
    }
}
