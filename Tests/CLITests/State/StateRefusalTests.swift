import Testing

@testable import CLI

/// A refusal names the file and says what to do, and shows no foreign character as it is.
@Suite struct StateRefusalTests {
    /// Each refusal with words that its text must have: the file, and what to do.
    private static let cases: [(StateRefusal, [String])] = [
        (.noStateFolder("/s"), ["'/s'", "settings.json", "holdfast serve", "--state /s"]),
        (.notPermitted(folder: "/s", owner: "backup"), ["'/s'", "(permission denied)", "'backup'"]),
        (.notPermitted(folder: "/s", owner: nil), ["'/s'", "the account that runs the server"]),
        (.notEmpty("/s"), ["'/s'", "not empty", "--state"]),
        (.notCreated(folder: "/s", cause: "Read-only file system"), ["'/s'", "(Read-only file system)", "--state"]),
        (.newerFormat(folder: "/s", found: 99, known: 1), ["'/s'", "newer", "99", "knows 1", "Nothing was changed"]),
        (.inUse(folder: "/s", holder: "process 7 on 'h'", since: nil), ["'/s'", "process 7 on 'h' serves it. Stop"]),
        (.inUse(folder: "/s", holder: "p", since: "2026-01-01"), ["serves it since 2026-01-01. Stop", "--state"]),
        (.noTenant("/t"), ["'/t'", "--tenant", "drives/<user>"]),
        (.insideTenant(folder: "/t/s", tenant: "/t"), ["'/t/s'", "'/t'", "--state"]),
        (.otherStore(folder: "/s", former: "/a", given: "s3:/b"), ["'/s'", "'/a'", "'s3:/b'", "rclone copy"]),
        (.otherTenant(folder: "/s", former: "/a", given: "/b"), ["'/s'", "'/a'", "'/b'", "--move-tenant"]),
        (.isSandbox("/s"), ["'/s'", "belongs to a sandbox", "--sandbox", "--state"]),
        (.hasNoClock("/s"), ["'/s'", "/sandbox/clock"]),
        (.noSandbox("/s"), ["'/s'", "not a sandbox", "--state"]),
        (.unreadableSandbox(file: "/s/sandbox.json", cause: "c"), ["'/s/sandbox.json'", "(c)", "Delete"]),
        (.settingsMissing(folder: "/s", tenantID: "t-1"), ["'/s/settings.json'", #""tenantID": "t-1""#, "0600"]),
        (.settingsMissing(folder: "/s", tenantID: nil), ["<the tenant's id>", #"{"formatVersion": 1, "#]),
        (.unreadableSettings(file: "/s/settings.json", cause: "c"), ["'/s/settings.json'", "(c)", "Put back"]),
        (.secretMissing("/s/master.key"), ["'/s/master.key'", "is missing", "Put back"]),
        (.wrongSecretSize(file: "/k", bytes: 31), ["'/k'", "31 bytes instead of 32", "Put back"]),
        (.wrongSecretSize(file: "/k", bytes: 1), ["holds 1 byte instead of 32"]),
        (.openToOthers(file: "/k", found: 0o644, allowed: 0o600), ["(mode 644)", "Run: chmod 600 '/k'"]),
        (.notExamined(file: "/k", cause: "c"), ["'/k'", "(c)", "permissions"]),
        (.notWritten("/k.new"), ["'/k.new'", "permissions and free space"]),
        (.notReplaced(file: "/k", cause: "c"), ["'/k'", "(c)", "permissions"]),
        (.lockNotOpened(file: "/l", cause: "c"), ["'/l'", "opened (c)", "permissions"]),
        (.lockNotTaken(file: "/l", cause: "c"), ["'/l'", "locked (c)", "file system"]),
        (
            .catalogLost(.isEmpty, catalog: "/c", repositories: "/r", rebuild: "holdfast catalog rebuild"),
            ["'/c' is empty", "'/r'", "holdfast catalog rebuild"]
        ),
        (.catalogDamaged(message: "It is damaged.", rebuild: "R"), ["It is damaged. ", "R --replace"]),
        (.foreignCatalog(settings: "/s", tenant: "a", other: "b"), ["'/s'", "directory.json", "tenant a", "tenant b"]),
        (.foreignSecret(secret: "/k", catalog: "/c"), ["'/k'", "'/c'", "Put back"]),
    ]

    @Test(arguments: cases.indices)
    func `a refusal names the file and what to do`(index: Int) {
        let (refusal, words) = Self.cases[index]
        for word in words { #expect(refusal.description.contains(word), "'\(word)' is not in: \(refusal)") }
        #expect(!refusal.description.contains("\n"))
    }

    @Test func `a path cannot move the cursor of a terminal`() {
        #expect(StateRefusal.notEmpty("/\u{1b}[2J").description.contains(#"'/\u{1b}[2J'"#))
    }

    @Test func `a refusal is explained by its own words`() {
        let refusal = StateRefusal.noTenant("/t")
        #expect(explanation(of: refusal) == refusal.description)
    }
}
