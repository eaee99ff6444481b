import BackupTesting
import Catalog
import ProtectionRules
import ProtectionService
import Testing

@Suite struct BulkJobOperationTests {
    private func draft(
        _ addresses: [String], ids: [String] = [], name: String? = "List", isExclusion: Bool = false
    ) -> BulkJobDraft {
        BulkJobDraft(
            workload: .oneDriveForBusiness, isExclusion: isExclusion, displayName: name, addresses: addresses,
            objectIDs: ids)
    }

    private func addresses(_ count: Int) -> [String] { (0..<count).map { "person\($0)@contoso.example" } }

    @Test func `a new job is active and adds what it names`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let row = try await console.service.bulkJobs.create(
            policyID: id.uppercased(),
            draft(["adele.mail@contoso.example"], ids: [Console.person("diego").uppercased()]), Console.caller)
        #expect(row.status == .active)
        #expect(row.policyId == id)
        #expect(try await console.openJobs(of: row.id) == ["addUnits"])
        try await console.fixture.work()
        #expect(Set(try await console.units(of: id).keys) == [Console.person("adele"), Console.person("diego")])
        #expect(try await console.find(BulkAdditionJob.self, row.id).status == .completed)
    }

    @Test func `what the directory does not know stands in the job's error, and the rest is added`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        let row = try await console.service.bulkJobs.create(
            policyID: id, draft(["adele.mail@contoso.example", "no@contoso.example"], ids: [Console.unknownID]),
            Console.caller)
        try await console.fixture.work()
        let ended = try await console.find(BulkAdditionJob.self, row.id)
        #expect(ended.status == .completedWithErrors)
        #expect(ended.error?.code == "ProtectionResourcesNotFound")
        #expect(try await console.units(of: id).keys.sorted() == [Console.person("adele")])
    }

    @Test func `a job names as many entries as it may, and one more is refused`() async throws {
        let console = try await Console { $0.entriesPerBulkJob = 4 }
        let id = try await console.policy()
        // Addresses and ids count together.
        try await console.expectRefused(.protectionUnitsLimitBreached) {
            try await console.service.bulkJobs.create(
                policyID: id, draft(addresses(3), ids: [Console.unknownID, Console.unknownID]), Console.caller)
        }
        let row = try await console.service.bulkJobs.create(
            policyID: id, draft(addresses(3), ids: [Console.unknownID]), Console.caller)
        #expect(row.addresses.values.count == 3)
    }

    @Test func `a job that names nothing is refused`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        try await console.expectRefused(.invalidCreateRequest) {
            try await console.service.bulkJobs.create(policyID: id, draft([]), Console.caller)
        }
    }

    @Test(arguments: [nil, String(repeating: "x", count: 1024)] as [String?])
    func `a job needs no name, and may have one of 1024 characters`(name: String?) async throws {
        let console = try await Console()
        let id = try await console.policy()
        let row = try await console.service.bulkJobs.create(
            policyID: id, draft(addresses(1), name: name), Console.caller)
        #expect(row.displayName == name)
    }

    @Test(arguments: ["", " ", String(repeating: "x", count: 1025)])
    func `a name that is blank or too long is refused`(name: String) async throws {
        let console = try await Console()
        let id = try await console.policy()
        try await console.expectRefused(.invalidDisplayName) {
            try await console.service.bulkJobs.create(policyID: id, draft(addresses(1), name: name), Console.caller)
        }
    }

    @Test func `a job is made under the policy of its own workload only`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        var other = draft(addresses(1))
        other.workload = .exchange
        try await console.expectRefused(.policyNotFound) { [other] in
            try await console.service.bulkJobs.create(policyID: id, other, Console.caller)
        }
        try await console.expectRefused(.invalidPolicyID) {
            try await console.service.bulkJobs.create(policyID: "x", draft(addresses(1)), Console.caller)
        }
    }

    @Test func `only the controller of an enabled service makes a job`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        try await console.expectRefused(.appNotController) {
            try await console.service.bulkJobs.create(policyID: id, draft(addresses(1)), Console.stranger)
        }
        try await console.set(.disabled)
        try await console.expectRefused(.serviceNotEnabled) {
            try await console.service.bulkJobs.create(policyID: id, draft(addresses(1)), Console.caller)
        }
    }

    // MARK: Lists of exclusions

    @Test func `a list of exclusions leaves people out of a policy that covers everybody`() async throws {
        let console = try await Console()
        let id = try await console.policy(isActive: true, mode: .fullServiceBackup)
        _ = try await console.service.bulkJobs.create(
            policyID: id, draft(["adele.mail@contoso.example"], isExclusion: true), Console.caller)
        try await console.fixture.settle(looks: 2)
        #expect(try await console.all(ExclusionUnit.self).map(\.sourceId) == [Console.person("adele")])
        #expect(
            Set(try await console.units(of: id).keys) == Set(["diego", "grady", "joni"].map(Console.person)))
    }

    @Test func `a policy over chosen units takes no list of exclusions`() async throws {
        let console = try await Console()
        let id = try await console.policy()
        try await console.expectRefused(.invalidExclusionRequest) {
            try await console.service.bulkJobs.create(
                policyID: id, draft(addresses(1), isExclusion: true), Console.caller)
        }
    }

    @Test(arguments: [0, 4])
    func `a list of exclusions has 1 to as many entries as it may`(count: Int) async throws {
        let console = try await Console { $0.entriesPerBulkJob = 3 }
        let id = try await console.policy(mode: .fullServiceBackup)
        try await console.expectRefused(.invalidExclusionRequest) {
            try await console.service.bulkJobs.create(
                policyID: id, draft(addresses(count), isExclusion: true), Console.caller)
        }
        let row = try await console.service.bulkJobs.create(
            policyID: id, draft(addresses(3), isExclusion: true), Console.caller)
        #expect(row.isExclusion)
    }

    @Test(arguments: [nil, "", String(repeating: "x", count: 1025)])
    func `a list of exclusions needs a name of up to 1024 characters`(name: String?) async throws {
        let console = try await Console()
        let id = try await console.policy(mode: .fullServiceBackup)
        try await console.expectRefused(.invalidExclusionRequest) {
            try await console.service.bulkJobs.create(
                policyID: id, draft(addresses(1), name: name, isExclusion: true), Console.caller)
        }
        let row = try await console.service.bulkJobs.create(
            policyID: id, draft(addresses(1), name: String(repeating: "x", count: 1024), isExclusion: true),
            Console.caller)
        #expect(row.displayName?.count == 1024)
    }
}
