import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

/// Drafts of restore sessions of whole drives.
@Suite struct RestoreSessionOperationTests {
    private typealias Code = ServiceErrorCode

    /// A console with a point of each of some people.
    private func console(
        _ people: [String] = ["adele"], limits: (inout ServiceLimits) -> Void = { _ in }
    ) async throws -> (Console, [RestorePoint]) {
        let console = try await Console(limits: limits)
        var points: [RestorePoint] = []
        for name in people {
            points.append(try await console.insertPoint(of: try await console.insertUnit(.protected, of: name)))
        }
        return (console, points)
    }

    private func draft(
        _ points: [RestorePoint], to destination: DestinationType? = .new, policyID: String? = nil
    ) -> RestoreSessionDraft {
        RestoreSessionDraft(
            workload: .oneDriveForBusiness,
            artifacts: points.map { RestoreArtifactDraft(restorePointID: $0.id, destinationType: destination) },
            policyID: policyID)
    }

    private func create(_ draft: RestoreSessionDraft, _ console: Console) async throws -> RestoreSession {
        try await console.service.restores.create(draft, Console.caller)
    }

    private func change(
        _ id: String, _ delta: [RestoreArtifactDelta]?, _ console: Console, scope: PolicyScope? = nil
    ) async throws -> [RestoreArtifactDeltaResult] {
        try await console.service.restores.change(
            id: id, workload: .oneDriveForBusiness, delta: delta, scope: scope, Console.caller
        ).artifacts
    }

    private func addition(_ point: RestorePoint, to destination: DestinationType? = .new) -> RestoreArtifactDelta {
        .add(RestoreArtifactDraft(restorePointID: point.id, destinationType: destination))
    }

    private func artifacts(_ console: Console) async throws -> [RestoreArtifact] {
        try await console.all(RestoreArtifact.self).sorted { $0.ordinal < $1.ordinal }
    }

    // MARK: Creating

    @Test func `a new session is a draft with its artifacts in the order of the request`() async throws {
        let (console, points) = try await console(["adele", "diego", "grady"])
        let session = try await create(draft(points), console)
        #expect(session.status == .draft)
        #expect(session.restoreJobType == .standard)
        #expect(session.artifactsTotal == 3)
        #expect(session.createdBy == Console.caller.identitySet)
        #expect(try await artifacts(console).map(\.restorePointId) == points.map(\.id))
        #expect(try await artifacts(console).map(\.ordinal) == [0, 1, 2])
        #expect(try await artifacts(console).allSatisfy { $0.status == .added })
    }

    @Test func `a session may begin without a list, which is not an empty one`() async throws {
        let (console, _) = try await console()
        let empty = RestoreSessionDraft(workload: .oneDriveForBusiness, artifacts: nil)
        #expect(try await create(empty, console).artifactsTotal == 0)
        try await console.expectRefused(.invalidArtifactRequest) { try await create(draft([]), console) }
    }

    @Test func `a session has as many artifacts as a request may name, and one more is refused`() async throws {
        let (console, points) = try await console(["adele", "diego", "grady"]) { $0.artifactsPerRequest = 2 }
        try await console.expectRefused(.restoreArtifactsLimitBreached) {
            try await create(draft(points), console)
        }
        #expect(try await create(draft(Array(points.prefix(2))), console).artifactsTotal == 2)
    }

    @Test func `an artifact goes to a place that is known`() async throws {
        let (console, points) = try await console()
        try await console.expectRefused(.invalidPathType) { try await create(draft(points, to: nil), console) }
    }

    @Test(arguments: [nil, "", "x", Console.unknownID])
    func `an artifact names a point that is there`(id: String?) async throws {
        let (console, _) = try await console()
        let draft = RestoreSessionDraft(
            workload: .oneDriveForBusiness,
            artifacts: [RestoreArtifactDraft(restorePointID: id, destinationType: .new)])
        try await console.expectRefused(.invalidRestorePoint) { try await create(draft, console) }
    }

