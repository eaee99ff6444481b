import FileTree
import Foundation
import Glibc
import Testing

@testable import Connectors

/// What the failure of a system call means for a person.
@Suite struct FailureTests {
    let scratch = Scratch()

    @Test(
        arguments: [
            (ENOENT, .notFound), (EACCES, .permissionDenied), (EPERM, .permissionDenied), (EROFS, .permissionDenied),
            (ENOTDIR, .wrongKind), (EISDIR, .wrongKind), (EEXIST, .alreadyExists), (ENOTEMPTY, .notEmpty),
            (ENOSPC, .outOfSpace), (EDQUOT, .outOfSpace), (EFBIG, .unsupported), (ELOOP, .escapes), (EXDEV, .escapes),
            (ENAMETOOLONG, .invalidName), (EILSEQ, .invalidName), (EINVAL, .invalidName), (EOPNOTSUPP, .unsupported),
            (ESTALE, .treeUnavailable), (ENOTCONN, .treeUnavailable), (ETIMEDOUT, .treeUnavailable),
            (EIO, .inputOutput),
            (EMFILE, .inputOutput), (9999, .inputOutput),
        ] as [(Int32, TreeError.Code)])
    func `an error number has a code and keeps its number`(number: Int32, code: TreeError.Code) throws {
        let tree = try LocalTree(path: scratch.path)
        let path = TreePath(test: "a/b")
        let error = tree.failure(SystemFailure(number: number), at: path, to: "read the file")
        #expect(error.code == code)
        #expect(error.path == path)
        #expect(error.systemError == number)
        #expect(error.message.hasPrefix("cannot read the file: "))
    }

    @Test(
        arguments: [
            (ENOSPC, "cannot write the file: No space left on device; free space or raise the quota, then try again"),
            (EEXIST, "cannot write the file: File exists"),
            (EROFS, "cannot write the file: Read-only file system; the file system is mounted read-only"),
        ] as [(Int32, String)])
    func `the message says what failed, why, and what to do`(number: Int32, message: String) throws {
        let tree = try LocalTree(path: scratch.path)
        #expect(tree.failure(SystemFailure(number: number), at: .root, to: "write the file").message == message)
    }

    @Test func `a missing item of a missing tree is the tree's failure`() throws {
        let folder = try scratch.folder("tree")
        let tree = try LocalTree(path: folder)
        #expect(tree.rootFailure() == nil)
        try FileManager.default.removeItem(atPath: folder)
        let error = tree.failure(SystemFailure(number: ENOENT), at: TreePath(test: "a"), to: "read the file")
        #expect(error.code == .treeUnavailable)
        #expect(error.path == .root)
        #expect(error.message.contains("'\(folder)' is gone or was replaced"))
    }

    @Test func `another folder in place of the root is not the tree`() throws {
        let folder = try scratch.folder("tree")
        let tree = try LocalTree(path: folder)
        unsafe rename(folder, scratch("old"))
        try scratch.folder("tree")
        #expect(tree.rootFailure()?.code == .treeUnavailable)
        unsafe rmdir(folder)
        unsafe rename(scratch("old"), folder)
        #expect(tree.rootFailure() == nil)
    }

    @Test func `a refused attribute number has words even where the system has none`() {
        #expect(SystemFailure(number: ENOENT).text == "No such file or directory")
        #expect(!SystemFailure(number: 9999).text.isEmpty)
    }
}

@Suite struct TemporaryNamesTests {
    private func isTemporary(_ name: String) -> Bool { TemporaryNames.isTemporary(Array(name.utf8)) }

    @Test func `names are of the reserved form, each once, and the run's own`() {
        let names = TemporaryNames(run: 0x0123_4567_89ab_cdef)
        let given = (0..<1000).map { _ in names.next() }
        #expect(Set(given).count == 1000)
        #expect(given.allSatisfy { TemporaryNames.isTemporary($0) && names.own($0) })
        #expect(String(decoding: given[0], as: UTF8.self) == ".holdfast-0123456789abcdef0000000000000001.tmp")
    }

    @Test func `names of another run are temporary and not one's own`() {
        let (mine, other) = (TemporaryNames(run: 1), TemporaryNames(run: .max))
        let name = other.next()
        #expect(TemporaryNames.isTemporary(name))
        #expect(!mine.own(name))
        #expect(TemporaryNames(run: .max).own(name))
    }

    @Test(arguments: [
        "", ".holdfast-", ".holdfast-0123456789abcdef0123456789abcdef", "holdfast-0123456789abcdef0123456789abcdef.tmp",
        ".holdfast-0123456789abcdef0123456789abcde.tmp", ".holdfast-0123456789abcdef0123456789abcdef0.tmp",
        ".holdfast-0123456789ABCDEF0123456789abcdef.tmp", ".holdfast-0123456789abcdef0123456789abcdeg.tmp",
        ".holdfast-0123456789abcdef0123456789abcdef.tmq", ".Holdfast-0123456789abcdef0123456789abcdef.tmp",
        ".holdfast_0123456789abcdef0123456789abcdef.tmp", " holdfast-0123456789abcdef0123456789abcdef.tmp",
    ])
    func `a name that is nearly of the form is user data`(name: String) {
        #expect(!isTemporary(name))
    }
}
