import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Synchronization
import Testing

/// Server-sent events. The clock of the streams goes on by itself while they wait.
@Suite(.timeLimit(.minutes(1))) struct EventTests {
    private final class EagerClock: WallClock {
        private let time = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

        func now() -> Date { time.withLock { $0 } }
        func steadyTime() -> SteadyTime { SteadyTime(epoch: "eager", seconds: now().timeIntervalSince1970) }

        func sleep(until deadline: Date) async throws {
            try Task.checkCancellation()
            time.withLock { $0 = max($0, deadline) }
        }
    }

    private func follow(
        _ harness: RestoreHarness, _ topics: String, _ fields: Headers = Headers(), as principal: Principal? = nil
    ) async -> ODataResponse {
        await harness.get("/events?topics=\(topics)", fields, from: harness.served(pacing: EagerClock()), as: principal)
    }

    /// What a stream says until a text occurs in it.
    /// - Parameter act: called once, when the stream is open.
    private func text(
        _ answer: ODataResponse, until end: String, act: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> String {
        let stream = try #require(answer.stream)
        let isFirst = Mutex(true)
        let sink = TakenBytes { text in
            if isFirst.withLock({ first in
                defer { first = false }
                return first
            }) {
                try await act()
            }
            return text.contains(end)
        }
        do { try await stream.write(to: sink) } catch is TakenBytes.Enough {}
        return sink.text
    }

    @Test func `a policy that changes is told as its GET answers it`() async throws {
        let harness = try await RestoreHarness()
        let (unit, _) = try await harness.protectedDrive()
        let policy = try #require(unit.policyId)
        let answer = await follow(harness, "policies", ["Accept": "text/event-stream"])
        #expect(answer.status == 200)
        #expect(answer.headers["Content-Type"] == "text/event-stream")
        #expect(answer.stream?.isEndless == true)
        let path = "/oneDriveForBusinessProtectionPolicies/\(policy)"
        let told = try await text(answer, until: "event: changed") {
            _ = await harness.send("PATCH", path, ["displayName": "Renamed\nby a person"])
        }
        let lines = told.split(separator: "\n").map(String.init)
        let data = try #require(lines.first { $0.hasPrefix("data: ") }?.dropFirst(6))
        let event = try JSONValue(parsing: Array(data.utf8))
        #expect(event.text("topic") == "policies")
        #expect(event.text("thing") == "protectionPolicy")
        #expect(event.text("id") == policy)
        #expect(event["body"]?.text("displayName") == "Renamed\nby a person")
        let got = await harness.send("GET", path)
        #expect(event["body"]?.text("status") == got.json.text("status"))
        #expect(lines.first { $0.hasPrefix("id: ") } != nil)
    }

    @Test func `a client that comes back is told what it missed`() async throws {
        let harness = try await RestoreHarness()
        let (unit, _) = try await harness.protectedDrive()
        let number = try await harness.service.events.number()
        let path = "/oneDriveForBusinessProtectionPolicies/\(try #require(unit.policyId))"
        _ = await harness.send("PATCH", path, ["displayName": "Renamed"])
        let told = try await text(
            await follow(harness, "policies", ["Last-Event-ID": "\(number)"]), until: "event: changed")
        #expect(told.contains("Renamed"))
        for unknown in ["999999", "x", "-5", "99999999999999999999999"] {
            let told = try await text(
                await follow(harness, "policies", ["Last-Event-ID": unknown]), until: "event: reset")
            #expect(!told.contains("event: changed"), "\(unknown)")
        }
    }

    @Test func `a stream without news shows that it lives`() async throws {
        let harness = try await RestoreHarness()
        let told = try await text(await follow(harness, "policies"), until: ": quiet\n\n: quiet\n\n")
        #expect(told.hasPrefix("retry: 2000\nid: "))
    }

    @Test func `a stream ends when the caller's token expires`() async throws {
        let harness = try await RestoreHarness()
        var caller = harness.principal()
        caller.expires = harness.clock.now().addingTimeInterval(40)
        let answer = await follow(harness, "policies", as: caller)
        let sink = TakenBytes { _ in
            harness.clock.turn(seconds: 10)
            return false
        }
        try await #require(answer.stream).write(to: sink)
        #expect(sink.text.hasSuffix("event: expired\ndata: {}\n\n"))
    }

    @Test(arguments: [
        "", "policies,nothing", "units/", "units/a%2Fb", "policies%0Ax",
        (0..<21).map { "units/u\($0)" }.joined(separator: ","),
    ])
    func `topics that are none are refused`(topics: String) async throws {
        let harness = try await RestoreHarness()
        #expect(await follow(harness, topics).status == 400)
    }

    @Test func `each topic needs the permission of its GET`() async throws {
        let harness = try await RestoreHarness()
        let reader = harness.principal(["BackupRestore-Restore.Read.All"])
        #expect(await follow(harness, "policies", as: reader).status == 403)
        #expect(await follow(harness, "health", as: reader).status == 403)
        #expect(await follow(harness, "policies", as: harness.principal([])).status == 403)
        let controller = harness.principal(["BackupRestore-Control.Read.All"])
        #expect(await follow(harness, "health", as: controller).status == 200)
        #expect(await follow(harness, "health,policies", as: controller).status == 403)
    }

    @Test func `more streams than allowed are refused, and closed ones make room`() async throws {
        var limits = ServiceLimits()
        limits.eventStreams = 1
        let harness = try await RestoreHarness(limits: limits)
        do {
            let open = await follow(harness, "health")
            #expect(open.status == 200)
            let refused = await follow(harness, "health")
            #expect(refused.status == 503)
            #expect(refused.headers["Retry-After"] != nil)
            #expect(open.stream != nil)
        }
        #expect(await follow(harness, "health").status == 200)
    }

    @Test func `health is told with its checks`() async throws {
        let harness = try await RestoreHarness()
        let told = try await text(await follow(harness, "health"), until: "event: changed") {
            harness.service.dependencies.health.set(
                "clock", to: .warning, message: "The clock jumped.", at: harness.clock.now())
        }
        #expect(told.contains(#""thing":"health""#))
        #expect(told.contains("The clock jumped."))
    }

    @Test func `a unit that changes is told as its state`() async throws {
        let harness = try await RestoreHarness()
        let (unit, _) = try await harness.protectedDrive()
        for topic in ["overview", "incidents", "restores"] {
            #expect(await follow(harness, topic).status == 200, "\(topic)")
        }
        let topic = "units/\(unit.id)"
        let told = try await text(await follow(harness, topic), until: "event: changed") {
            let row = try #require(try await harness.catalog.find(ProtectionUnit.self, id: unit.id))
            try await harness.catalog.write { try $0.update(row) }
        }
        let data = try #require(told.split(separator: "\n").first { $0.hasPrefix("data: ") }?.dropFirst(6))
        let event = try JSONValue(parsing: Array(data.utf8))
        #expect(event.text("topic") == topic)
        #expect(event.text("thing") == "unitState")
        #expect(event["body"] == (try JSONValue(parsing: await harness.get("/unitStates/\(unit.id)").body)))
    }
}
