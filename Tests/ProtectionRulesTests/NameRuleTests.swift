import Catalog
import Foundation
import Testing

@testable import ProtectionRules

@Suite struct IdentifierTests {
    private let id = "0a1b2c3d-0002-4000-8000-00000000000f"

    @Test func `a GUID has one form`() {
        #expect(Identifiers.canonical(id) == id)
        #expect(Identifiers.canonical(id.uppercased()) == id)
    }

    @Test(arguments: [
        "", "x", "0a1b2c3d00024000800000000000000f", "0a1b2c3d-0002-4000-8000-00000000000",
        "0a1b2c3d-0002-4000-8000-00000000000g", "{0a1b2c3d-0002-4000-8000-00000000000f}",
        "0a1b2c3d-0002-4000-8000-00000000000f-", "0a1b2c3d-0002-4000-800-000000000000f",
        "０a1b2c3d-0002-4000-8000-00000000000f",
    ])
    func `what is no GUID has none`(text: String) {
        #expect(Identifiers.canonical(text) == nil)
        let error = #expect(throws: ServiceError.self) { try Identifiers.require(text, .invalidPolicyID) }
        #expect(error?.code == .invalidPolicyID)
    }

    @Test func `a site is named by its collection in three parts, or bare`() {
        let web = "0a1b2c3d-0002-4000-8000-000000000001"
        #expect(Identifiers.canonicalSite(id.uppercased()) == id)
        #expect(Identifiers.canonicalSite("contoso.example,\(id),\(web)") == id)
        #expect(Identifiers.canonicalSite("contoso.example,\(id),x") == nil)
        #expect(Identifiers.canonicalSite("contoso.example,\(id)") == nil)
        #expect(Identifiers.canonicalSite(",,,") == nil)
    }
}

@Suite struct CopyNameTests {
    private func numbered(_ name: String, _ number: Int, isFolder: Bool = false) -> String {
        String(decoding: CopyName.numbered(Array(name.utf8), number, isFolder: isFolder), as: UTF8.self)
    }

    @Test(arguments: [
        ("report.docx", 1, "report 1.docx"), ("report", 2, "report 2"), (".profile", 1, ".profile 1"),
        ("a.tar.gz", 3, "a.tar 3.gz"), ("a.", 1, "a 1."), ("ä.txt", 10, "ä 10.txt"),
    ])
    func `the number stands before the extension`(name: String, number: Int, copy: String) {
        #expect(numbered(name, number) == copy)
    }

    @Test func `a folder has no extension`() {
        #expect(numbered("v1.2", 1, isFolder: true) == "v1.2 1")
    }

    @Test func `a long name is cut before the number`() {
        let copy = CopyName.numbered(
            Array(String(repeating: "a", count: 255).utf8) + Array(".txt".utf8), 1, isFolder: false)
        #expect(copy.count == 255)
        #expect(String(decoding: copy, as: UTF8.self).hasSuffix("a 1.txt"))
    }

    @Test(arguments: [1, 2, 3, 4])
    func `a cut leaves no half of a character`(shift: Int) {
        let name = String(repeating: "x", count: shift) + String(repeating: "€", count: 90)
        let copy = CopyName.numbered(Array(name.utf8), 1, isFolder: true)
        #expect(copy.count <= 255)
        #expect(copy.count > 250)
        #expect(String(validating: copy, as: UTF8.self) != nil)
    }

    @Test func `what is longer than an extension is none`() {
        let name = "a." + String(repeating: "b", count: 100)
        #expect(numbered(name, 1) == name + " 1")
    }
}

@Suite struct RecoveryFolderTests {
    @Test(arguments: [
        (0.0, "Recovered Items 1970-01-01, 00.00"), (1_772_352_059, "Recovered Items 2026-03-01, 08.00"),
        (1_709_251_140, "Recovered Items 2024-02-29, 23.59"),
    ])
    func `the folder bears the minute in UTC and no colon`(seconds: Double, name: String) {
        #expect(RecoveryFolder.name(at: Date(timeIntervalSince1970: seconds)) == name)
    }

    @Test func `a name that is taken gets the first free number`() {
        let taken: Set<String> = ["n", "n 1", "n 3"]
        #expect(RecoveryFolder.free("n") { taken.contains($0) } == "n 2")
        #expect(RecoveryFolder.free("m") { taken.contains($0) } == "m")
    }
}

