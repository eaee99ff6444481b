import Catalog
import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

private func code(of body: () throws -> Void) -> ServiceErrorCode? {
    do {
        try body()
        return nil
    } catch {
        return (error as? ServiceError)?.code
    }
}

@Suite struct PolicyLimitTests {
    private let first = "0a1b2c3d-0002-4000-8000-000000000001"
    private let second = "0a1b2c3d-0002-4000-8000-000000000002"

    @Test(arguments: ["a", " a ", String(repeating: "é", count: 1024)])
    func `a name of 1 to 1024 characters is accepted as it is`(name: String) throws {
        #expect(try ServiceLimits().checkedName(name) == name)
    }

    @Test(arguments: [nil, "", " \t", String(repeating: "a", count: 1025)] as [String?])
    func `no name, blanks and long names are refused`(name: String?) {
        #expect(code { _ = try ServiceLimits().checkedName(name) } == .invalidDisplayName)
    }

    @Test func `a delta is brought to one form`() throws {
        let delta: [UnitDelta] = [.add(key: first.uppercased()), .remove(id: second.uppercased())]
        #expect(
            try ServiceLimits().checkedDelta(delta, .oneDriveForBusiness) == [
                CheckedEntry(isAddition: true, key: first), CheckedEntry(isAddition: false, key: second),
            ])
    }

    @Test func `a delta names nothing twice, but may add and remove one id`() throws {
        let limits = ServiceLimits()
        #expect(
            code { _ = try limits.checkedDelta([.add(key: first), .add(key: first.uppercased())], .exchange) }
                == .duplicateProtectionUnitInList)
        #expect(try limits.checkedDelta([.add(key: first), .remove(id: first)], .exchange).count == 2)
    }

    @Test func `a delta has at most as many entries as allowed`() throws {
        var limits = ServiceLimits()
        limits.unitsPerPolicyRequest = 1
        #expect(try limits.checkedDelta([.add(key: first)], .exchange).count == 1)
        #expect(
            code { _ = try limits.checkedDelta([.add(key: first), .add(key: second)], .exchange) }
                == .protectionUnitsLimitBreached)
    }

    @Test(arguments: ["x", "", "00000000-0000-0000-0000-000000000000"])
    func `what is no key is refused`(key: String) {
        #expect(code { _ = try ServiceLimits().checkedDelta([.add(key: key)], .exchange) } == .invalidProtectionUnitID)
    }

    @Test func `a site is named in its own form`() throws {
        let delta: [UnitDelta] = [.add(key: "host,\(first),\(second)")]
        #expect(try ServiceLimits().checkedDelta(delta, .sharePoint).map(\.key) == [first])
        #expect(code { _ = try ServiceLimits().checkedDelta(delta, .exchange) } == .invalidProtectionUnitID)
    }
}

@Suite struct SessionRuleTests {
    private func session(_ kind: RestoreJobType, total: Int = 0) -> RestoreSession {
        var session = RestoreSession(
            id: "s", workload: .oneDriveForBusiness, status: .draft, createdDateTime: Date(timeIntervalSince1970: 0))
        session.restoreJobType = kind
        session.artifactsTotal = total
        return session
    }

    @Test(arguments: [
        (RestoreJobType.standard, 0, RestoreJobType.granular, true), (.standard, 1, .granular, false),
        (.standard, 1, .standard, true), (.granular, 0, .standard, true), (.bulk, 0, .granular, false),
        (.bulk, 0, .bulk, true),
    ])
    func `a session never mixes kinds`(kind: RestoreJobType, total: Int, wanted: RestoreJobType, isAllowed: Bool) {
        var session = session(kind, total: total)
        #expect(code { try session.take(wanted) } == (isAllowed ? nil : .invalidArtifactRequest))
        #expect(session.restoreJobType == (isAllowed ? wanted : kind))
    }

    @Test func `a list takes nothing out twice`() throws {
        try RestoreSession.requireOnce(["a", "b"])
        #expect(code { try RestoreSession.requireOnce(["a", "b", "a"]) } == .duplicateArtifactInList)
    }

    @Test func `a scope names a policy or none`() throws {
        var session = session(.standard)
        try session.take(PolicyScope(policyID: "0A1B2C3D-0002-4000-8000-000000000001"))
        #expect(session.policyId == "0a1b2c3d-0002-4000-8000-000000000001")
        try session.take(PolicyScope(policyID: nil))
        #expect(session.policyId == nil)
        #expect(code { try session.take(PolicyScope(policyID: "x")) } == .invalidPolicyID)
    }

