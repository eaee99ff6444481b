import BackupRepository
import Foundation
import ProtectionService
import Testing

@testable import BackupWork

private let unitID = "0a1b2c3d-0002-4000-8000-000000000001"

private func secrets() throws -> TenantSecrets {
    try #require(TenantSecrets(masterSecret: [UInt8](repeating: 7, count: 32)))
}

private func entry(
    _ sequence: Int, _ event: LedgerEntry.Event = .archived, previous: String = "", added: [String] = [],
    removed: [String] = [], all: [String]? = nil
) -> LedgerEntry {
    LedgerEntry(
        unitID: unitID, repositoryID: "r", sequence: sequence, previous: previous, timeMilliseconds: 0, event: event,
        added: added, removed: removed, snapshots: all, packCount: 0, packsDigest: "")
}

/// A chain of sealed entries, each linked to the one before.
private func chain(_ entries: [LedgerEntry]) throws -> [Int: String] {
    var texts: [Int: String] = [:]
    var code = ""
    for var entry in entries {
        entry.previous = code
        let text = SealedText.seal(entry, unitID: unitID, try secrets())
        code = try #require(SealedText.open(text, as: LedgerEntry.self, unitID: unitID, secrets())).code
        texts[entry.sequence] = text
    }
    return texts
}

@Suite struct LedgerEntryTests {
    @Test func `snapshots come, go and are listed`() {
        let entries = [
            entry(1, .began, all: ["a", "b"]), entry(2, added: ["c"]), entry(3, .forgot, removed: ["a"]),
            entry(4, added: ["d"], removed: ["c"]),
        ]
        #expect(LedgerEntry.snapshots(after: entries) == ["b", "d"])
    }

    @Test func `a list takes the place of all before it`() {
        let entries = [entry(1, .began, all: ["a"]), entry(2, .pruned, all: ["x"]), entry(3, added: ["y"])]
        #expect(LedgerEntry.snapshots(after: entries) == ["x", "y"])
        #expect(LedgerEntry.snapshots(after: []).isEmpty)
    }
}

@Suite struct LedgerChainTests {
    private let entries = [entry(1, .began, all: ["a"]), entry(2, added: ["b"]), entry(3, .forgot, removed: ["a"])]

    @Test func `a whole chain has no faults`() throws {
        let ledger = Ledger(try chain(entries), unitID: unitID, secrets: try secrets())
        #expect(ledger.faults.isEmpty)
        #expect(ledger.snapshots == ["b"])
        #expect(ledger.snapshotsBefore == ["a", "b"])
        #expect(ledger.head?.entry.sequence == 3)
    }

    @Test func `nothing is no ledger`() throws {
        let ledger = Ledger([:], unitID: unitID, secrets: try secrets())
        #expect(ledger.head == nil)
        #expect(ledger.problems(present: ["x"], relied: []).isEmpty)
    }

    @Test func `an entry that was changed is told`() throws {
        var texts = try chain(entries)
        texts[2] = texts[2]?.replacingOccurrences(of: "\"b\"", with: "\"x\"")
        #expect(
            Ledger(texts, unitID: unitID, secrets: try secrets()).faults == [
                "entry 2 of the ledger was changed or cut off", "entries 2 to 2 of the ledger are missing",
            ])
    }

    @Test func `a gap is told`() throws {
        var texts = try chain(entries)
        texts[2] = nil
        #expect(
            Ledger(texts, unitID: unitID, secrets: try secrets()).faults == ["entries 2 to 2 of the ledger are missing"]
        )
    }

    @Test func `an entry under another number is told`() throws {
        var texts = try chain(entries)
        texts[4] = texts[3]
        #expect(
            Ledger(texts, unitID: unitID, secrets: try secrets()).faults == [
                "entry 4 of the ledger is another entry, 3 of unit \(unitID)"
            ])
    }

    @Test func `a missing beginning is told`() throws {
        var texts = try chain(entries)
        texts[1] = nil
        #expect(
            Ledger(texts, unitID: unitID, secrets: try secrets()).faults == [
                "the beginning of the ledger, before entry 2, is missing"
            ])
    }

    @Test func `an entry from another time does not follow`() throws {
        var texts = try chain(entries)
        texts[3] = try chain([entry(1, .began, all: ["z"]), entry(2), entry(3)])[3]
        let faults = Ledger(texts, unitID: unitID, secrets: try secrets()).faults
        #expect(faults.count == 1)
        #expect(faults.first?.hasPrefix("entry 3 of the ledger does not follow entry 2") == true)
    }

    /// present, relied; object and severity of each problem. The ledger expects b, and expected a
    /// and b before its newest entry.
    @Test(
        arguments: [
            (["b"], [], []), (["a", "b"], [], ["note snapshots/a"]), ([], [], ["error snapshots/b"]),
            (["b", "x"], [], ["error snapshots/x"]), (["a"], [], ["error snapshots/b", "note snapshots/a"]),
        ] as [([String], [String], [String])])
    func `what is there is compared with what must be`(present: [String], relied: [String], found: [String]) throws {
        let ledger = Ledger(try chain(entries), unitID: unitID, secrets: try secrets())
        let problems = ledger.problems(present: Set(present), relied: Set(relied))
        #expect(problems.map { "\($0.severity.rawValue) \($0.object)" } == found)
    }

    @Test func `an announced snapshot may be missing while no row counts on it`() throws {
        let ledger = Ledger(
            try chain([entry(1, .began, all: []), entry(2, added: ["n"])]), unitID: unitID, secrets: try secrets())
        #expect(ledger.problems(present: [], relied: []).map(\.severity) == [.note])
        #expect(ledger.problems(present: [], relied: ["n"]).map(\.severity) == [.error])
    }
}

