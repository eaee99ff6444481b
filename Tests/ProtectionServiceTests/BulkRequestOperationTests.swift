import BackupTesting
import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@Suite struct BulkRequestOperationTests {
    private static let month = Date(timeIntervalSince1970: 1_790_000_000)

    private func draft(
        _ names: [String] = ["adele@contoso.example"], ids: [String] = [], to destination: DestinationType? = .new,
        change: (inout BulkRequestDraft) -> Void = { _ in }
    ) -> BulkRequestDraft {
        var draft = BulkRequestDraft(
            start: Self.month, destinationType: destination, names: names, objectIDs: ids)
        change(&draft)
        return draft
    }

    private func session(
        _ console: Console, workload: Workload = .oneDriveForBusiness
    ) async throws -> String {
        try await console.service.restores.create(
            RestoreSessionDraft(workload: workload, artifacts: nil), Console.caller
        ).id
    }

    @discardableResult
    private func create(
        _ draft: BulkRequestDraft, in session: String, _ console: Console, workload: Workload = .oneDriveForBusiness
    ) async throws -> RestoreBulkRequest {
        try await console.service.restores.createBulkRequest(
            draft, session: session, workload: workload, Console.caller)
    }

    @Test func `a request is active and makes its session one of requests`() async throws {
        let console = try await Console()
        let id = try await session(console)
        let request = try await create(draft(ids: [Console.person("diego").uppercased()]), in: id.uppercased(), console)
        #expect(request.status == .active)
        #expect(request.sessionId == id)
        #expect(request.objectIds.values == [Console.person("diego")])
        #expect(request.createdBy == Console.caller.identitySet)
        #expect(try await console.find(RestoreSession.self, id).restoreJobType == .bulk)
    }

    @Test(arguments: [
        "", "adele", "@contoso.example", "adele@", "a@b@c", "a b@contoso.example", "adele@contoso.example\n",
        String(repeating: "x", count: 2033) + "@contoso.example",
    ])
    func `what is no mail address is refused`(name: String) async throws {
        let console = try await Console()
        let id = try await session(console)
        try await console.expectRefused(.bulkRestoreInvalidUserEmail) {
            try await create(draft([name]), in: id, console)
        }
    }

    @Test func `a mail address may be as long as any`() async throws {
        let console = try await Console()
        let id = try await session(console)
        let name = String(repeating: "x", count: 2032) + "@contoso.example"
        #expect(try await create(draft([name]), in: id, console).names.values == [name])
    }

    @Test(arguments: ["", "contoso.example", "ftp://contoso.example", "https://", "http://", "https://a b"])
    func `what is no address of a site is refused`(name: String) async throws {
        let console = try await Console()
        let id = try await session(console, workload: .sharePoint)
        try await console.expectRefused(.bulkRestoreInvalidSiteURL) {
            try await create(draft([name]), in: id, console, workload: .sharePoint)
        }
    }

    @Test(arguments: ["https://a", "http://a", "HTTPS://contoso.example/sites/team"])
    func `a site is named by its address`(name: String) async throws {
        let console = try await Console()
        let id = try await session(console, workload: .sharePoint)
        #expect(try await create(draft([name]), in: id, console, workload: .sharePoint).names.values == [name])
    }

    @Test func `a site is named by its id, which is kept in its one form`() async throws {
        let console = try await Console()
        let id = try await session(console, workload: .sharePoint)
        let key = "contoso.example,\(ContosoTenant.siteID.uppercased()),\(ContosoTenant.siteID)"
        let request = try await create(draft([], ids: [key]), in: id, console, workload: .sharePoint)
        #expect(request.objectIds.values == [ContosoTenant.siteID])
    }

    @Test func `a request that cannot be used is refused`() async throws {
        let console = try await Console()
        let id = try await session(console)
        let faults: [(String, BulkRequestDraft)] = [
            ("nothing to restore", draft([])), ("no destination", draft(to: nil)),
            ("an id that is none", draft(ids: ["x"])), ("what is reserved", draft { $0.usesReserved = true }),
            ("no period", draft { $0.start = nil }),
            ("a period that ends first", draft { $0.end = Self.month.addingTimeInterval(-1) }),
        ]
        for (name, fault) in faults {
            try await console.expectRefused(.bulkRestoreInvalidCreateRequest, "\(name)") {
                try await create(fault, in: id, console)
            }
        }
    }

    @Test func `a period may have an end only, and may be a moment`() async throws {
        let console = try await Console()
        let id = try await session(console)
        let ended = try await create(
            draft {
                $0.start = nil
                $0.end = Self.month
            }, in: id, console)
        #expect(ended.periodStart == nil)
        #expect(ended.periodEnd == Self.month)
        let moment = try await create(draft { $0.end = Self.month }, in: id, console)
        #expect(moment.periodStart == moment.periodEnd)
    }

    @Test func `a request names as many entries as it may, and one more is refused`() async throws {
        let console = try await Console { $0.bulkRestoreEntries = 3 }
        let id = try await session(console)
        let names = (0..<3).map { "person\($0)@contoso.example" }
        try await console.expectRefused(.bulkRestoreCountExceedsLimit) {
            try await create(draft(names, ids: [Console.unknownID]), in: id, console)
        }
        #expect(try await create(draft(names), in: id, console).names.values == names)
    }

    @Test func `the requests of a session name as many entries together as may be queued`() async throws {
        let console = try await Console { $0.queuedRestoreArtifacts = 3 }
        let id = try await session(console)
        try await create(draft(["a@x", "b@x"]), in: id, console)
        try await console.expectRefused(.bulkRestoreCountExceedsLimit) {
            try await create(draft(["c@x", "d@x"]), in: id, console)
        }
        try await create(draft(["c@x"]), in: id, console)
        #expect(try await console.all(RestoreBulkRequest.self).count == 2)
    }

    @Test func `the requests of a session go to one kind of place`() async throws {
        let console = try await Console()
        let id = try await session(console)
        try await create(draft(), in: id, console)
        try await console.expectRefused(.differentRestoreDestinationType) {
            try await create(draft(to: .inPlace), in: id, console)
        }
    }

    @Test func `a session with artifacts takes no request, and one with requests no artifact`() async throws {
        let console = try await Console()
        let point = try await console.insertPoint(of: try await console.insertUnit(.protected))
        let artifact = RestoreArtifactDraft(restorePointID: point.id, destinationType: .new)
        let whole = try await console.service.restores.create(
            RestoreSessionDraft(workload: .oneDriveForBusiness, artifacts: [artifact]), Console.caller)
        try await console.expectRefused(.bulkRestoreInvalidCreateRequest) {
            try await create(draft(), in: whole.id, console)
        }
        let bulk = try await session(console)
        try await create(draft(), in: bulk, console)
        try await console.expectRefused(.invalidArtifactRequest) {
            try await console.service.restores.change(
                id: bulk, workload: .oneDriveForBusiness, delta: [.add(artifact)], Console.caller)
        }
    }

    @Test func `a request needs a draft of its workload`() async throws {
        let console = try await Console()
        let id = try await session(console)
        try await console.expectRefused(.invalidBulkRestoreArtifactID) { try await create(draft(), in: "x", console) }
        try await console.expectRefused(.restoreSessionNotFound) {
            try await create(draft(), in: id, console, workload: .exchange)
        }
        var session = try await console.find(RestoreSession.self, id)
        session.status = .activating
        try await console.update(session)
        try await console.expectRefused(.restoreSessionActionNotAllowed) {
            try await create(draft(), in: id, console)
        }
    }

    // MARK: Deleting

    private func delete(
        _ id: String, in session: String, _ console: Console, _ caller: Caller = Console.caller
    ) async throws {
        try await console.service.restores.deleteBulkRequest(
            id: id, session: session, workload: .oneDriveForBusiness, caller)
    }

    @Test(arguments: BulkRequestStatus.allCases)
    func `a request is deleted once it is done`(status: BulkRequestStatus) async throws {
        let console = try await Console()
        let id = try await session(console)
        var request = try await create(draft(), in: id, console)
        request.status = status
        try await console.update(request)
        if status == .active {
            try await console.expectRefused(.invalidStateForBulkRequestDeletion) { [request] in
                try await delete(request.id, in: id, console)
            }
        } else {
            try await delete(request.id.uppercased(), in: id.uppercased(), console)
            #expect(try await console.all(RestoreBulkRequest.self).isEmpty)
        }
    }

    @Test func `a request is found in its own session only`() async throws {
        let console = try await Console()
        let (id, other) = (try await session(console), try await session(console))
        let request = try await create(draft(), in: id, console)
        let cases: [(String, String, ServiceErrorCode)] = [
            ("x", id, .invalidBulkRestoreArtifactID), (request.id, "x", .invalidBulkRestoreArtifactID),
            (request.id, Console.unknownID, .restoreSessionNotFound),
            (request.id, other, .bulkRestoreArtifactsNotFound),
            (Console.unknownID, id, .bulkRestoreArtifactsNotFound),
        ]
        for (request, session, code) in cases {
            try await console.expectRefused(code) { try await delete(request, in: session, console) }
        }
    }

    @Test func `only the controller deletes a request`() async throws {
        let console = try await Console()
        let id = try await session(console)
        let request = try await create(draft(), in: id, console)
        try await console.expectRefused(.appNotController) {
            try await delete(request.id, in: id, console, Console.stranger)
        }
    }
}