    @Test func `the id of a point may be written in any letter case`() async throws {
        let (console, points) = try await console()
        let draft = RestoreSessionDraft(
            workload: .oneDriveForBusiness,
            artifacts: [RestoreArtifactDraft(restorePointID: points[0].id.uppercased(), destinationType: .inPlace)])
        _ = try await create(draft, console)
        #expect(try await artifacts(console).map(\.restorePointId) == [points[0].id])
        #expect(try await artifacts(console).map(\.destinationType) == [.inPlace])
    }

    @Test func `a damaged point, and one of another workload, are not restored`() async throws {
        let (console, points) = try await console()
        var damaged = points[0]
        damaged.isDamaged = true
        try await console.update(damaged)
        try await console.expectRefused(.invalidRestorePoint) { try await create(draft(points), console) }
        var foreign = points[0]
        foreign.workload = .sharePoint
        try await console.update(foreign)
        try await console.expectRefused(.invalidRestorePoint) { try await create(draft(points), console) }
    }

    @Test func `the artifacts of a session go to one kind of place`() async throws {
        let (console, points) = try await console(["adele", "diego"])
        var mixed = draft(points)
        mixed.artifacts?[1].destinationType = .inPlace
        try await console.expectRefused(.differentRestoreDestinationType) { [mixed] in
            try await create(mixed, console)
        }
    }

    @Test func `a session restores each unit once`() async throws {
        let (console, points) = try await console()
        let unit = try await console.find(ProtectionUnit.self, points[0].unitId)
        let later = try await console.insertPoint(of: unit)
        for twice in [[points[0], points[0]], [points[0], later]] {
            try await console.expectRefused(.duplicateArtifactInList) { try await create(draft(twice), console) }
        }
    }

    @Test func `whole drives and single items are two sessions`() async throws {
        let (console, points) = try await console()
        var both = draft(points)
        both.items = [RestoreItemDraft(browseSessionID: "b", itemKey: "k")]
        try await console.expectRefused(.invalidArtifactRequest) { [both] in try await create(both, console) }
    }

    @Test func `a conflict behaviour is for single items only`() async throws {
        let (console, points) = try await console()
        var draft = draft(points)
        draft.conflictBehavior = .replace
        try await console.expectRefused(.invalidCreateRequest) { [draft] in try await create(draft, console) }
    }

    @Test func `a session that names a policy restores units of that policy only`() async throws {
        let (console, points) = try await console()
        let policy = try await console.policy()
        try await console.expectRefused(.invalidArtifactRequest) {
            try await create(draft(points, policyID: policy), console)
        }
        try await console.expectRefused(.invalidPolicyID) {
            try await create(draft(points, policyID: "x"), console)
        }
        var unit = try await console.find(ProtectionUnit.self, points[0].unitId)
        unit.policyId = policy
        try await console.update(unit)
        #expect(try await create(draft(points, policyID: policy.uppercased()), console).policyId == policy)
    }

    // MARK: Changing

    @Test func `artifacts are added behind those that are there`() async throws {
        let (console, points) = try await console(["adele", "diego"])
        let session = try await create(draft([points[0]]), console)
        let results = try await change(session.id.uppercased(), [addition(points[1])], console)
        #expect(results.count == 1)
        #expect(try await artifacts(console).map(\.restorePointId) == points.map(\.id))
        #expect(try await console.find(RestoreSession.self, session.id).artifactsTotal == 2)
    }

    @Test func `a number that was given once is not given again`() async throws {
        let (console, points) = try await console(["adele", "diego", "grady"])
        let session = try await create(draft(Array(points.prefix(2))), console)
        let first = try await artifacts(console)[0]
        _ = try await change(session.id, [.remove(id: first.id), addition(points[2])], console)
        #expect(try await artifacts(console).map(\.ordinal) == [1, 2])
    }

    @Test func `an artifact is taken out under its id in any letter case`() async throws {
        let (console, points) = try await console()
        let session = try await create(draft(points), console)
        let id = try await artifacts(console)[0].id.uppercased()
        #expect(try await change(session.id, [.remove(id: id)], console) == [.removed(id: id)])
        #expect(try await artifacts(console).isEmpty)
        #expect(try await console.find(RestoreSession.self, session.id).artifactsTotal == 0)
    }

