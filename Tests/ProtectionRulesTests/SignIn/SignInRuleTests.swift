import Foundation
import ProtectionRules
import Testing

private func moment(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_000_000 + seconds) }

@Suite struct PasswordRuleTests {
    @Test(
        arguments: [
            ("elevenchars", .tooShort), ("twelve chars", nil), ("", .tooShort),
            (String(repeating: "x1y", count: 85) + "z", nil), (String(repeating: "x1y", count: 86), .tooLong),
            ("aaaaaaaaaaaaaaaa", .common), ("abababababab", .common), ("123456789012", .common),
            ("ABCDEFGHIJKLM", .common), ("zyxwvutsrqponm", .common), ("PassWord1234", .common),
            ("adele.vance", .tooShort), ("adele.vance@contoso", .isName), ("Adele.Vance@Contoso", .isName),
            ("adele.vance@contoso!", nil), ("ΣΟΦΙΑ και νους", nil),
            // Twelve scalars once composed; decomposed it has more.
            ("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}abcde", .tooShort),
        ] as [(String, PasswordRule.Refusal?)])
    func `a password is accepted by length and for not being common`(password: String, refusal: PasswordRule.Refusal?) {
        #expect(PasswordRule.refusal(of: password, name: "adele.vance@contoso") == refusal)
    }

    @Test func `the part of a name before the at sign, twice, is the name`() {
        #expect(PasswordRule.refusal(of: "adelevadelev", name: "adelev@contoso.example") == .isName)
    }

    @Test func `a password typed in full width or decomposed is the same`() {
        #expect(PasswordRule.normalized("Ｐass e\u{301}") == PasswordRule.normalized("Pass \u{e9}"))
    }
}

@Suite struct OperatorRoleTests {
    @Test func `an auditor reads, and no content`() {
        let scopes = OperatorRole.auditor.scopes
        #expect(scopes.allSatisfy { !$0.contains("ReadWrite") })
        #expect(!scopes.contains("BackupRestore-Search.Read.All"))
        #expect(OperatorRights(names: ["auditor"]).unitLimit == nil)
    }

    @Test(
        arguments: [
            ([], nil, false), (["helpDesk"], 1, false), (["helpDesk", "auditor"], 1, false),
            (["helpDesk", "administrator"], nil, true), (["administrator"], nil, true), (["auditor"], nil, false),
            (["king"], nil, false), (["king", "helpDesk"], 1, false),
        ] as [([String], Int?, Bool)])
    func `roles together`(names: [String], limit: Int?, isAdministrator: Bool) {
        let rights = OperatorRights(names: names)
        #expect(rights.unitLimit == limit)
        #expect(rights.isAdministrator == isAdministrator)
        #expect(rights.scopes.contains(OperatorRole.operatorsScope) == isAdministrator)
    }

    @Test func `an unknown role gives nothing`() {
        #expect(OperatorRights(names: ["king"]).isEmpty)
        #expect(OperatorRights(names: ["king"]).scopes.isEmpty)
    }
}

@Suite struct SignInLifetimeTests {
    private let lifetimes = SignInLifetimes()

    @Test(
        arguments: [
            (0, 0, SessionStanding.stands), (1859, 0, .stands), (1860, 0, .idle), (43_199, 43_190, .stands),
            (43_200, 43_190, .over), (43_200, 0, .over), (5, 100, .stands),
        ])
    func `a session stands half an hour without use, and twelve hours in all`(
        now: Double, lastUsed: Double, standing: SessionStanding
    ) {
        let found = SessionStanding(
            lastUsed: moment(lastUsed), ends: moment(43_200), now: moment(now), lifetimes)
        #expect(found == standing)
    }

    @Test(arguments: [(0.0, true), (599, true), (600, false), (-1, false)])
    func `a proof is fresh for ten minutes, and not before it was given`(age: Double, isFresh: Bool) {
        #expect(SessionStanding.isFresh(proven: moment(0), now: moment(age), lifetimes) == isFresh)
    }

    @Test(arguments: [(0.0, false), (59, false), (60, true), (-5, true)])
    func `use is noted once a minute, and where the note lies in the future`(age: Double, notes: Bool) {
        #expect(SessionStanding.notesUse(lastUsed: moment(0), now: moment(age), lifetimes) == notes)
    }

