import Foundation
import SampleData
import Testing

@testable import CLI

/// What the demo says about the comparisons, and where it works.
@Suite struct DemoVerdictTests {
    let scratch = Scratch()

    private func compare(_ first: [String: String], _ second: [String: String]) throws -> TreeComparison {
        for (side, files) in [("a", first), ("b", second)] {
            _ = try scratch.makeFolder(side)
            for (name, text) in files {
                let path = try scratch.write(text, to: "\(side)/\(name)")
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: 1000)], ofItemAtPath: path)
            }
        }
        return try TreeComparison(scratch.path("a"), scratch.path("b"))
    }

    @Test func `equal folders are one line with files and bytes`() throws {
        let comparison = try compare(["x": "12345"], ["x": "12345"])
        #expect(
            DemoVerdict.lines(comparison)
                == ["1 file, 5 bytes: all equal to the original, with names, modes and times"])
    }

    @Test func `each difference is a line`() throws {
        let comparison = try compare(["x": "1", "y": "1"], ["y": "2"])
        #expect(
            DemoVerdict.lines(comparison)
                == ["2 differences:", "  x: is only on the left", "  y: the content differs from byte 0 on"])
    }

    @Test func `of many differences the first ten are shown`() throws {
        let files = Dictionary(uniqueKeysWithValues: (10..<22).map { ("\($0)", "") })
        let lines = DemoVerdict.lines(try compare(files, [:]))
        #expect(lines.first == "12 differences:")
        #expect(lines.count == 12)
        #expect(lines.last == "  and 2 more")
    }

    @Test func `a verdict adds up comparisons and is good without differences`() throws {
        var verdict = DemoVerdict()
        let comparison = try compare(["x": "123"], ["x": "123"])
        verdict.add(comparison)
        verdict.add(comparison)
        #expect(verdict.isGood)
        #expect(
            verdict.summary(after: .milliseconds(1250))
                == "2 files, 6 bytes restored and compared, 1.2 seconds in all: every byte matched")
    }

    @Test func `one difference spoils the verdict`() throws {
        var verdict = DemoVerdict()
        verdict.add(try compare(["x": "1"], ["x": "2"]))
        #expect(!verdict.isGood)
        #expect(verdict.summary(after: .seconds(2)).hasSuffix("2.0 seconds in all: 1 DIFFERENCE"))
        verdict.add(try compare(["x": "1"], ["x": "2"]))
        #expect(verdict.summary(after: .seconds(2)).hasSuffix("2.0 seconds in all: 2 DIFFERENCES"))
    }

    // MARK: The folder

    @Test func `the demo makes its folder and marks it`() throws {
        let folder = try DemoFolder(at: scratch.path("demo"))
        #expect(try scratch.names(in: "demo") == [".holdfast-demo"])
        #expect(try scratch.mode(of: "demo") == 0o700)
        #expect(
            folder.serveCommand(listen: "127.0.0.1:1")
                == "holdfast serve --tenant \(folder.tenant.path) --state \(folder.state.path) --listen 127.0.0.1:1")
    }

    @Test func `a folder of an earlier demo is recreated`() throws {
        _ = try DemoFolder(at: scratch.path("demo"))
        try scratch.write("old", to: "demo/tenant/old.txt")
        _ = try DemoFolder(at: scratch.path("demo"))
        #expect(try scratch.names(in: "demo") == [".holdfast-demo"])
    }

    @Test func `a folder of anyone else is refused and left alone`() throws {
        try scratch.write("mine", to: "demo/mine.txt")
        let error = #expect(throws: UsageError.self) { try DemoFolder(at: scratch.path("demo")) }
        #expect(error?.description.contains("was not made by the demo") == true)
        #expect(try scratch.names(in: "demo") == ["mine.txt"])
    }

    @Test func `any folder becomes the drive of one user`() throws {
        let folder = try DemoFolder(at: scratch.path("demo"))
        try scratch.write("text", to: "mine/a.txt")
        try folder.copyTenant(from: scratch.path("mine"))
        #expect(try scratch.text(of: "demo/tenant/drives/you@demo.example/a.txt") == "text")
        #expect(folder.holdsDrive(of: "you@demo.example"))
        #expect(!folder.holdsDrive(of: "me@demo.example"))
    }

    @Test func `a tenant is copied as it is`() throws {
        let folder = try DemoFolder(at: scratch.path("demo"))
        try scratch.write("text", to: "mine/drives/ada/a.txt")
        try folder.copyTenant(from: scratch.path("mine"))
        #expect(try scratch.text(of: "demo/tenant/drives/ada/a.txt") == "text")
    }

    @Test func `a folder that does not exist, or holds the demo, is refused`() throws {
        let folder = try DemoFolder(at: scratch.path("mine/demo"))
        #expect(throws: UsageError.self) { try folder.copyTenant(from: scratch.path("nowhere")) }
        let error = #expect(throws: UsageError.self) { try folder.copyTenant(from: scratch.path("mine")) }
        #expect(error?.description.contains("lies inside '\(scratch.path("mine"))'") == true)
    }

    @Test func `a command that fails is named with its exit code`() {
        let error = #expect(throws: UsageError.self) {
            try ServerProcess.run(URL(filePath: "/bin/sh"), ["-c", "exit 3"])
        }
        #expect(error?.description.hasPrefix("'sh -c exit 3' failed with exit code 3.") == true)
    }

    @Test func `what a command prints comes without white space around it`() throws {
        #expect(try ServerProcess.run(URL(filePath: "/bin/echo"), [" word "]) == "word")
    }
}
