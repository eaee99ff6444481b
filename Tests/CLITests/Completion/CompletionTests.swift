import ArgumentParser
import Foundation
import Testing

@testable import CLI

/// What a shell completes.
@Suite struct CompletionTests {
    @Test(arguments: [
        (["unit", "show", "--state", "/s", ""], ["--state", "/s"]),
        (["--server=http://x", "ls"], ["--server=http://x"]),
        (["ls", "--context", "'prod'", "a"], ["--context", "prod'"]), (["ls", "--state"], []), (["ls", "x"], []),
    ])
    func `the server is that of the line`(words: [String], expected: [String]) {
        #expect(ServerNames.serverOptions(in: words) == expected)
    }

    @Test func `a server that is not there completes nothing, without a word and in time`() {
        let start = ContinuousClock.now
        #expect(ServerNames.units(["unit", "show", "--state", "/nowhere/at/all", ""], 4, "") == [])
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func `settings complete without a server`() {
        #expect(ServerNames.settings([], 0, "policy.cad") == ["policy.cadence"])
    }

    @Test func `names are kept for a minute, for their owner only`() throws {
        let scratch = Scratch()
        let environment = ["XDG_CACHE_HOME": scratch.url.path]
        let cache = NameCache(environment: environment, key: "units a")
        #expect(cache.names(now: Date()) == nil)
        cache.keep(["ada", "bob"])
        #expect(cache.names(now: Date()) == ["ada", "bob"])
        #expect(cache.names(now: Date() + 61) == nil)
        #expect(cache.names(now: Date() - 61) == nil)
        #expect(NameCache(environment: environment, key: "units b").names(now: Date()) == nil)
        let folder = scratch.url.appending(path: "holdfast/completions")
        let file = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + file)[.posixPermissions]
        #expect((mode as? NSNumber)?.intValue == 0o600)
    }

    @Test(arguments: [CompletionShell.bash, .zsh, .fish])
    func `a script names every command`(shell: CompletionShell) {
        let script = Holdfast.completionScript(for: shell)
        for name in ["status", "restore", "timeline", "completion"] { #expect(script.contains(name)) }
        #expect(script.contains("---completion"))
    }
}
