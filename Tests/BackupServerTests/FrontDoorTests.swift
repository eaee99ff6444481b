import BackupAPI
import BackupServer
import BackupTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ProtectionService
import Testing

/// A socket that listens before the service behind it is there.
@Suite struct FrontDoorTests {
    @Test func `until it is opened it says that the server starts, and what it does`() async throws {
        let door = FrontDoor(ServerConfiguration(host: "127.0.0.1", port: 0), logger: .quiet, clock: ManualClock())
        try await door.application { _ in }.test(.live) { client in
            func ask(_ path: String) async throws -> (Int, String, HTTPFields) {
                let answer = try await client.execute(uri: path, method: .get)
                return (answer.status.code, String(buffer: answer.body), answer.headers)
            }
            #expect(try await ask("/healthz").1 == "ok\n")
            door.tell("Reading the catalogue in full.")
            let (status, body, _) = try await ask("/readyz")
            #expect(status == 503)
            #expect(
                body == #"{"status":"starting","failing":["catalog"],"progress":"Reading the catalogue in full."}"#)
            let (refused, error, fields) = try await ask(TestServer.root)
            #expect(refused == 503)
            #expect(error.hasPrefix(#"{"error":{"code":"serviceNotAvailable","#))
            #expect(error.contains("The server starts: Reading the catalogue in full."))
            #expect(fields[.retryAfter] == "2")
        }
    }

    @Test func `a server that is about to end says so, and still answers`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        let (configuration, ending) = (ServerConfiguration(host: "127.0.0.1", port: 0), EndNotice())
        let door = FrontDoor(configuration, logger: .quiet, clock: server.clock, ending: ending)
        let api = BackupGraphAPI(
            service: server.service, sign: { Array($0.reversed()) }, report: { _, _ in })
        door.open(
            to: HTTPServer(
                api: api, service: server.service, issuer: server.issuer, verifier: server.verifier(),
                configuration: configuration, logger: .quiet, clock: server.clock))
        ending.give()
        try await door.application { _ in }.test(.live) { client in
            let fields: HTTPFields = [.authorization: "Bearer \(token)"]
            let readiness = try await client.execute(uri: "/readyz", method: .get)
            #expect(readiness.status.code == 503)
            #expect(String(buffer: readiness.body) == #"{"status":"stopping","failing":["server"]}"#)
            #expect(try await client.execute(uri: "/healthz", method: .get).status.code == 200)
            #expect(try await client.execute(uri: TestServer.root, method: .get, headers: fields).status.code == 200)
        }
    }

    @Test func `once it is opened requests reach the server, over the same connections`() async throws {
        let server = try await TestServer()
        let token = try await server.token()
        let configuration = ServerConfiguration(host: "127.0.0.1", port: 0)
        let door = FrontDoor(configuration, logger: .quiet, clock: server.clock)
        let api = BackupGraphAPI(
            service: server.service, sign: { Array($0.reversed()) }, report: { _, _ in })
        try await door.application { _ in }.test(.live) { client in
            let fields: HTTPFields = [.authorization: "Bearer \(token)"]
            let closed = try await client.execute(uri: TestServer.root, method: .get, headers: fields)
            #expect(closed.status.code == 503)
            door.open(
                to: HTTPServer(
                    api: api, service: server.service, issuer: server.issuer, verifier: server.verifier(),
                    configuration: configuration, logger: .quiet, clock: server.clock))
            #expect(try await client.execute(uri: TestServer.root, method: .get, headers: fields).status.code == 200)
            #expect(try await client.execute(uri: "/readyz", method: .get).status.code == 503)
        }
    }
}