    @Test(
        arguments: [
            (nil, 10, true, OneTimeUse.accepted), (nil, 0, true, .expired), (1, 10, true, .stolen),
            (1, 0, true, .stolen), (nil, 10, false, .foreign), (1, 10, false, .foreign),
        ] as [(Double?, Double, Bool, OneTimeUse)])
    func `what is good once is stolen where it comes again`(
        used: Double?, expires: Double, isOwner: Bool, use: OneTimeUse
    ) {
        let found = OneTimeUse(used: used.map(moment), expires: moment(expires), isOwner: isOwner, now: moment(5))
        #expect(found == use)
    }

    @Test(
        arguments: [
            (false, false, nil, 100, DevicePoll.pending), (true, false, nil, 100, .approved),
            (true, true, nil, 100, .denied), (false, false, 6, 100, .slowDown), (true, false, 6, 100, .slowDown),
            (false, false, 5, 100, .pending), (true, false, nil, 10, .expired), (false, false, 11, 100, .pending),
        ] as [(Bool, Bool, Double?, Double, DevicePoll)])
    func `a waiting program is told what a person decided`(
        isApproved: Bool, isDenied: Bool, lastPoll: Double?, expires: Double, poll: DevicePoll
    ) {
        let found = DevicePoll(
            isApproved: isApproved, isDenied: isDenied, lastPoll: lastPoll.map(moment), intervalSeconds: 5,
            expires: moment(expires), now: moment(10))
        #expect(found == poll)
    }
}

@Suite struct ReadableCodeTests {
    @Test func `a code has characters of its alphabet alone, each with the same chance`() {
        var asked: [Int] = []
        let code = ReadableCode.make(ReadableCode.unambiguous, length: 10) { bound in
            asked.append(bound)
            return asked.count - 1
        }
        #expect(code == "ABCDEFGHJK")
        #expect(asked == Array(repeating: 31, count: 10))
        #expect(Set("01OIL").isDisjoint(with: ReadableCode.unambiguous))
        #expect(Set("AEIOUY").isDisjoint(with: ReadableCode.consonants))
    }

    @Test(
        arguments: [
            ("abcde-fghjk", "ABCDEFGHJK"), (" ABCDE FGHJK\n", "ABCDEFGHJK"), ("", nil), ("--", nil), ("abc\u{0}", nil),
            ("ａｂｃ", nil), ("a'b", nil), (String(repeating: "A", count: 65), nil),
        ] as [(String, String?)])
    func `what was typed is read without dashes and case`(text: String, code: String?) {
        #expect(ReadableCode.typed(text) == code)
    }

    @Test func `a code is shown in two halves`() {
        #expect(ReadableCode.shown("ABCDEFGHJK") == "ABCDE-FGHJK")
        #expect(ReadableCode.typed(ReadableCode.shown("BCDFGHJK")) == "BCDFGHJK")
    }
}

@Suite struct OperatorNameTests {
    @Test(
        arguments: [
            (" Ada ", "Ada"), ("e\u{301}va", "\u{e9}va"), ("", nil), ("   ", nil), ("a\u{0}b", nil), ("a\nb", nil),
            ("a\u{202e}b", nil), ("a\u{200b}b", nil),
            (String(repeating: "n", count: 100), String(repeating: "n", count: 100)),
            (String(repeating: "n", count: 101), nil), ("Zoë 🦊", "Zoë 🦊"),
        ] as [(String, String?)])
    func `a name is kept composed, and refused where it holds what nobody sees`(text: String, name: String?) {
        #expect(OperatorName.kept(text) == name)
    }

    @Test(arguments: [("ADA", "ada"), ("Ａda", "ada"), ("E\u{301}va", "\u{e9}VA"), (" ada", "ada ")])
    func `names that differ by case, width or composition are one`(one: String, other: String) {
        #expect(OperatorName.folded(one) == OperatorName.folded(other))
    }
}

@Suite struct ProofKeyTests {
    /// The verifier and challenge of RFC 7636, appendix B.
    @Test func `the example of the RFC has the right form`() {
        #expect(ProofKey.isVerifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
        #expect(ProofKey.isChallenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"))
    }

    @Test(arguments: [42, 129])
    func `a verifier of another length is none`(length: Int) {
        #expect(!ProofKey.isVerifier(String(repeating: "a", count: length)))
    }

    @Test(arguments: [
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=", "",
    ])
    func `a challenge in another alphabet is none`(text: String) { #expect(!ProofKey.isChallenge(text)) }
}