@Suite struct SealedTextTests {
    @Test func `a sealed value opens for its unit alone`() throws {
        let text = SealedText.seal(["a": 1], unitID: "u", try secrets())
        #expect(SealedText.open(text, as: [String: Int].self, unitID: "u", try secrets())?.value == ["a": 1])
        #expect(SealedText.open(text, as: [String: Int].self, unitID: "v", try secrets()) == nil)
    }

    @Test func `a text is a line of JSON and a line with its code`() throws {
        let text = SealedText.seal(["b": "x/y", "a": "z"], unitID: "u", try secrets())
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3)
        #expect(lines[0] == #"{"a":"z","b":"x/y"}"#)
        #expect(lines[1].count == 64)
        #expect(lines[2].isEmpty)
    }

    @Test func `whatever is cut or added closes it`() throws {
        let text = SealedText.seal(["a": 1], unitID: "u", try secrets())
        for broken in [String(text.dropLast()), text + "\n", text + "x", String(text.dropFirst()), ""] {
            #expect(SealedText.open(broken, as: [String: Int].self, unitID: "u", try secrets()) == nil)
        }
    }

    @Test(arguments: [(1, "ledger/000000000001"), (123_456_789_012, "ledger/123456789012")])
    func `entries have names of twelve digits`(sequence: Int, name: String) {
        #expect(BesideRepository.entry(sequence) == name)
        #expect(BesideRepository.sequence(name) == sequence)
    }

    @Test(arguments: ["identity", "ledger/", "ledger/x", "opening/000000000001"])
    func `other names are no entries`(name: String) {
        #expect(BesideRepository.sequence(name) == nil)
    }
}

@Suite struct LedgerCopyTests {
    private func texts(_ numbers: ClosedRange<Int>) -> [Int: String] {
        Dictionary(uniqueKeysWithValues: numbers.map { ($0, "e\($0)") })
    }

    private func differences(_ kept: [Int: String], _ stored: [Int: String]) -> [CheckProblem] {
        RepositoryOperations.differences(kept: kept, stored: stored)
    }

    @Test func `equal copies do not differ, nor does one entry ahead in the catalogue`() {
        #expect(differences(texts(1...3), texts(1...3)).isEmpty)
        #expect(differences(texts(1...3), texts(1...2)).isEmpty)
    }

    @Test func `a longer copy beside the repository is of a catalogue that was put back`() {
        let problems = differences(texts(1...2), texts(1...3))
        #expect(problems.map(\.severity) == [.error])
        #expect(problems.first?.message.contains("the catalogue was put back") == true)
    }

    @Test func `two entries ahead in the catalogue are of a folder that was put back`() {
        let problems = differences(texts(1...3), texts(1...1))
        #expect(problems.count == 1)
        #expect(problems.first?.message.contains("the repository's folder was put back") == true)
    }

    @Test func `an entry that differs is named`() {
        var stored = texts(1...3)
        stored[2] = "x"
        #expect(differences(texts(1...3), stored).map(\.message).count == 1)
        #expect(differences(texts(1...3), stored).first?.message.hasPrefix("entry 2 ") == true)
    }

    @Test func `an entry that the copy lacks in the middle is named`() {
        var stored = texts(1...3)
        stored[2] = nil
        #expect(differences(texts(1...3), stored).first?.message.hasPrefix("entry 2 ") == true)
    }
}
