import BackupTesting
import Catalog
import Connectors
import FileTree
import Foundation
import ProtectionRules
import ProtectionService
import Testing

@testable import BackupWork

private let ids = (0...9).map { "0a1b2c3d-0002-4000-8000-00000000000\($0)" }

/// A tenant that has a directory and nothing behind it.
private struct DirectoryOnly: Tenant {
    var id: String { "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304" }
    var people: [DirectoryUser] = []
    var teams: [DirectoryGroup] = []
    var places: [DirectorySite] = []
    var isAway = false

    private func ask<Value>(_ value: Value) throws(TenantError) -> Value {
        guard !isAway else { throw TenantError(.unavailable, "away") }
        return value
    }

    func users() throws(TenantError) -> [DirectoryUser] { try ask(people) }
    func groups() throws(TenantError) -> [DirectoryGroup] { try ask(teams) }
    func sites() throws(TenantError) -> [DirectorySite] { try ask(places) }

    func sources() throws(TenantError) -> [ProtectionSource] {
        try ask(people).filter(\.hasDrive).map { user in
            ProtectionSource(
                id: SourceID(kind: .drive, objectID: user.id), displayName: user.displayName,
                userPrincipalName: user.userPrincipalName, mail: user.mail, webURL: user.driveWebURL)
        }
            + places.map {
                ProtectionSource(
                    id: SourceID(kind: .site, objectID: $0.id), displayName: $0.displayName, webURL: $0.webURL)
            }
    }

    func tree(of source: SourceID) throws(TenantError) -> any ReadableTree {
        throw TenantError(.sourceNotFound, "There is no \(source).")
    }
    func inPlaceDestination(of source: SourceID) throws(TenantError) -> any WritableTree {
        throw TenantError(.sourceNotFound, "There is no \(source).")
    }
    func makeNewDestination(
        of source: SourceID, reservation: String, lastKnownName: String?
    ) throws(TenantError) -> NewDestination {
        throw TenantError(.sourceNotFound, "There is no \(source).")
    }
}

private func person(_ number: Int, mail: String? = nil, hasDrive: Bool = true) -> DirectoryUser {
    DirectoryUser(
        id: ids[number], userPrincipalName: "p\(number)@contoso.example", displayName: "P\(number)", mail: mail,
        hasDrive: hasDrive, driveWebURL: "https://contoso.example/p\(number)")
}

private func site(_ number: Int, _ name: String) -> DirectorySite {
    DirectorySite(
        id: ids[number], name: name, displayName: name, webURL: "https://contoso.example/sites/\(name)",
        libraries: ["Documents"])
}

@Suite struct RuleResolverTests {
    private func tenant() -> DirectoryOnly {
        var tenant = DirectoryOnly()
        tenant.people = [person(1), person(2), person(3, hasDrive: false)]
        tenant.teams = [
            DirectoryGroup(id: ids[8], displayName: "A", members: [ids[2], ids[1]]),
            DirectoryGroup(id: ids[9], displayName: "B", members: [ids[2], ids[3]]),
        ]
        tenant.places = [site(4, "Marketing"), site(5, "Sales")]
        return tenant
    }

    private func chosen(_ expression: String, _ workload: Workload) throws -> ResolvedRule {
        try RuleResolver(tenant(), workload).resolve(expression)
    }

    @Test func `a rule over groups chooses their members once, sorted`() throws {
        let rule = try chosen("memberOf -any (group.id -in ['\(ids[9])', '\(ids[8])'])", .oneDriveForBusiness)
        #expect(rule.sources.map(\.id.objectID) == [ids[1], ids[2]])
        #expect(rule.missing.isEmpty)
    }

    @Test func `a group that the directory does not know is told`() throws {
        let rule = try chosen("memberOf -any (group.id -in ['\(ids[0])', '\(ids[8])'])", .oneDriveForBusiness)
        #expect(rule.missing.map(\.target) == [ids[0]])
        #expect(rule.missing.map(\.code) == ["DirectoryObjectIdNotFound"])
        #expect(rule.sources.count == 2)
    }

