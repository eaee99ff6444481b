import Foundation
import Testing

@testable import CLI

/// One process is the server of a state folder.
@Suite struct StateLockTests {
    let scratch = Scratch()

    @Test func `a second holder is refused with the first one's process and since when`() throws {
        let since = Date(timeIntervalSince1970: 1_772_409_600)
        let lock = try StateLock.take(in: scratch.url, now: since)
        let refused = #expect(throws: StateRefusal.self) { try StateLock.take(in: scratch.url) }
        guard case .inUse(let folder, let holder, let moment)? = refused else {
            Issue.record("the refusal is \(String(describing: refused))")
            return
        }
        #expect(folder == scratch.url.path)
        #expect(holder.hasPrefix("process \(getpid()) on '"))
        #expect(moment == "2026-03-02T00:00:00Z")
        withExtendedLifetime(lock) {}
    }

    @Test func `a lock is free again when its holder is gone`() throws {
        do { _ = try StateLock.take(in: scratch.url) }
        #expect(throws: Never.self) { try StateLock.take(in: scratch.url) }
    }

    @Test func `a folder that does not exist cannot be locked`() {
        let folder = scratch.url.appending(path: "nowhere")
        #expect(throws: StateRefusal.lockNotOpened(file: folder.path + "/server.lock", cause: systemText(ENOENT))) {
            try StateLock.take(in: folder)
        }
    }

    @Test func `a damaged record counts as none`() throws {
        try scratch.write("{", to: "server.lock")
        #expect(try StateLock.take(in: scratch.url).predecessors.isEmpty)
    }

    @Test func `this process is not among its own predecessors`() throws {
        do { _ = try StateLock.take(in: scratch.url) }
        #expect(try StateLock.take(in: scratch.url).predecessors.isEmpty)
    }
}
