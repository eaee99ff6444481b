import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

/// What lets a draft begin, and what it waits for.
@Suite struct RestoreActivationTests {
    /// A draft with some artifacts, whose points and units need not be there.
    private func draft(
        _ console: Console, artifacts: Int = 1, workload: Workload = .oneDriveForBusiness
    ) async throws -> String {
        try await session(.draft, console, artifacts: artifacts, workload: workload).id
    }

    @discardableResult
    private func session(
        _ status: RestoreSessionStatus, _ console: Console, artifacts: Int = 1,
        workload: Workload = .oneDriveForBusiness, secondsAgo: Double = 0
    ) async throws -> RestoreSession {
        var session = RestoreSession(
            id: console.service.dependencies.makeID(), workload: workload, status: status,
            createdDateTime: console.now)
        session.artifactsTotal = artifacts
        session.artifactsInProgress = [.activating, .active].contains(status) ? artifacts : 0
        session.lastModifiedDateTime = console.now.addingTimeInterval(-secondsAgo)
        try await console.insert(session)
        return session
    }

    private func activate(_ id: String, _ console: Console) async throws -> RestoreSession {
        try await console.service.restores.activate(id: id, Console.caller)
    }

    @Test func `an activated session is on its way with all of its artifacts, and a job plans it`() async throws {
        let console = try await Console()
        let point = try await console.insertPoint(of: try await console.insertUnit(.protected))
        let draft = RestoreSessionDraft(
            workload: .oneDriveForBusiness,
            artifacts: [RestoreArtifactDraft(restorePointID: point.id, destinationType: .new)])
        let id = try await console.service.restores.create(draft, Console.caller).id
        let session = try await activate(id.uppercased(), console)
        #expect(session.status == .activating)
        #expect(session.lastModifiedBy == Console.caller.identitySet)
        #expect(try await console.all(RestoreArtifact.self).map(\.status) == [.scheduling])
        #expect(try await console.openJobs(of: id) == ["scheduleRestores"])
    }

    @Test func `a session without anything in it does not begin`() async throws {
        let console = try await Console()
        let id = try await draft(console, artifacts: 0)
        try await console.expectRefused(.invalidArtifactRequest) { try await activate(id, console) }
    }

    @Test func `as many sessions run as may, and one more waits for its turn`() async throws {
        let console = try await Console { $0.activeRestoreSessions = 2 }
        try await session(.activating, console)
        let second = try await draft(console)
        #expect(try await activate(second, console).status == .activating)
        let third = try await draft(console)
        let error = try await console.expectRefused(.tooManyActiveRestoreSessions) {
            try await activate(third, console)
        }
        #expect(error.isRetryable)
    }

    @Test(arguments: RestoreSessionStatus.allCases)
    func `only sessions that run count as running`(status: RestoreSessionStatus) async throws {
        let console = try await Console { $0.activeRestoreSessions = 1 }
        try await session(status, console)
        let id = try await draft(console)
        if status == .activating || status == .active {
            try await console.expectRefused(.tooManyActiveRestoreSessions) { try await activate(id, console) }
        } else {
            #expect(try await activate(id, console).status == .activating)
        }
    }

    @Test(arguments: [(3, true), (4, false)])
    func `as many artifacts of a workload are queued as may`(count: Int, isAccepted: Bool) async throws {
        let console = try await Console { $0.queuedRestoreArtifacts = 5 }
        try await session(.active, console, artifacts: 2)
        try await session(.active, console, artifacts: 5, workload: .sharePoint)
        let id = try await draft(console, artifacts: count)
        if isAccepted {
            #expect(try await activate(id, console).status == .activating)
        } else {
            let error = try await console.expectRefused(.tooManyActiveRestoreSessions) {
                try await activate(id, console)
            }
            #expect(error.isRetryable)
        }
    }

