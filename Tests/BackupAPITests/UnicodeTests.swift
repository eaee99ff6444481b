import BackupAPI
import BackupTesting
import Catalog
import Connectors
import Foundation
import OData
import Testing
import Texts

@testable import ProtectionRules
@testable import ProtectionService
@testable import BackupWork

/// Every trap of Unicode through every list, order, page, filter, policy, directory and restore:
/// nothing is lost, nothing comes twice.
@Suite struct UnicodeTests {
    private typealias Bytes = [UInt8]
    private let traps = UnicodeTraps.names

    private func sorted(_ texts: [String]) -> [Bytes] {
        texts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private func quoted(_ text: String) -> String {
        PercentEncoding.encode("'" + text.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined() + "'")
    }

    /// A service that takes a policy of all of them at once.
    private func roomy() async throws -> RestoreHarness {
        var limits = ServiceLimits()
        limits.unitsPerPolicyRequest = 500
        return try await RestoreHarness(limits: limits)
    }

    /// A text property of all entries of a list, page by page, in order.
    private func walk(_ harness: RestoreHarness, _ path: String, _ property: String) async throws -> [Bytes] {
        var (texts, next): ([Bytes], String?) = ([], path)
        while let link = next {
            let person = Principal(
                applicationID: harness.application, user: .init(id: UUID().uuidString.lowercased()),
                permissions: GraphPermission.all)
            let answer = await harness.send("GET", link, as: person)
            try #require(answer.status == 200, "\(answer.text)")
            texts += answer.values.compactMap { $0[property]?.stringValue }.map { Array($0.utf8) }
            try #require(texts.count < 1000)
            next = answer.json["@odata.nextLink"]?.stringValue
        }
        return texts
    }

    @Test func `policies of all names are listed in the order of the bytes, each once, and found by their names`()
        async throws
    {
        let harness = try await RestoreHarness()
        for name in traps {
            let made = await harness.send(
                "POST", "/oneDriveForBusinessProtectionPolicies", ["displayName": .string(name)])
            try #require(made.status == 201, "\(name.debugDescription): \(made.text)")
            #expect(made.json["displayName"]?.stringValue.map { Array($0.utf8) } == Array(name.utf8))
        }
        let ascending = try await walk(harness, "/protectionPolicies?$orderby=displayName&$top=7", "displayName")
        #expect(ascending == sorted(traps))
        #expect(
            try await walk(harness, "/protectionPolicies?$orderby=displayName%20desc&$top=7", "displayName")
                == sorted(traps).reversed())
        for name in traps {
            let found = try await walk(
                harness, "/protectionPolicies?$filter=displayName%20eq%20\(quoted(name))", "displayName")
            #expect(found == [Array(name.utf8)], "\(name.debugDescription)")
        }
    }