    @Test func `what a session does not have is refused by itself`() async throws {
        let (console, points) = try await console(["adele", "diego"])
        let session = try await create(draft([points[0]]), console)
        let results = try await change(
            session.id, [.remove(id: Console.unknownID), addition(points[1])], console)
        guard case .refused(let refusal) = results[0] else {
            Issue.record("\(results)")
            return
        }
        #expect(refusal.code == .artifactNotFound)
        #expect(refusal.attempt == .remove)
        #expect(try await artifacts(console).count == 2)
    }

    @Test func `a fault in one addition refuses the whole change`() async throws {
        let (console, points) = try await console(["adele", "diego"])
        let session = try await create(draft([points[0]]), console)
        let faults: [(RestoreArtifactDelta, Code)] = [
            (addition(points[0]), .duplicateArtifactInList), (addition(points[1], to: nil), .invalidPathType),
            (addition(points[1], to: .inPlace), .differentRestoreDestinationType),
            (.add(RestoreArtifactDraft(restorePointID: "x", destinationType: .new)), .invalidRestorePoint),
        ]
        let first = try await artifacts(console)[0].id
        for (fault, code) in faults where code != .duplicateArtifactInList {
            try await console.expectRefused(code) {
                try await change(session.id, [addition(points[1]), fault], console)
            }
        }
        try await console.expectRefused(.duplicateArtifactInList) {
            try await change(session.id, [.remove(id: first), .remove(id: first.uppercased())], console)
        }
        try await console.expectRefused(.duplicateArtifactInList) {
            try await change(session.id, [addition(points[1]), faults[0].0], console)
        }
    }

    @Test func `a unit that was taken out may be added in the same change`() async throws {
        let (console, points) = try await console()
        let session = try await create(draft(points), console)
        let id = try await artifacts(console)[0].id
        _ = try await change(session.id, [.remove(id: id), addition(points[0], to: .inPlace)], console)
        #expect(try await artifacts(console).map(\.destinationType) == [.inPlace])
    }

    @Test func `a change has as many entries as a request may, and one more or none are refused`() async throws {
        let (console, points) = try await console(["adele", "diego", "grady"]) { $0.artifactsPerRequest = 2 }
        let session = try await create(draft([points[0]]), console)
        try await console.expectRefused(.restoreArtifactsLimitBreached) {
            try await change(session.id, points.map { addition($0) }, console)
        }
        for nothing in [nil, [RestoreArtifactDelta]()] {
            try await console.expectRefused(.invalidArtifactRequest) {
                try await change(session.id, nothing, console)
            }
        }
        #expect(try await change(session.id, points.dropFirst().map { addition($0) }, console).count == 2)
    }

    @Test func `a draft holds as many artifacts as may be queued at once, and no more`() async throws {
        let (console, points) = try await console(["adele", "diego", "grady"]) { $0.queuedRestoreArtifacts = 2 }
        let session = try await create(draft([points[0]]), console)
        _ = try await change(session.id, [addition(points[1])], console)
        try await console.expectRefused(.restoreArtifactsLimitBreached) {
            try await change(session.id, [addition(points[2])], console)
        }
    }

    @Test func `a policy that a change names holds for the artifacts that are there`() async throws {
        let (console, points) = try await console()
        let policy = try await console.policy()
        let session = try await create(draft(points), console)
        try await console.expectRefused(.invalidArtifactRequest) {
            try await change(session.id, nil, console, scope: PolicyScope(policyID: policy))
        }
        try await console.expectRefused(.invalidPolicyID) {
            try await change(session.id, nil, console, scope: PolicyScope(policyID: "x"))
        }
        _ = try await change(session.id, nil, console, scope: PolicyScope(policyID: nil))
        #expect(try await console.find(RestoreSession.self, session.id).policyId == nil)
    }

    // MARK: Which session

    /// What a client does to a draft.
    enum Action: String, CaseIterable, Sendable {
        case change, activate, delete

