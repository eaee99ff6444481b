import Glibc
import Testing

@testable import BackupRepository

/// Whether the holder of a lease or lock is certainly gone. A live one that is taken for dead loses
/// its work to another.
@Suite struct ProcessIdentityTests {
    /// A holder, and whether process 4,242 of "boot" and "1.1", on whose machine nobody else lives,
    /// may say that it is gone.
    struct Case: Sendable, CustomStringConvertible {
        var description: String
        var holder: String
        var isGone: Bool
    }

    static let cases: [Case] = [
        Case(description: "a process that is not there", holder: "host/7/a/boot/1.1/100", isGone: true),
        Case(description: "an earlier process of our number", holder: "host/4242/a/boot/1.1/4000", isGone: true),
        Case(description: "ourselves under another instance", holder: "host/4242/a/boot/1.1/5000", isGone: false),
        Case(description: "ourselves", holder: "host/4242/i4242/boot/1.1/1", isGone: false),
        Case(description: "a number of another name space", holder: "host/7/a/boot/2.1/100", isGone: false),
        Case(description: "number 1 of another container", holder: "tests.invalid/1/a/boot/2.1/5000", isGone: false),
        Case(description: "a name space of times that is not ours", holder: "host/4242/a/boot/1.2/4000", isGone: false),
        Case(
            description: "another machine of our name, or ours before it started anew",
            holder: "tests.invalid/7/a/other/1.1/100", isGone: false),
        Case(description: "a record of before, of our host", holder: "tests.invalid/7/a", isGone: false),
        Case(description: "a record of before with our number", holder: "tests.invalid/4242/a", isGone: false),
        Case(description: "something else", holder: "nobody", isGone: false),
        Case(description: "a start that is no number", holder: "host/7/a/boot/1.1/x", isGone: false),
    ]

    @Test(arguments: cases) func `gone is only what is certain`(_ example: Case) {
        #expect(ThisProcess.made(4_242).isGone(example.holder) == example.isGone)
    }

    @Test func `what the system does not tell counts as alive`() {
        let own = ProcessIdentity(
            host: "host", processID: 2, instance: "own", origin: .init(bootID: "boot", namespaces: "1.1", startTicks: 5)
        )
        #expect(!ThisProcess(own) { _ in .unknown }.isGone("host/7/a/boot/1.1/100"))
        #expect(
            !ThisProcess(ProcessIdentity(host: "host", processID: 2, instance: "own")) { _ in .none }.isGone(
                "host/7/a/boot/1.1/100"))
    }

    @Test func `a name is read back from a lease and from a lock`() {
        let identity = ProcessIdentity(
            host: "a/b", processID: 12, instance: "x",
            origin: .init(bootID: "b-1", namespaces: "4026531836.4", startTicks: 9))
        #expect(identity.description == "a-b/12/x/b-1/4026531836.4/9")
        #expect(ProcessIdentity(identity.description) == identity)
        #expect(ProcessIdentity(lockHost: "a-b", processID: 12, user: identity.lockUser) == identity)
        #expect(ProcessIdentity(lockHost: "a-b", processID: 12, user: "holdfast") == nil)
    }

    /// A program may be called `) R 1`: the fields begin after the
    /// last parenthesis. Source: proc(5).
    @Test(arguments: [
        ("7 (holdfast) S 1 7 7 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 5 0 4711 9 9", ProcessStart.ticks(4711)),
        ("7 (a) R 1) S 1 7 7 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 5 0 4711 9 9", .ticks(4711)),
        ("7 (holdfast) Z 1 7 7 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 1 0 4711 0 0", .none),
        // Its first thread has ended, others go on.
        ("7 (holdfast) Z 1 7 7 0 -1 4194304 1 0 0 0 1 1 0 0 20 0 3 0 4711 0 0", .ticks(4711)),
        ("7 (holdfast) S 1 7", .unknown), ("", .unknown),
    ])
    func `the start stands in the system's line`(line: String, start: ProcessStart) {
        #expect(SystemProcesses.start(inStat: line) == start)
    }

    @Test func `this process knows itself, its start, and that a child which was waited for is gone`() throws {
        let own = ThisProcess.current()
        let origin = try #require(own.identity.origin)
        #expect(own.identity.processID == getpid())
        #expect(SystemProcesses.start(of: getpid()) == .ticks(origin.startTicks))
        var earlier = origin
        earlier.startTicks -= 1
        let other = ProcessIdentity(host: "h", processID: getpid(), instance: "p", origin: earlier)
        #expect(own.isGone(other), "a process of our number that began before us has ended")
        #expect(SystemProcesses.start(of: getppid()) != .none)
        #expect(SystemProcesses.start(of: Int32.max) == .none)
    }
}
