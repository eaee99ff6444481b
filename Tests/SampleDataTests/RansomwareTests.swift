import Foundation
import Glibc
import SampleData
import Testing

@Suite struct RansomwareTests {
    let scratch = Scratch()

    /// A folder of forty files: enough that each kind of damage is done to some.
    private func fill(_ folder: String) throws {
        for index in 0..<40 { try scratch.file("\(folder)/sub \(index % 4)/file \(index)", "content of \(index)") }
    }

    @Test func `the same seed does the same damage`() throws {
        for side in ["a", "b"] { try fill(side) }
        let damage = try Ransomware(seed: 3).attack(scratch("a"))
        #expect(try Ransomware(seed: 3).attack(scratch("b")) == damage)
        let comparison = try TreeComparison(scratch("a"), scratch("b"))
        #expect(comparison.differences.filter { !$0.what.hasPrefix("time") } == [])
    }

    @Test func `another seed does other damage`() throws {
        for side in ["a", "b"] { try fill(side) }
        _ = try Ransomware(seed: 3).attack(scratch("a"))
        _ = try Ransomware(seed: 4).attack(scratch("b"))
        #expect(scratch.paths(in: "a") != scratch.paths(in: "b"))
    }

    @Test func `what it reports is what it did`() throws {
        try fill("a")
        let damage = try Ransomware(seed: 5).attack(scratch("a"))
        #expect(damage.overwritten + damage.renamed + damage.deleted == 40)
        let files = scratch.paths(in: "a").filter { $0.contains("file ") }
        #expect(files.filter { $0.hasSuffix(".locked") }.count == damage.renamed)
        #expect(files.filter { !$0.hasSuffix(".locked") }.count == damage.overwritten)
        #expect(damage.renamed > 0)
        #expect(damage.overwritten > 0)
        #expect(damage.deleted > 0)
    }

    @Test func `no file keeps its content`() throws {
        try fill("a")
        _ = try Ransomware(seed: 5).attack(scratch("a"))
        for path in scratch.paths(in: "a") where path.contains("file ") {
            let text = String(decoding: try scratch.content("a/\(path)"), as: UTF8.self)
            #expect(!text.hasPrefix("content of"))
        }
    }

    @Test func `a note is left in each folder, the empty ones too`() throws {
        try fill("a")
        try scratch.folder("a/empty")
        let damage = try Ransomware(seed: 5).attack(scratch("a"))
        #expect(damage.notes == 6)
        let notes = scratch.paths(in: "a").filter { $0.hasSuffix(Ransomware.noteName) }
        #expect(notes.count == 6)
    }

    @Test func `a file that is read only is damaged like others`() throws {
        for index in 0..<8 {
            try scratch.file("a/\(index)", "old")
            unsafe chmod(scratch("a/\(index)"), 0o400)
        }
        let damage = try Ransomware(seed: 1).attack(scratch("a"))
        #expect(damage.overwritten + damage.renamed + damage.deleted == 8)
    }

    @Test func `what lies beside the folder, and what links lead to, stays`() throws {
        try fill("inside")
        try scratch.file("beside/kept", "kept")
        try scratch.link("inside/link to a file", to: "../beside/kept")
        try scratch.link("inside/link to a folder", to: "../beside")
        _ = try Ransomware(seed: 9).attack(scratch("inside"))
        #expect(try scratch.content("beside/kept") == Array("kept".utf8))
        #expect(scratch.paths(in: "beside") == ["kept"])
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: scratch("inside/link to a file"))
        #expect(target == "../beside/kept")
    }

    @Test func `a name too long for the ending keeps its own`() throws {
        let long = String(repeating: "n", count: 250)
        for folder in 0..<16 { try scratch.file("a/\(folder)/\(long)") }
        let damage = try Ransomware(seed: 2).attack(scratch("a"))
        #expect(damage.renamed == 0)
        #expect(damage.overwritten + damage.deleted == 16)
        #expect(damage.overwritten > 0)
    }

    @Test func `a folder that is not there is an error that names it`() {
        let error = #expect(throws: PlainFileError.self) { try Ransomware(seed: 1).attack(scratch("nowhere")) }
        #expect(error?.description == "cannot list '\(scratch("nowhere"))': No such file or directory")
    }
}