@Suite struct ActivityWeightTests {
    @Test(arguments: ActivityType.allCases)
    func `what failed weighs most, whatever it was`(type: ActivityType) {
        #expect(ActivityWeights.severity(of: type, .failed) == .high)
    }

    @Test(arguments: [
        (ActivityType.protectionUnitLevelOffboarding, ActivitySeverity.high), (.policyLevelOffboarding, .high),
        (.restoreTaskCreated, .medium), (.restoreTaskCompleted, .medium), (.backupPolicyCreated, .low),
        (.backupPolicyActivated, .low), (.backupPolicyModified, .low), (.backupPolicyPaused, .low),
        (.backupPolicyRenamed, .low), (.dynamicRuleExecution, .low), (.dynamicRuleDeletion, .low),
    ])
    func `what went well weighs by its kind`(type: ActivityType, severity: ActivitySeverity) {
        #expect(ActivityWeights.severity(of: type, .succeeded) == severity)
        #expect(ActivityWeights.severity(of: type, .partiallySucceeded) == severity)
    }

    @Test(arguments: [
        (0, 0, ActivityResult.succeeded), (0, 5, .succeeded), (1, 5, .partiallySucceeded), (4, 5, .partiallySucceeded),
        (5, 5, .failed), (1, 1, .failed),
    ])
    func `an outcome is the sum of its parts`(failed: Int, total: Int, result: ActivityResult) {
        #expect(ActivityWeights.result(failed: failed, of: total) == result)
    }
}

@Suite struct MailExpressionTests {
    @Test(arguments: [
        "subject -contains 'a'", "sender -eq 'a@b'", "recipient -eq 'a@b'", "hasAttachment -eq true",
        "(Subject -contains 'a') -and (HASATTACHMENT -EQ false)",
    ])
    func `the published terms are accepted`(text: String) throws {
        try MailExpression.check(text, lengthLimit: 4096)
    }

    @Test(arguments: [
        "subject -eq 'a'", "sender -contains 'a'", "hasAttachment -eq 'true'", "subject -contains true",
        "body -contains 'a'", "", "subject", "subject -contains 'a' -and body -contains 'b'",
    ])
    func `other terms are refused`(text: String) {
        let error = #expect(throws: ServiceError.self) { try MailExpression.check(text, lengthLimit: 4096) }
        #expect(error?.code == .invalidSearchRequest)
    }

    @Test func `the length is counted in bytes`() throws {
        let text = "subject -contains 'é'"
        try MailExpression.check(text, lengthLimit: text.utf8.count)
        let error = #expect(throws: ServiceError.self) {
            try MailExpression.check(text, lengthLimit: text.utf8.count - 1)
        }
        #expect(error?.code == .filterTooLong)
    }
}

@Suite struct NameFilterTests {
    @Test(arguments: [
        ("name -contains 'port'", "Report.docx", true), ("name -contains 'PORT'", "report.docx", true),
        ("name -contains 'z'", "report.docx", false), ("name -contains 'r' -and name -contains 'x'", "report", false),
        ("name -contains 'r' -or name -contains 'x'", "report", true), ("name -contains ''", "report", true),
        ("hasAttachment -eq true", "report", false),
    ])
    func `a filter holds for names that contain its texts`(filter: String, name: String, holds: Bool) throws {
        #expect(try QueryExpression(filter).matches(name: name) == holds)
    }

    @Test func `only allowed terms of the right kind are used`() throws {
        let expression = try QueryExpression("(Name -contains 'a' -or name -contains 'b') -and name -contains 'c'")
        #expect(expression.usesOnly(["name": (["contains"], false)]))
        #expect(!expression.usesOnly(["name": (["eq"], false)]))
        #expect(!expression.usesOnly(["name": (["contains"], true)]))
        #expect(!expression.usesOnly(["title": (["contains"], false)]))
    }
}

@Suite struct CallerTests {
    @Test func `a caller with a person is delegated and names both`() {
        let app = Identity(id: "app", displayName: "App")
        let user = Identity(id: "user", displayName: "User")
        #expect(!Caller(application: app).isDelegated)
        #expect(Caller(application: app, user: user).isDelegated)
        #expect(Caller(application: app, user: user).identitySet == IdentitySet(application: app, user: user))
    }
}
