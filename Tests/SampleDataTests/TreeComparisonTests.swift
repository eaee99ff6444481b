import Foundation
import Glibc
import SampleData
import Testing

@Suite struct TreeComparisonTests {
    let scratch = Scratch()

    /// Two folders that are equal, times included: a file, a file in a folder, a link.
    private func twins() throws {
        for side in ["a", "b"] {
            try scratch.file("\(side)/file", "same")
            try scratch.file("\(side)/folder/inner", "same inner")
            try scratch.link("\(side)/link", to: "file")
            settle(side)
        }
    }

    /// Gives everything beneath a side the same time of modification.
    private func settle(_ side: String) {
        for path in scratch.paths(in: side).reversed() { scratch.setTime("\(side)/\(path)") }
    }

    private func compare(_ options: TreeComparison.Options = .init()) throws -> TreeComparison {
        try TreeComparison(scratch("a"), scratch("b"), options)
    }

    /// The only difference, as "path: what".
    private func difference(_ options: TreeComparison.Options = .init()) throws -> String {
        let differences = try compare(options).differences
        #expect(differences.count == 1)
        return differences.first.map(\.description) ?? "none"
    }

    @Test func `equal folders have no difference, and are counted`() throws {
        try twins()
        let comparison = try compare()
        #expect(comparison.isEqual)
        #expect(comparison.files == 2)
        #expect(comparison.bytes == 14)
        #expect(comparison.items == 4)
    }

    @Test func `two empty folders are equal`() throws {
        try scratch.folder("a")
        try scratch.folder("b")
        let comparison = try compare()
        #expect(comparison.isEqual)
        #expect(comparison.items == 0)
    }

    @Test func `other content of the same length is found with its place`() throws {
        try twins()
        try scratch.file("b/file", "sane")
        settle("b")
        #expect(try difference() == "file: the content differs from byte 2 on")
    }

    @Test func `another length is found`() throws {
        try twins()
        try scratch.file("b/file", "same and more")
        settle("b")
        #expect(try difference() == "file: size: 4, 13")
    }

    @Test func `another mode is found, in octal`() throws {
        try twins()
        unsafe chmod(scratch("a/file"), 0o600)
        unsafe chmod(scratch("b/file"), 0o4751)
        #expect(try difference() == "file: mode: 600, 4751")
    }

    @Test func `another time of a file is found, to the nanosecond`() throws {
        try twins()
        scratch.setTime("b/file", seconds: 1000, nanoseconds: 1)
        #expect(try difference() == "file: time of modification: 1000s 0ns, 1000s 1ns")
    }

    @Test func `another time of a folder is found unless folders' times do not count`() throws {
        try twins()
        scratch.setTime("b/folder", seconds: 999)
        #expect(try difference() == "folder: time of modification: 1000s 0ns, 999s 0ns")
        #expect(try compare(TreeComparison.Options(folderTimes: false)).isEqual)
    }

    @Test func `the time of the roots counts only where it is asked for`() throws {
        try twins()
        scratch.setTime("a", seconds: 5)
        scratch.setTime("b", seconds: 6)
        #expect(try compare().isEqual)
        let asked = try difference(TreeComparison.Options(roots: true))
        #expect(asked == "/: time of modification: 5s 0ns, 6s 0ns")
    }

    @Test func `another target of a link is found`() throws {
        try twins()
        try FileManager.default.removeItem(atPath: scratch("b/link"))
        try scratch.link("b/link", to: "folder")
        settle("b")
        #expect(try difference() == "link: target: file, folder")
    }

    @Test func `a link is not followed`() throws {
        try twins()
        for side in ["a", "b"] {
            try scratch.link("\(side)/away", to: "../outside \(side)")
            try scratch.file("outside \(side)", side)
        }
        settle("a")
        settle("b")
        #expect(try difference() == "away: target: ../outside a, ../outside b")
    }

    @Test func `an item of another kind is found, and is not looked into`() throws {
        try twins()
        try FileManager.default.removeItem(atPath: scratch("b/folder"))
        try scratch.file("b/folder")
        let found = try difference()
        #expect(found.hasPrefix("folder: kind: "))
    }

    @Test(arguments: ["file", "link", "folder"])
    func `an item that only the left has is found`(name: String) throws {
        try twins()
        try FileManager.default.removeItem(atPath: scratch("b/\(name)"))
        #expect(try difference() == "\(name): is only on the left")
    }

    @Test(arguments: ["file", "link", "folder", "folder/inner"])
    func `an item that only the right has is found`(name: String) throws {
        try twins()
        try FileManager.default.removeItem(atPath: scratch("a/\(name)"))
        settle("a")
        #expect(try difference() == "\(name): is only on the right")
    }

    @Test func `what only the right has comes after what the left has`() throws {
        for name in ["a", "d"] { try scratch.file("a/\(name)") }
        for name in ["b", "c"] { try scratch.file("b/\(name)") }
        #expect(try compare().differences.map(\.path) == ["a", "d", "b", "c"])
    }

    @Test func `names that differ only in their normal form are two names`() throws {
        try scratch.file("a/Caf\u{e9}")
        try scratch.file("b/Cafe\u{301}")
        let found = try compare().differences.map(\.what)
        #expect(found == ["is only on the left", "is only on the right"])
    }

    @Test func `names of one file on one side only are found`() throws {
        try twins()
        unsafe link(scratch("a/file"), scratch("a/second"))
        try scratch.file("b/second", "same")
        settle("a")
        settle("b")
        #expect(try difference() == "file: only on the left are these one file: file, second")
    }

    @Test func `names of one file on both sides are equal`() throws {
        try twins()
        for side in ["a", "b"] {
            unsafe link(scratch("\(side)/file"), scratch("\(side)/folder/second"))
            settle(side)
        }
        #expect(try compare().differences == [])
        #expect(try compare().files == 3)
    }

    @Test func `a further name outside of the folders does not count`() throws {
        try twins()
        unsafe link(scratch("a/file"), scratch("outside"))
        #expect(try compare().isEqual)
    }

    @Test func `differences come in the order of the paths' bytes`() throws {
        for name in ["b", "a", "\u{e9}", "Z"] { try scratch.file("a/\(name)") }
        try scratch.folder("b")
        #expect(try compare().differences.map(\.path) == ["Z", "a", "b", "\u{e9}"])
    }

    @Test func `a folder that is not there is an error, not an equality`() throws {
        try scratch.folder("a")
        #expect(throws: PlainFileError.self) { try compare() }
    }

    @Test func `neither side is changed`() throws {
        try twins()
        let before = scratch.paths(in: "a") + scratch.paths(in: "b")
        _ = try compare()
        #expect(scratch.paths(in: "a") + scratch.paths(in: "b") == before)
        #expect(try compare().isEqual)
    }
}