    @Test func `people of all names are listed, found and protected, each as one`() async throws {
        let harness = try await roomy()
        var seen: Set<Bytes> = []
        let people = traps.filter { seen.insert(Array($0.lowercased().utf8)).inserted }.map { "\($0)@contoso.example" }
        for name in people { try harness.folder.write("drives/\(name)/a.txt", name) }
        let users = try harness.service.dependencies.tenant.users()
        #expect(
            users.map { Array($0.userPrincipalName.utf8) } == sorted(people + [RestoreHarness.ada, RestoreHarness.ben]))
        let units = try await harness.protect(.oneDriveForBusiness, users.map(\.id))
        #expect(Set(units.map(\.id)).count == users.count)
        #expect(try await walk(harness, "/driveProtectionUnits?$top=7", "email").count == users.count)
        for name in people {
            let found = try await walk(harness, "/driveProtectionUnits?$filter=email%20eq%20\(quoted(name))", "email")
            #expect(found == [Array(name.utf8)], "\(name.debugDescription)")
            #expect(try harness.service.tenant.user(name).map { Array($0.userPrincipalName.utf8) } == Array(name.utf8))
        }
    }

    @Test func `a bulk list takes everyone by address, twins as two`() async throws {
        let harness = try await RestoreHarness()
        let people = [
            "Caf\u{e9}@contoso.example", "Cafe\u{301}@contoso.example", "\u{301}first@contoso.example",
            "\u{212a}@contoso.example",
        ]
        for name in people { try harness.folder.write("drives/\(name)/a.txt", name) }
        let caller = Caller(application: Identity(id: harness.application))
        let policy = try await harness.service.policies.create(
            PolicyDraft(workload: .oneDriveForBusiness, displayName: "P"), caller)
        _ = try await harness.service.bulkJobs.create(
            policyID: policy.id, BulkJobDraft(workload: .oneDriveForBusiness, displayName: nil, addresses: people),
            caller)
        try await harness.settle()
        let units = try await harness.catalog.page(Query<ProtectionUnit>(where: .equal("policyId", policy.id)))
        #expect(sorted(units.compactMap(\.signInName)) == sorted(people))
    }

    @Test func `sites of all names are protected, and a rule finds them however they are written`() async throws {
        let harness = try await roomy()
        for name in traps { try harness.folder.write("sites/\(name)/Documents/a.txt", name) }
        let sites = try harness.service.dependencies.tenant.sites()
        #expect(sites.map { Array($0.name.utf8) } == sorted(traps + ["team"]))
        let units = try await harness.protect(.sharePoint, sites.map(\.id))
        #expect(Set(units.map(\.id)).count == traps.count + 1)
        let rule = try RuleResolver(harness.service.dependencies.tenant, .sharePoint)
        let cafes = try rule.resolve("displayName -contains 'cafe\u{301}'").sources.map(\.displayName)
        #expect(sorted(cafes) == sorted(["Caf\u{e9}", "Cafe\u{301}", "CAF\u{c9}", "CAFE\u{301}"]))
        #expect(
            sorted(try rule.resolve("displayName -contains '\u{301}first'").sources.map(\.displayName))
                == sorted(["\u{301}first"]))
        #expect(
            sorted(try rule.resolve("displayName -contains '''\u{301}q'").sources.map(\.displayName))
                == sorted(["'\u{301}quote"]))
    }

    @Test func `files of all names are backed up, browsed page by page and restored`() async throws {
        let harness = try await RestoreHarness()
        for name in traps {
            try harness.folder.write("drives/\(RestoreHarness.ada)/many/\(name)", "content of \(name)")
        }
        let (_, point) = try await harness.protectedDrive()
        let session = try await harness.browseSession(point)
        let key = try await harness.itemKey(session, ["Documents", "many"])
        let body: JSONValue = ["browseLocationItemKey": .string(key), "browseResourceType": "folder"]
        var answer = await harness.send(
            "POST", "/oneDriveForBusinessBrowseSessions/\(session)/browse", body, prefer: "odata.maxpagesize=7")
        var names: [Bytes] = []
        while true {
            names += answer.values.compactMap { $0["name"]?.stringValue }.map { Array($0.utf8) }
            try #require(names.count < 1000)
            guard let token = answer.json["@odata.nextLink"]?.stringValue?.split(separator: "=").last else { break }
            answer = await harness.send(
                "GET", "/oneDriveForBusinessBrowseSessions/\(session)/browse?$skiptoken=\(token)",
                prefer: "odata.maxpagesize=7")
        }
        #expect(names == sorted(traps))
        try FileManager.default.removeItem(at: harness.folder.url.appending(path: "drives/\(RestoreHarness.ada)/many"))
        let body2: JSONValue = [
            "driveRestoreArtifacts": [["restorePoint": ["id": .string(point.id)], "destinationType": "inPlace"]]
        ]
        let restore = await harness.send("POST", "/oneDriveForBusinessRestoreSessions", body2)
        _ = await harness.send("POST", "/restoreSessions/\(restore.id)/activate")
        for _ in 0..<3 { try await harness.settle() }
        for name in traps {
            #expect(
                harness.folder.read("drives/\(RestoreHarness.ada)/many/\(name)").map { Array($0.utf8) }
                    == Array("content of \(name)".utf8), "\(name.debugDescription)")
        }
    }

    @Test(arguments: [
        (#"{"displayName":"a\u0000b"}"#, "displayName"), (#"{"displayName":"a\ud800"}"#, "displayName"),
        (
            #"{"displayName":"a","retentionSettings":[{"interval":"R/P1W","period":"\u0000"}]}"#,
            "retentionSettings[0]/period"
        ),
    ])
    func `a name that cannot be kept is refused with the name of its property`(
        body: String, property: String
    ) async throws {
        let harness = try await RestoreHarness()
        let answer = await harness.sendText("POST", "/oneDriveForBusinessProtectionPolicies", body)
        #expect(answer.status == 400)
        #expect(answer.json["error"]?["target"]?.stringValue == property, "\(answer.text)")
    }

    @Test func `two people of one name are told by the unit, and everyone else is backed up`() async throws {
        let harness = try await RestoreHarness()
        for name in ["Zoe", "ZOE"] { try harness.folder.write("drives/\(name)@contoso.example/a.txt", name) }
        let users = try harness.service.dependencies.tenant.users()
        #expect(users.map(\.userPrincipalName) == ["ZOE@contoso.example", RestoreHarness.ada, RestoreHarness.ben])
        let units = try await harness.protect(.oneDriveForBusiness, users.map(\.id))
        for _ in 0..<3 { try await harness.settle() }
        let told = try #require(try await harness.catalog.find(ProtectionUnit.self, id: units[0].id)?.error)
        #expect(told.message.contains("'drives/ZOE@contoso.example' and 'drives/Zoe@contoso.example'"))
        for unit in units[1...] { #expect(try await harness.latestPoint(of: unit).unitId == unit.id) }
    }
}