    @Test(arguments: [
        ("displayName -contains 'MARK'", [4]), ("webUrl -contains 'contoso'", [4, 5]),
        ("displayName -contains 's' -and displayName -contains 'l'", [5]),
        ("displayName -contains 'mark' -or displayName -contains 'sales'", [4, 5]),
        ("displayName -contains 'nothing'", []),
    ])
    func `a rule over sites chooses by names and addresses`(expression: String, numbers: [Int]) throws {
        #expect(try chosen(expression, .sharePoint).sources.map(\.id.objectID) == numbers.map { ids[$0] })
    }

    @Test func `a directory that is away is worth another try`() {
        var tenant = tenant()
        tenant.isAway = true
        let error = #expect(throws: ServiceError.self) { try RuleResolver(tenant, .sharePoint) }
        #expect(error?.code == .serviceNotAvailable)
        #expect(error?.isRetryable == true)
    }

    @Test func `a site that cannot be read is worth another try`() {
        let error = #expect(throws: ServiceError.self) {
            try chosen("lastModifiedDateTime -ge '2026-01-01'", .sharePoint)
        }
        #expect(error?.code == .serviceNotAvailable)
        #expect(error?.isRetryable == true)
    }
}

@Suite struct BulkResolverTests {
    private func resolve(
        _ workload: Workload, addresses: [String] = [], objects: [String] = [], tenant: DirectoryOnly
    ) throws -> (ids: [String], missing: [PublicErrorDetail]) {
        var job = BulkAdditionJob()
        job.workload = workload
        job.addresses = StringList(addresses)
        job.objectIds = StringList(objects)
        let found = try BulkResolver(tenant, workload).resolve(job)
        return (found.sources.map(\.id.objectID), found.missing)
    }

    private var people: DirectoryOnly {
        DirectoryOnly(people: [person(1, mail: "mail@contoso.example"), person(2), person(3, hasDrive: false)])
    }

    @Test func `an address is a sign-in name or a mail address, in any letter case`() throws {
        let found = try resolve(
            .oneDriveForBusiness, addresses: ["P2@contoso.example", " MAIL@contoso.example "], tenant: people)
        #expect(found.ids == [ids[2], ids[1]])
        #expect(found.missing.isEmpty)
    }

    @Test func `what is named twice is chosen once`() throws {
        let found = try resolve(
            .oneDriveForBusiness, addresses: ["p1@contoso.example", "mail@contoso.example"], objects: [ids[1]],
            tenant: people)
        #expect(found.ids == [ids[1]])
    }

    @Test func `what names nothing is told with its code`() throws {
        let found = try resolve(
            .oneDriveForBusiness, addresses: ["p3@contoso.example", "x@y"], objects: [ids[7], "z"], tenant: people)
        #expect(found.ids.isEmpty)
        #expect(found.missing.map(\.target) == ["p3@contoso.example", "x@y", ids[7], "z"])
        #expect(
            found.missing.map(\.code) == [
                "EmailNotFound", "EmailNotFound", "DirectoryObjectIdNotFound", "DirectoryObjectIdNotFound",
            ])
    }

    @Test func `a sign-in name goes before a mail address`() throws {
        let tenant = DirectoryOnly(people: [person(1, mail: "p2@contoso.example"), person(2)])
        #expect(
            try resolve(.oneDriveForBusiness, addresses: ["p2@contoso.example"], tenant: tenant).ids == [ids[2]])
    }

    @Test(arguments: [
        "https://contoso.example/sites/a%20b", "https://contoso.example/sites/a b/",
        "HTTPS://CONTOSO.example/sites/A b",
    ])
    func `the address of a site is compared decoded and without its slash`(address: String) throws {
        let tenant = DirectoryOnly(places: [site(4, "a b")])
        #expect(try resolve(.sharePoint, addresses: [address], tenant: tenant).ids == [ids[4]])
    }

    @Test func `an unknown site is told with its code`() throws {
        let found = try resolve(
            .sharePoint, addresses: ["https://x"], objects: [ids[1]], tenant: DirectoryOnly(places: [site(4, "a")]))
        #expect(found.missing.map(\.code) == ["SiteWebUrlNotFound", "SiteIdNotFound"])
    }
}

@Suite struct ChoiceDigestTests {
    private let sources = [1, 2].map {
        ProtectionSource(id: SourceID(kind: .drive, objectID: ids[$0]), displayName: "", webURL: "")
    }
    private let missing = [PublicErrorDetail(code: "c", message: "m", target: "t")]