    @Test(arguments: [(1000, true), (1001, false), (0, true)])
    func `a draft is no larger than what can be queued`(artifacts: Int, isAllowed: Bool) {
        #expect(
            code { try ServiceLimits().checkDraft(artifacts: artifacts) }
                == (isAllowed ? nil : .restoreArtifactsLimitBreached))
    }

    @Test func `a draft has artifacts or items, and only items meet others of their name`() throws {
        let item = RestoreItemDraft(browseSessionID: "b", itemKey: "k")
        let artifact = RestoreArtifactDraft(restorePointID: "p", destinationType: .new)
        try RestoreSessionDraft(workload: .sharePoint, artifacts: [artifact]).requireOneKind()
        try RestoreSessionDraft(workload: .sharePoint, artifacts: nil, items: [item], conflictBehavior: .fail)
            .requireOneKind()
        #expect(
            code {
                try RestoreSessionDraft(workload: .sharePoint, artifacts: [artifact], items: [item]).requireOneKind()
            }
                == .invalidArtifactRequest)
        #expect(
            code {
                try RestoreSessionDraft(workload: .sharePoint, artifacts: [artifact], conflictBehavior: .fail)
                    .requireOneKind()
            } == .invalidCreateRequest)
    }

    @Test func `the finds of a search name it`() {
        var draft = RestoreSessionDraft(
            workload: .exchange, artifacts: [RestoreArtifactDraft(restorePointID: "p", destinationType: .new)])
        draft.isGranularMail = true
        #expect(code { try draft.requireOneKind() } == .invalidArtifactRequest)
        draft.artifacts?[0].searchResponseID = "s"
        #expect(code { try draft.requireOneKind() } == nil)
    }
}

@Suite struct PresentArtifactTests {
    private func artifact(_ unit: String, _ point: String, _ destination: DestinationType = .new) -> RestoreArtifact {
        RestoreArtifact(
            id: unit + point, sessionId: "s", workload: .oneDriveForBusiness, ordinal: 0, restorePointId: point,
            unitId: unit, destinationType: destination, status: .added)
    }

    @Test func `artifacts are numbered one after the other`() throws {
        var present = PresentArtifacts()
        #expect(try present.add(artifact("u1", "p1")).ordinal == 0)
        #expect(try present.add(artifact("u2", "p2")).ordinal == 1)
        #expect(present.artifacts.map(\.unitId) == ["u1", "u2"])
    }

    @Test func `numbers go on after the last that was given`() throws {
        var known = artifact("u1", "p1")
        known.ordinal = 7
        var present = PresentArtifacts([known])
        #expect(try present.add(artifact("u2", "p2")).ordinal == 8)
    }

    @Test(arguments: [("u1", "p2"), ("u2", "p1"), ("u1", "p1")])
    func `a unit and a point are in a session once`(unit: String, point: String) {
        var present = PresentArtifacts([artifact("u1", "p1")])
        #expect(code { _ = try present.add(artifact(unit, point)) } == .duplicateArtifactInList)
        #expect(present.artifacts.count == 1)
    }

    @Test func `all of a session goes to one kind of destination`() {
        var present = PresentArtifacts([artifact("u1", "p1")])
        #expect(code { _ = try present.add(artifact("u2", "p2", .inPlace)) } == .differentRestoreDestinationType)
    }

    @Test func `an item is found by its key and taken out once`() throws {
        var item = GranularRestoreArtifact()
        item.itemKey = "k"
        item.destinationType = .new
        var present = PresentItems()
        #expect(try present.add(item).ordinal == 0)
        #expect(code { _ = try present.add(item) } == .duplicateArtifactInList)
        #expect(present.remove("k")?.itemKey == "k")
        #expect(present.remove("k") == nil)
        #expect(try present.add(item).ordinal == 1)
    }

    @Test func `an artifact of a request needs a place and a point`() throws {
        let id = "0A1B2C3D-0002-4000-8000-000000000001"
        let checked = try CheckedArtifact(RestoreArtifactDraft(restorePointID: id, destinationType: .inPlace))
        #expect(checked.restorePointID == id.lowercased())
        #expect(
            code { _ = try CheckedArtifact(RestoreArtifactDraft(restorePointID: id, destinationType: nil)) }
                == .invalidPathType)
        #expect(
            code { _ = try CheckedArtifact(RestoreArtifactDraft(restorePointID: "x", destinationType: .new)) }
                == .invalidRestorePoint)
    }

    @Test func `no list is not the same as an empty one`() throws {
        #expect(try CheckedArtifact.check(nil).isEmpty)
        #expect(code { _ = try CheckedArtifact.check([]) } == .invalidArtifactRequest)
    }
}

@Suite struct BulkEntryTests {
    @Test func `every entry of a request counts once, by its bytes`() {
        var request = RestoreBulkRequest()
        request.names = StringList(["a@x", "b@x", "a@x", "A@x"])
        request.objectIds = StringList(["i", "i"])
        #expect(request.entries.map(\.text) == ["a@x", "b@x", "A@x", "i"])
    }

    @Test(arguments: [
        (Workload.sharePoint, "SiteWebUrlNotFound", "SiteIdNotFound"),
        (.oneDriveForBusiness, "EmailNotFound", "DirectoryObjectIdNotFound"),
        (.exchange, "EmailNotFound", "DirectoryObjectIdNotFound"),
    ])
    func `an unknown entry has the code of its kind`(workload: Workload, name: String, id: String) {
        #expect(BulkEntry.name("x").unknownCode(workload).rawValue == name)
        #expect(BulkEntry.objectID("x").unknownCode(workload).rawValue == id)
    }
}