    @Test(arguments: [(3, true), (4, false)])
    func `as many artifacts of a workload are restored in a day as may`(count: Int, isAccepted: Bool) async throws {
        let console = try await Console { $0.restoreArtifactsPerDay = 5 }
        try await session(.completed, console, artifacts: 2, secondsAgo: 3600)
        try await session(.completed, console, artifacts: 5, workload: .exchange, secondsAgo: 3600)
        let id = try await draft(console, artifacts: count)
        if isAccepted {
            #expect(try await activate(id, console).status == .activating)
        } else {
            let error = try await console.expectRefused(.activityLimitReached) { try await activate(id, console) }
            #expect(error.isRetryable)
        }
    }

    @Test(arguments: [(86_399.0, false), (86_400, true), (-60, false), (-61, true)])
    func `a day is the last 24 hours, and a minute for clocks that are ahead`(
        secondsAgo: Double, isForgotten: Bool
    ) async throws {
        let console = try await Console { $0.restoreArtifactsPerDay = 5 }
        try await session(.failed, console, artifacts: 5, secondsAgo: secondsAgo)
        let id = try await draft(console)
        if isForgotten {
            #expect(try await activate(id, console).status == .activating)
        } else {
            try await console.expectRefused(.activityLimitReached) { try await activate(id, console) }
        }
    }

    @Test(arguments: [(3600.0, 82_800), (86_399, 1)])
    func `the client is told when the first session of the day is a day ago`(
        secondsAgo: Double, wait: Int
    ) async throws {
        let console = try await Console { $0.restoreArtifactsPerDay = 1 }
        try await session(.completed, console, secondsAgo: secondsAgo)
        try await session(.completed, console, secondsAgo: 60)
        let id = try await draft(console)
        let error = try await console.expectRefused(.activityLimitReached) { try await activate(id, console) }
        #expect(error.retryAfterSeconds == wait)
    }

    @Test func `drafts count for no day`() async throws {
        let console = try await Console { $0.restoreArtifactsPerDay = 5 }
        try await session(.draft, console, artifacts: 5)
        let id = try await draft(console, artifacts: 5)
        #expect(try await activate(id, console).status == .activating)
    }

    @Test func `entries of bulk requests that are not resolved yet are queued as well`() async throws {
        let console = try await Console { $0.queuedRestoreArtifacts = 3 }
        let running = try await session(.activating, console, artifacts: 0)
        var request = RestoreBulkRequest()
        request.id = Console.unknownID
        request.sessionId = running.id
        request.names = StringList(["a@contoso.example", "b@contoso.example"])
        try await console.insert(request)
        let tooMuch = try await draft(console, artifacts: 2)
        try await console.expectRefused(.tooManyActiveRestoreSessions) { try await activate(tooMuch, console) }
        let fitting = try await draft(console, artifacts: 1)
        #expect(try await activate(fitting, console).status == .activating)
    }

    @Test func `of many activations of one draft exactly one succeeds`() async throws {
        let console = try await Console()
        let id = try await draft(console)
        let race = try await Race(8) { _ in _ = try await activate(id, console) }
        #expect(race.winners.count == 1)
        #expect(race.codes == Array(repeating: .restoreSessionActionNotAllowed, count: 7))
        #expect(try await console.openJobs(of: id) == ["scheduleRestores"])
    }

    @Test func `of sessions that are activated at once no more begin than may run`() async throws {
        let console = try await Console { $0.activeRestoreSessions = 2 }
        var ids: [String] = []
        for _ in 0..<6 { ids.append(try await draft(console)) }
        let race = try await Race(6) { [ids] in _ = try await activate(ids[$0], console) }
        #expect(race.winners.count == 2)
        #expect(race.codes == Array(repeating: .tooManyActiveRestoreSessions, count: 4))
    }

    @Test(arguments: 0..<4)
    func `of an activation and a deletion exactly one succeeds`(round: Int) async throws {
        let console = try await Console()
        let id = try await draft(console)
        let race = try await Race(2) { number in
            if (number + round) % 2 == 0 {
                _ = try await activate(id, console)
            } else {
                try await console.service.restores.delete(id: id, Console.caller)
            }
        }
        #expect(race.winners.count == 1)
        let isGone = try await console.all(RestoreSession.self).isEmpty
        #expect(race.codes == [isGone ? .restoreSessionNotFound : .restoreSessionActionNotAllowed])
    }
}
