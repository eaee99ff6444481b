import BackupTesting
import Catalog
import Foundation
import ProtectionService
import Testing

@testable import BackupServer

/// Keys of the embedded issuer that another process made or retired.
@Suite struct SigningKeyTests {
    private func retire(_ id: String, _ moment: Date?, _ server: TestServer) async throws {
        try await server.service.dependencies.catalog.write { writer in
            try writer.update(
                SigningKey.self, where: .equal("id", id), set: ["retiredDateTime": moment.sqlValue])
        }
    }

    @Test func `a key of another process counts as long as it is not retired`() async throws {
        let server = try await TestServer()
        let first = server.issuer.keyID
        try await retire(first, server.clock.now(), server)
        let other = try await TokenIssuer(service: server.service, clock: server.clock)
        try await retire(first, nil, server)
        #expect(other.keyID != first)

        func token(_ issuer: TokenIssuer) async throws -> String {
            "Bearer "
                + (try await issuer.mint(
                    applicationID: "app", applicationName: nil, permissions: ["p"], user: nil, lifetimeSeconds: 7200))
        }
        let verifier = server.verifier()
        let (ours, theirs) = (try await token(server.issuer), try await token(other))
        #expect(await verifier.principal(authorization: ours) != nil)
        server.clock.turn(seconds: 11)
        #expect(await verifier.principal(authorization: theirs) != nil)
        #expect(Set(await server.issuer.jwks().keys.map(\.kid)) == [first, other.keyID])

        try await retire(other.keyID, server.clock.now(), server)
        #expect(await verifier.principal(authorization: theirs) != nil)
        server.clock.turn(seconds: 301)
        #expect(await verifier.principal(authorization: theirs) == nil)
        #expect(await verifier.principal(authorization: ours) != nil)
        #expect(await server.issuer.jwks().keys.map(\.kid) == [first])
    }
}
