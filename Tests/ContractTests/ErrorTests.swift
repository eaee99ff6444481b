import BackupTesting
import BackupServer
import Foundation
import OData
import Testing

/// A request that is to be refused.
struct Refusal: Sendable, CustomTestStringConvertible {
    let status: Int
    let code: String
    let method: String
    /// Below the version; the version is v1.0 unless the target begins with `/beta`.
    let target: String
    var body: String?
    var headers: [(name: String, value: String)] = []
    /// What the world is like before.
    var state = State.filled

    var testDescription: String { "\(status) \(code): \(method) \(target)" }

    /// - Parameter request: the method and the target with a blank between them.
    init(
        _ status: Int, _ code: String, _ request: String, body: String? = nil,
        headers: [(name: String, value: String)] = [], state: State = .filled
    ) {
        let parts = request.split(separator: " ", maxSplits: 1).map(String.init)
        self.status = status
        self.code = code
        (method, target) = (parts[0], parts[1])
        self.body = body
        self.headers = headers
        self.state = state
    }
}

/// Produces the codes of `errors.md` through HTTP: status, code, envelope, and a catalogue that is
/// the same before and after.
@Suite struct ErrorTests {
    @Test(arguments: Refusal.all) func `a refused request has its status and code, and changes nothing`(
        refusal: Refusal
    ) async throws {
        let world = try await World.made(for: refusal)
        var configuration = World.configuration
        if refusal.state == .overloaded { configuration.concurrentRequests = 0 }
        try await world.run(configuration) { client in
            let client = refusal.state == .stranger ? LiveClient(client: client.client, token: "no.good.token") : client
            let before = try await world.dump()
            let target = refusal.target.hasPrefix("/beta") ? refusal.target : "/v1.0\(refusal.target)"
            world.writes.fail(refusal.state == .failing)
            let answer = try await client.sendText(refusal.method, target, refusal.body, headers: refusal.headers)
            #expect(answer.status == refusal.status, "\(answer.status) \(answer.text)")
            #expect(answer.code == refusal.code, "\(answer.status) \(answer.text)")
            #expect(try await world.dump() == before)
            Self.checkEnvelope(answer)
        }
    }

    /// Source: contract errors.md, Envelope.
    private static func checkEnvelope(_ answer: LiveAnswer) {
        let error = answer.json["error"]
        #expect(error?["message"]?.stringValue ?? "" != "")
        #expect(error?["innerError"]?["request-id"]?.stringValue == answer.header("request-id"))
        #expect(error?["innerError"]?["date"]?.stringValue?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil)
        #expect(answer.header("Content-Type")?.hasPrefix("application/json") == true)
        #expect((answer.header("Allow") != nil) == (answer.status == 405))
        #expect((answer.header("WWW-Authenticate")?.hasPrefix("Bearer ") ?? false) == (answer.status == 401))
        #expect((answer.header("Retry-After") != nil) == [429, 503].contains(answer.status))
    }

    @Test func `the table names codes of the contract`() throws {
        let text = try Vectors.text("errors.md")
        // Codes that the contract does not list, with why we send them.
        let own: Set<String> = ["Request_ResourceNotFound"]
        for refusal in Refusal.all where !own.contains(refusal.code) {
            #expect(text.contains(refusal.code), "\(refusal.code)")
        }
    }
}