        func perform(_ id: String, _ console: Console, _ caller: Caller = Console.caller) async throws {
            let service = console.service
            switch self {
            case .change:
                _ = try await service.restores.change(
                    id: id, workload: .oneDriveForBusiness, delta: [.remove(id: Console.unknownID)], caller)
            case .activate: _ = try await service.restores.activate(id: id, caller)
            case .delete: try await service.restores.delete(id: id, caller)
            }
        }
    }

    @Test(arguments: Action.allCases)
    func `the id of a session is a GUID that a session has`(action: Action) async throws {
        let (console, _) = try await console()
        try await console.expectRefused(.invalidRestoreSessionID) { try await action.perform("x", console) }
        try await console.expectRefused(.restoreSessionNotFound) {
            try await action.perform(Console.unknownID, console)
        }
    }

    @Test(arguments: Action.allCases)
    func `only the controller acts on a draft, and only while restores are allowed`(action: Action) async throws {
        let (console, points) = try await console()
        let id = try await create(draft(points), console).id
        try await console.expectRefused(.appNotController) {
            try await action.perform(id, console, Console.stranger)
        }
        try await console.set(.restoreLocked)
        try await console.expectRefused(.serviceNotEnabled) { try await action.perform(id, console) }
    }

    @Test(arguments: Action.allCases, RestoreSessionStatus.allCases.filter { $0 != .draft })
    func `a session that is no draft is left alone`(action: Action, status: RestoreSessionStatus) async throws {
        let (console, points) = try await console()
        var session = try await create(draft(points), console)
        session.status = status
        try await console.update(session)
        try await console.expectRefused(.restoreSessionActionNotAllowed) { [session] in
            try await action.perform(session.id, console)
        }
    }

    @Test func `a session is changed under its own workload only`() async throws {
        let (console, points) = try await console()
        let session = try await create(draft(points), console)
        try await console.expectRefused(.restoreSessionNotFound) {
            try await console.service.restores.change(
                id: session.id, workload: .sharePoint, delta: [.remove(id: Console.unknownID)], Console.caller)
        }
    }

    @Test func `a draft is deleted with its artifacts, and others stay`() async throws {
        let (console, points) = try await console(["adele", "diego"])
        let first = try await create(draft([points[0]]), console)
        let second = try await create(draft([points[1]]), console)
        try await console.service.restores.delete(id: first.id.uppercased(), Console.caller)
        #expect(try await console.all(RestoreSession.self).map(\.id) == [second.id])
        #expect(try await artifacts(console).map(\.sessionId) == [second.id])
    }

    @Test func `where the catalogue fails the client may delete the session again`() async throws {
        let (console, points) = try await console()
        let session = try await create(draft(points), console)
        console.writes.fail()
        let error = try await console.expectRefused(.incompleteArtifactDeletion) {
            try await console.service.restores.delete(id: session.id, Console.caller)
        }
        #expect(error.isRetryable)
    }

    @Test(arguments: 0..<4)
    func `of two additions of one unit exactly one wins`(round: Int) async throws {
        let (console, points) = try await console(["adele", "diego"])
        let session = try await create(draft([points[0]]), console)
        let race = try await Race(4) { _ in _ = try await change(session.id, [addition(points[1])], console) }
        #expect(race.winners.count == 1)
        #expect(race.codes == Array(repeating: .duplicateArtifactInList, count: 3))
        #expect(try await console.find(RestoreSession.self, session.id).artifactsTotal == 2)
    }

    // MARK: Following

    @Test func `a unit that ended long ago shows its average rate`() async throws {
        let (console, points) = try await console()
        let session = try await create(draft(points), console)
        var ended = try #require(try await artifacts(console).first)
        ended.startDateTime = console.now.addingTimeInterval(-3_600)
        ended.completionDateTime = console.now.addingTimeInterval(-3_580)
        ended.progress = ArtifactProgress(itemsPlanned: 1, itemsDone: 1, bytesPlanned: 4_000, bytesDone: 4_000)
        try await console.fixture.catalog.write { [ended] in try $0.update(ended) }
        let units = try await console.service.restores.units(ofSession: session.id, from: 0, limit: 10)
        #expect(units.units.map(\.bytesPerSecond) == [200])
    }
}
