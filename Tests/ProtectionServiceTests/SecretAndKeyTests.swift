import Catalog
import Connectors
import Foundation
import ProtectionRules
import Testing

@testable import ProtectionService

private func secrets(_ byte: UInt8 = 9) throws -> TenantSecrets {
    try #require(TenantSecrets(masterSecret: [UInt8](repeating: byte, count: 32)))
}

@Suite struct TenantSecretsTests {
    @Test func `fewer than 32 bytes are no secret`() {
        #expect(TenantSecrets(masterSecret: [UInt8](repeating: 1, count: 31)) == nil)
    }

    @Test func `every unit has a password of its own`() throws {
        let (a, b) = (try secrets().repositoryPassword(unitID: "a"), try secrets().repositoryPassword(unitID: "b"))
        #expect(a != b)
        #expect(a.count == 43)
        #expect(a.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        #expect(try a == secrets().repositoryPassword(unitID: "a"))
        #expect(try a != secrets(8).repositoryPassword(unitID: "a"))
    }

    @Test func `what was sealed opens in its context only`() throws {
        let sealed = try secrets().seal([1, 2, 3], context: "unit")
        #expect(try secrets().open(sealed, context: "unit") == [1, 2, 3])
        #expect(throws: ServiceError.self) { try secrets().open(sealed, context: "other") }
        #expect(throws: ServiceError.self) { try secrets(8).open(sealed, context: "unit") }
        var changed = sealed
        changed[changed.count - 1] ^= 1
        #expect(throws: ServiceError.self) { try secrets().open(changed, context: "unit") }
    }

    @Test func `two seals of one secret differ`() throws {
        #expect(try secrets().seal([1], context: "c") != secrets().seal([1], context: "c"))
    }

    @Test func `a code is right for its bytes and unit alone`() throws {
        let code = try secrets().ledgerCode(of: [1, 2], unitID: "u")
        #expect(code.count == 64)
        #expect(try secrets().isLedgerCode(code, of: [1, 2], unitID: "u"))
        #expect(try !secrets().isLedgerCode(code, of: [1, 3], unitID: "u"))
        #expect(try !secrets().isLedgerCode(code, of: [1, 2], unitID: "v"))
        #expect(try !secrets().isLedgerCode(String(code.dropLast()), of: [1, 2], unitID: "u"))
    }

    @Test func `no text shows the secret`() throws {
        let secrets = try secrets()
        #expect("\(secrets)" == "TenantSecrets(hidden)")
        #expect(String(reflecting: secrets) == "TenantSecrets(hidden)")
        #expect(Mirror(reflecting: secrets).children.isEmpty)
    }
}

@Suite struct ItemKeyTests {
    @Test func `keys are chains of GUIDs that mean something in one session only`() throws {
        let keys = ItemKeys(try secrets(), sessionID: "s")
        let key = keys.key(of: Array("a".utf8), in: keys.site)
        #expect(key.split(separator: ",").count == 3)
        #expect(key.hasPrefix(keys.site + ","))
        #expect(key.split(separator: ",").allSatisfy { UUID(uuidString: String($0)) != nil })
        #expect(ItemKeys(try secrets(), sessionID: "t").site != keys.site)
    }

    @Test func `a name has another key below another parent`() throws {
        let keys = ItemKeys(try secrets(), sessionID: "s")
        let name = Array("a".utf8)
        #expect(keys.part(of: name, in: "x") != keys.part(of: name, in: "y"))
        #expect(keys.part(of: name, in: "x") == keys.part(of: name, in: "x"))
    }

    /// Source: RFC 9562, sections 4.1 and 5.8.
    @Test func `a part is a UUID of version 8`() throws {
        let part = Array(ItemKeys(try secrets(), sessionID: "s").part(of: [1], in: ""))
        #expect(part[14] == "8")
        #expect("89ab".contains(part[19]))
    }
}

@Suite struct BrowsePositionTests {
    @Test func `a position keeps the query and the last name, whatever its bytes`() throws {
        let query = BrowseQuery(
            locationKey: "k", locationKind: .folder, filter: "name -contains 'a'", order: .nameDsc)
        let position = try #require(BrowsePosition(BrowsePosition(query, after: [0, 255, 128]).text))
        #expect(position.query == query)
        #expect(position.after == Data([0, 255, 128]))
    }

    @Test(arguments: ["", "{}", "x", "[1]"])
    func `what is no position is none`(text: String) {
        #expect(BrowsePosition(text) == nil)
    }
}

@Suite struct ActivityMailTests {
    private func log(_ severity: ActivitySeverity, ended: Bool = true) -> ActivityLog {
        var log = ActivityLog()
        log.severity = severity
        log.eventDateTime = ended ? Date(timeIntervalSince1970: 0) : nil
        return log
    }

    private func setting(isEnabled: Bool = true, updates: Bool = false, to: Int = 1) -> NotificationSetting {
        NotificationSetting(
            id: "t"
        ).with {
            $0.isEnabled = isEnabled
            $0.includesUpdates = updates
            $0.recipients = RecipientList((0..<to).map { Identity(id: "\($0)", email: "\($0)@x") })
        }
    }

    @Test(arguments: [
        (ActivitySeverity.high, false, true), (.medium, false, false), (.low, false, false), (.medium, true, true),
        (.low, true, true),
    ])
    func `what weighs most is always mailed, the rest on request`(
        severity: ActivitySeverity, updates: Bool, isWanted: Bool
    ) {
        #expect(ActivityMail.isWanted(log(severity), setting(updates: updates)) == isWanted)
    }

    @Test func `nothing is mailed to nobody, while off, or before the end`() {
        #expect(!ActivityMail.isWanted(log(.high), setting(to: 0)))
        #expect(!ActivityMail.isWanted(log(.high), setting(isEnabled: false)))
        #expect(!ActivityMail.isWanted(log(.high, ended: false), setting()))
    }

    @Test func `a name with line breaks makes no line of ours`() {
        var log = log(.high)
        log.performedBy = "eve\nError: none\u{2028}x"
        let mail = ActivityMail.mail(log, to: ["a@x"])
        #expect(mail.text.contains("By: eve Error: none x\n"))
        #expect(mail.recipients == ["a@x"])
    }

    @Test func `the subject says what happened and how it ended`() {
        var log = log(.high)
        log.activityType = .restoreTaskCompleted
        log.resultStatus = .partiallySucceeded
        #expect(ActivityMail.mail(log, to: []).subject == "Holdfast: restore session ended (partly failed)")
    }
}

@Suite struct TenantInventoryTests {
    private func inventory(drives: Int, sites: Int, mailboxes: Int = 0) -> TenantInventory {
        let sources =
            (0..<drives).map { SourceID(kind: .drive, objectID: "d\($0)") }
            + (0..<sites).map { SourceID(kind: .site, objectID: "s\($0)") }
            + (0..<mailboxes).map { SourceID(kind: .mailbox, objectID: "m\($0)") }
        return TenantInventory(Set(sources))
    }

    @Test(arguments: [
        (0, 0, "no drives"), (1, 0, "1 drive"), (3, 1, "3 drives, 1 site"), (0, 2, "2 sites"),
        (1, 1, "1 drive, 1 site"),
    ])
    func `people read how much there is`(drives: Int, sites: Int, text: String) {
        #expect(inventory(drives: drives, sites: sites).description == text)
        #expect(inventory(drives: drives, sites: sites).isEmpty == (drives + sites == 0))
    }

    @Test func `mailboxes are not counted yet`() {
        #expect(inventory(drives: 0, sites: 0, mailboxes: 2).isEmpty)
    }
}
