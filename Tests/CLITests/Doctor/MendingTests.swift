import Foundation
import Testing

@testable import CLI

/// What `doctor --fix` does, and above all what it leaves alone.
@Suite struct MendingTests {
    let scratch = Scratch()
    private let later = Date(timeIntervalSinceNow: 3600)

    private func narrow(_ name: String, to mode: mode_t = 0o600) throws {
        try Mending(act: .narrow(to: mode), path: scratch.path(name)).perform(now: later)
    }

    private func remove(_ name: String, now: Date? = nil) throws {
        try Mending(act: .removeDraft, path: scratch.path(name)).perform(now: now ?? later)
    }

    // MARK: Modes

    @Test(arguments: [(0o644, 0o600, 0o600), (0o400, 0o600, 0o400), (0o666, 0o755, 0o644)] as [(Int, mode_t, Int)])
    func `rights are only ever taken`(before: Int, allowed: mode_t, after: Int) throws {
        try scratch.write("x", to: "file", mode: before)
        try narrow("file", to: allowed)
        #expect(try scratch.mode(of: "file") == after)
        #expect(try scratch.text(of: "file") == "x")
    }

    @Test func `a folder is closed`() throws {
        _ = try scratch.makeFolder("state")
        try scratch.setMode(0o755, of: "state")
        try narrow("state", to: 0o700)
        #expect(try scratch.mode(of: "state") == 0o700)
    }

    @Test func `a link leads nowhere, and a second name of a file is left alone`() throws {
        let target = try scratch.write("x", to: "elsewhere", mode: 0o644)
        try FileManager.default.createSymbolicLink(atPath: scratch.path("link"), withDestinationPath: target)
        #expect(throws: UsageError.self) { try narrow("link") }
        try FileManager.default.linkItem(atPath: target, toPath: scratch.path("second"))
        #expect(throws: UsageError.self) { try narrow("second") }
        #expect(try scratch.mode(of: "elsewhere") == 0o644)
    }

    // MARK: Leftovers

    @Test(arguments: ["settings.json.new", "server.json.new", "catalog.copied.new", "catalog.sqlite.before-1.2.part"])
    func `a draft of a file that is there goes`(name: String) throws {
        for file in ["settings.json", "catalog.sqlite", name] { try scratch.write("x", to: "state/\(file)") }
        try remove("state/" + name)
        #expect(try scratch.names(in: "state") == ["catalog.sqlite", "server.lock", "settings.json"])
    }

    @Test(arguments: [
        "master.key.new", "settings.json.new", "catalog.sqlite.before-1.part", "notes.new", "catalog.sqlite",
        "catalog.sqlite.before-1",
    ])
    func `what may be the last copy stays`(name: String) throws {
        try scratch.write("x", to: "state/" + name)
        #expect(throws: UsageError.self) { try remove("state/" + name) }
        #expect(try scratch.text(of: "state/" + name) == "x")
    }

    @Test func `nothing goes while a server runs, or a command may be writing`() throws {
        for file in ["settings.json", "settings.json.new"] { try scratch.write("x", to: "state/\(file)") }
        let lock = try StateLock.take(in: URL(filePath: scratch.path("state")))
        _ = withExtendedLifetime(lock) {
            #expect(throws: StateRefusal.self) { try remove("state/settings.json.new") }
        }
        #expect(try scratch.names(in: "state").contains("settings.json.new"))
    }

    @Test func `a draft of this minute may be in use`() throws {
        for file in ["settings.json", "settings.json.new"] { try scratch.write("x", to: "state/\(file)") }
        #expect(throws: UsageError.self) { try remove("state/settings.json.new", now: Date()) }
        #expect(try scratch.names(in: "state").contains("settings.json.new"))
    }

    // MARK: Asking

    private func mend(answers: [String], isConfirmed: Bool = false, hasTerminal: Bool = true) throws -> [Fix] {
        try scratch.write("x", to: "a", mode: 0o644)
        try scratch.write("x", to: "b", mode: 0o644)
        var rest = answers[...]
        let mender = Mender(
            isConfirmed: isConfirmed, hasTerminal: hasTerminal, answer: { rest.popFirst() }, tell: { _ in })
        return try mender.mend(
            ["a", "b"].map { Mending(act: .narrow(to: 0o600), path: scratch.path($0)) })
    }

    @Test func `each act is asked for, and one that is not agreed to is left`() throws {
        #expect(try mend(answers: ["n", "y"]).map(\.isDone) == [false, true])
        #expect(try scratch.mode(of: "a") == 0o644)
        #expect(try scratch.mode(of: "b") == 0o600)
    }

    @Test func `silence is no consent, and without a terminal nobody is asked`() throws {
        #expect(try mend(answers: []).map(\.isDone) == [false, false])
        #expect(throws: CommandFailure.self) { try mend(answers: ["y", "y"], hasTerminal: false) }
        #expect(try scratch.mode(of: "a") == 0o644)
        #expect(try mend(answers: [], isConfirmed: true, hasTerminal: false).map(\.isDone) == [true, true])
    }

    @Test func `a diagnosis offers each act once, and none a second time`() throws {
        let act = Mending(act: .narrow(to: 0o600), path: "/x")
        let finding = Finding("state folder", .failing, "m").mended(by: act)
        let other = Finding("state folder", .failing, "another").mended(by: act)
        let diagnosis = Diagnosis(findings: [finding, other])
        #expect(diagnosis.acts(beyond: []) == [act])
        #expect(diagnosis.acts(beyond: [Fix(mending: act, isDone: false, message: "")]) == [])
    }
}
