import Foundation
import Testing

@testable import CLI

@Suite struct PrivateFileTests {
    let scratch = Scratch()

    @Test func `a file is written with mode 0600, and its draft goes`() throws {
        try PrivateFile.write(Data("text".utf8), to: scratch.url.appending(path: "file"))
        #expect(try scratch.text(of: "file") == "text")
        #expect(try scratch.mode(of: "file") == 0o600)
        #expect(try scratch.names(in: "") == ["file"])
    }

    @Test func `a file that was open to others gets mode 0600 with its new content`() throws {
        try scratch.write("old", to: "file", mode: 0o666)
        try PrivateFile.write(Data("new".utf8), to: scratch.url.appending(path: "file"))
        #expect(try scratch.text(of: "file") == "new")
        #expect(try scratch.mode(of: "file") == 0o600)
    }

    @Test func `a folder that does not exist is named`() {
        let file = scratch.url.appending(path: "nowhere/file")
        #expect(throws: StateRefusal.notWritten(file.path + ".new")) { try PrivateFile.write(Data(), to: file) }
    }

    @Test func `a folder in the place of the file is named and stays`() throws {
        let folder = try scratch.makeFolder("file")
        let refused = #expect(throws: StateRefusal.self) {
            try PrivateFile.write(Data(), to: scratch.url.appending(path: "file"))
        }
        #expect(refused == .notReplaced(file: folder, cause: systemText(EISDIR)))
    }

    @Test(arguments: [(0o600, 0o600), (0o400, 0o600), (0o700, 0o700), (0o500, 0o700)])
    func `a mode within the allowed one is accepted`(mode: Int, allowed: Int) throws {
        try scratch.write("", to: "file", mode: mode)
        try PrivateFile.require(scratch.url.appending(path: "file"), mode: allowed)
    }

    @Test(arguments: [(0o601, 0o600), (0o640, 0o600), (0o700, 0o600), (0o710, 0o700)])
    func `a mode beyond the allowed one is refused`(mode: Int, allowed: Int) throws {
        let path = try scratch.write("", to: "file", mode: mode)
        #expect(throws: StateRefusal.openToOthers(file: path, found: mode, allowed: allowed)) {
            try PrivateFile.require(scratch.url.appending(path: "file"), mode: allowed)
        }
    }

    @Test func `a file that does not exist cannot be examined`() {
        #expect(throws: StateRefusal.self) { try PrivateFile.require(scratch.url.appending(path: "file"), mode: 0o600) }
    }
}
