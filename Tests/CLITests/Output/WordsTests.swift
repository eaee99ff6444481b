import Foundation
import Testing

@testable import CLI

/// Words, measures, confirmations and the words of a command line.
@Suite struct WordsTests {
    // MARK: The nearest word

    @Test(arguments: [
        ("polcy", "policy"), ("statsu", "status"), ("restroe", "restore"), ("sessions", "session"),
        ("POLICY", "policy"),
    ])
    func `a misspelled word finds the one that was meant`(word: String, expected: String) {
        #expect(NearestWord.of(word, among: ["policy", "status", "restore", "session", "unit"]) == expected)
    }

    @Test func `a word that is near to none finds none`() {
        #expect(NearestWord.of("xylophone", among: ["policy", "status"]) == nil)
        #expect(NearestWord.of("x", among: []) == nil)
    }

    @Test(arguments: [("", "", 0), ("a", "", 1), ("ab", "ba", 1), ("kitten", "sitting", 3), ("ca", "abc", 3)])
    func `the distance counts changes and exchanges`(first: String, second: String, expected: Int) {
        #expect(NearestWord.distance(first, second) == expected)
        #expect(NearestWord.distance(second, first) == expected)
    }

    // MARK: Measures

    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (1_048_575, "1.0 MiB"),
        (13_314_398_618, "12.4 GiB"), (Int.max, "8.0 EiB"),
    ])
    func `a size has one digit behind the point`(bytes: Int, expected: String) {
        #expect(Measures.size(bytes) == expected)
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (81_402, "81,402"), (-1_234_567, "-1,234,567")])
    func `a count has separators`(number: Int, expected: String) {
        #expect(Measures.count(number) == expected)
    }

    @Test(arguments: [
        (0.4, "0 seconds"), (1, "1 second"), (59.4, "59 seconds"), (540, "9 minutes"), (7200, "2 hours"),
        (172_800, "2 days"),
    ])
    func `a duration is told in the unit that fits`(seconds: Double, expected: String) {
        #expect(Measures.duration(seconds) == expected)
    }

    // MARK: TypedConfirmation

    private static func question(_ count: Int) -> TypedConfirmation {
        TypedConfirmation(act: "Roll back \(count.counted("account"))", count: count, server: "https://backup.example")
    }

    @Test func `the right count confirms without a question`() {
        #expect(Self.question(213).verdict(yes: 213, hasTerminal: false) == .confirmed)
    }

    @Test(arguments: [1, 212, 214, 0, -213])
    func `another count is refused, also on a terminal`(yes: Int) {
        guard case .refused(let message) = Self.question(213).verdict(yes: yes, hasTerminal: true) else {
            Issue.record("\(yes) was not refused")
            return
        }
        #expect(message.hasPrefix("--yes says \(yes), but this concerns 213 accounts."))
    }

    @Test func `without a terminal and an answer it is refused with what to add`() {
        #expect(
            Self.question(2).verdict(yes: nil, hasTerminal: false)
                == .refused(
                    "Roll back 2 accounts on https://backup.example? There is no terminal to ask on: add --yes 2."))
        #expect(Self.question(2).verdict(yes: nil, hasTerminal: true) == .ask)
    }

    @Test(arguments: [("y", true), ("Yes ", true), ("n", false), ("", false), ("10", false)])
    func `up to ten accounts a word suffices`(answer: String, agrees: Bool) {
        #expect(Self.question(10).agrees(answer) == agrees)
    }

    @Test(arguments: [("11", true), (" 11", true), ("y", false), ("1", false), ("", false)])
    func `for more the count must be typed`(answer: String, agrees: Bool) {
        #expect(Self.question(11).agrees(answer) == agrees)
    }

    // MARK: The words of a command line

    @Test(arguments: [
        (["restore", "--yes"], ["restore", "--yes", "1"]), (["restore", "--yes", "7"], ["restore", "--yes", "7"]),
        (["restore", "--yes", "--watch"], ["restore", "--yes", "1", "--watch"]),
        (["cat", "--", "--yes"], ["cat", "--", "--yes"]), (["status"], ["status"]),
    ])
    func `a bare yes stands for one`(given: [String], expected: [String]) {
        #expect(CommandWords.normalized(given) == expected)
    }

    @Test(arguments: [
        (["polcy", "list"], "Did you mean 'holdfast policy'?"),
        (["policy", "lst"], "Did you mean 'holdfast policy list'?"),
        (["sesion"], "Did you mean 'holdfast session'?"), (["repository", "prun"], "'holdfast repository prune'?"),
    ])
    func `a wrong word gets the nearest right one`(arguments: [String], expected: String) throws {
        let mistake = try #require(CommandWords.mistake(in: arguments))
        #expect(mistake.status == .wrongCommand)
        #expect(mistake.description.contains(expected))
    }

    @Test(arguments: [
        [], ["--help"], ["help", "restore"], ["status", "--check"], ["policy", "create", "--everyone"],
        ["restore", "ada@x.example"], ["demo", "--port", "0"], ["account", "list"], ["unit", "show", "polcy"],
    ])
    func `right words are no mistake`(arguments: [String]) {
        #expect(CommandWords.mistake(in: arguments) == nil)
    }

    @Test(arguments: [
        (["backup", "--state", "s"], ["unit", "backup", "--state", "s"]),
        (["settings"], ["config", "show", "--defaults"]), (["client", "list"], ["program", "list"]),
        (["restore", "show", "--state", "s", "id"], ["session", "notices", "--state", "s", "id"]),
    ])
    func `a former name leads to the command of today`(given: [String], expected: [String]) {
        let (arguments, former) = CommandWords.current(given)
        #expect(arguments == expected)
        #expect(former?.used.split(separator: " ").first.map(String.init) == given.first)
    }

    @Test func `a name of today has no former one`() {
        #expect(CommandWords.current(["unit", "backup"]).former == nil)
        #expect(CommandWords.current([]).arguments == [])
    }
}
