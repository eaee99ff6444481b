import BackupTesting
import Catalog
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

    enum State: Sendable {
        /// One row of everything; policies inactive, sessions drafts.
        case filled
        /// Policies active.
        case active
        /// Sessions active.
        case running
        /// The service is off.
        case disabled
        /// The caller is not the controller.
        case foreign
        /// The caller will be the controller later.
        case waiting
        /// As many sessions run as may.
        case crowded
        /// The unit is detached.
        case detached
        /// The catalogue cannot be written.
        case failing
    }

    var testDescription: String { "\(status) \(code): \(method) \(target)" }

    init(
        _ status: Int, _ code: String, _ method: String, _ target: String, _ body: String? = nil, headers: [(name: String, value: String)] = [],
        state: State = .filled
    ) {
        self.status = status
        self.code = code
        self.method = method
        self.target = target
        self.body = body
        self.headers = headers
        self.state = state
    }
}

/// Produces the codes of `errors.md` through HTTP: status, code, envelope, and a catalogue that is the same before and after.
@Suite struct ErrorTests {
    @Test(arguments: Refusal.all) func `a refused request has its status and code, and changes nothing`(refusal: Refusal) async throws {
        let world = try await World()
        try await world.prepare(refusal.state)
        try await world.run { client in
            let before = try await world.dump()
            let target = refusal.target.hasPrefix("/beta") ? refusal.target : "/v1.0\(refusal.target)"
            world.writes.fail(refusal.state == .failing)
            let answer = try await client.sendText(refusal.method, target, refusal.body, headers: refusal.headers)
            #expect(answer.status == refusal.status && answer.code == refusal.code, "\(answer.status) \(answer.text)")
            #expect(try await world.dump() == before)
            Self.checkEnvelope(answer)
        }
    }

    /// Source: contract errors.md, Envelope.
    private static func checkEnvelope(_ answer: LiveAnswer) {
        let error = answer.json["error"]
        #expect(error?["message"]?.stringValue?.isEmpty == false)
        #expect(error?["innerError"]?["request-id"]?.stringValue == answer.header("request-id"))
        #expect(error?["innerError"]?["date"]?.stringValue?.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/) != nil)
        #expect(answer.header("Content-Type")?.hasPrefix("application/json") == true)
        #expect((answer.header("Allow") != nil) == (answer.status == 405))
        #expect((answer.header("Retry-After") != nil) == [429, 503].contains(answer.status))
    }

    @Test func `the table names codes of the contract`() throws {
        let text = try Vectors.text("errors.md")
        // Codes that the contract does not list, with why we send them.
        let own: Set<String> = ["Request_ResourceNotFound"]
        for refusal in Refusal.all where own.contains(refusal.code) == false { #expect(text.contains(refusal.code), "\(refusal.code)") }
    }
}

extension World {
    /// Fills the world and brings it into a state.
    func prepare(_ state: Refusal.State) async throws {
        _ = try await filled()
        try await fillRulesAndBrowsing()
        let status: BackupServiceStatus = state == .disabled ? .disabled : .enabled
        let now = clock.now()
        try await catalog.store.write { writer in
            switch state {
            case .filled, .failing: break
            case .disabled: try writer.update(ServiceState(id: Self.tenantID, status: status, lastModifiedDateTime: now))
            case .foreign:
                try writer.update(ServiceApp(id: Self.application, status: .inactive, registrationDateTime: now, lastModifiedDateTime: now))
            case .waiting:
                try writer.update(ServiceApp(id: Self.application, status: .pendingActive, registrationDateTime: now, lastModifiedDateTime: now))
            case .active:
                for workload in Workload.allCases {
                    try writer.update(self.policy(Self.id(1, workload), .active, workload))
                    try writer.update(self.unit(Self.id(2, workload), of: Self.ines, workload, policy: Self.id(1, workload), .protected))
                }
            case .running:
                for workload in Workload.allCases { try writer.update(self.session(Self.id(4, workload), .active, workload, artifacts: 1)) }
            case .crowded:
                for number in 0..<25 { try writer.insert(self.session("10000000-0000-4000-8000-0000000000\(10 + number)", .active)) }
            case .detached: try writer.update(self.unit(Self.id(2, .oneDriveForBusiness), of: Self.ines, policy: nil))
            }
        }
    }
}