    @Test func `the same choice has the same digest, whatever the sources are called`() {
        var renamed = sources
        renamed[0].displayName = "New"
        #expect(ChoiceDigest("e", sources) == ChoiceDigest("e", renamed))
        #expect(ChoiceDigest("e", sources).text.count == 64)
    }

    @Test func `everything that decides changes it`() {
        let obstacle = PlacementObstacle(sourceID: ids[1], reason: "removeRequested")
        let digests = [
            ChoiceDigest("e", sources), ChoiceDigest("f", sources), ChoiceDigest("e", [sources[0]]),
            ChoiceDigest("e", sources, missing: missing), ChoiceDigest("e", sources, obstacles: [obstacle]),
            ChoiceDigest("e", failing: .invalidRuleExpression), ChoiceDigest("e", failing: .serviceNotAvailable),
        ]
        #expect(Set(digests.map(\.text)).count == digests.count)
    }

    @Test func `the order of the sources counts`() {
        #expect(ChoiceDigest("e", sources) != ChoiceDigest("e", sources.reversed()))
    }
}

@Suite struct DirectoryNameTests {
    private let tenant = DirectoryOnly(people: [person(1, mail: "m@x")], places: [site(4, "A")])

    @Test func `a person and a site are found under their kinds`() throws {
        let names = try DirectoryNames(tenant)
        #expect(names.source(.drive, ids[1])?.mail == "m@x")
        #expect(names.source(.mailbox, ids[1])?.id == SourceID(kind: .mailbox, objectID: ids[1]))
        #expect(names.source(.site, ids[4])?.displayName == "A")
        #expect(names.source(.site, ids[1]) == nil)
    }

    @Test func `a person is gone only from a directory that has people`() throws {
        #expect(try DirectoryNames(tenant).isGone(ids[2]))
        #expect(try !DirectoryNames(tenant).isGone(ids[1]))
        #expect(try !DirectoryNames(DirectoryOnly()).isGone(ids[2]))
    }

    @Test func `the digest follows everything that rows show`() throws {
        let digest = try DirectoryNames(tenant).digest
        #expect(try DirectoryNames(tenant).digest == digest)
        var changes: [DirectoryOnly] = []
        for change: (inout DirectoryOnly) -> Void in [
            { $0.people[0].displayName = "X" }, { $0.people[0].mail = nil }, { $0.people[0].userPrincipalName = "x" },
            { $0.people[0].driveWebURL = "x" }, { $0.places[0].displayName = "X" }, { $0.places[0].webURL = "x" },
            { $0.people = [] },
        ] {
            var changed = tenant
            change(&changed)
            changes.append(changed)
        }
        let others = try changes.map { try DirectoryNames($0).digest }
        #expect(!others.contains(digest))
        #expect(Set(others).count == others.count)
    }
}

@Suite struct PlacementTallyTests {
    private let detail = PublicErrorDetail(code: "c", message: "m")

    @Test func `pieces have at most their size and nothing is lost`() {
        #expect([1, 2, 3, 4, 5].pieces(of: 2).map(Array.init) == [[1, 2], [3, 4], [5]])
        #expect([1, 2].pieces(of: 2).map(Array.init) == [[1, 2]])
        #expect([Int]().pieces(of: 2).isEmpty)
    }

    @Test func `tallies add up`() {
        var sum = PlacementTally(added: 1, removed: 2, refused: [])
        sum += PlacementTally(added: 3, removed: 4, refused: [detail])
        #expect(sum == PlacementTally(added: 4, removed: 6, refused: [detail]))
    }

    @Test func `an error tells of entries that were not found before others`() {
        let unknown = PublicErrorDetail(code: "EmailNotFound", message: "m")
        #expect(PublicError.incomplete([]) == nil)
        #expect(PublicError.incomplete([detail])?.code == "c")
        #expect(PublicError.incomplete([detail, unknown])?.code == "ProtectionResourcesNotFound")
        #expect(PublicError.incomplete([detail, unknown])?.details == [detail, unknown])
    }

    @Test func `what was overtaken waits and counts no try`() {
        #expect(JobFailure.overtaken.isBusy)
        #expect(JobFailure.overtaken.isRetryable)
    }
}
