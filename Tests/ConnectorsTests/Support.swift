import CLinuxCalls
import Connectors
import FileTree
import Foundation
import Glibc
import Logging

/// A folder that is removed at the end of a test.
final class Scratch {
    let path: String

    init() {
        var template =
            Array("\(NSTemporaryDirectory())/holdfast-connectors-XXXXXX".utf8).map { CChar(bitPattern: $0) } + [0]
        let made = unsafe mkdtemp(&template)
        precondition(unsafe made != nil, "the system's folder for temporary files can be written")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // Folders without permissions cannot be removed before they have them again.
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "chmod -R u+rwx \"$0\"; rm -rf \"$0\"", path]
        try? shell.run()
        shell.waitUntilExit()
    }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes a folder and those on the way to it.
    @discardableResult
    func folder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
        return self(name)
    }

    /// Writes a file, and the folders on the way to it.
    func file(_ name: String, _ content: String = "content") throws {
        try folder(name.split(separator: "/").dropLast().joined(separator: "/"))
        try Data(content.utf8).write(to: URL(filePath: self(name)))
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: self(name), withDestinationPath: target)
    }

    func content(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: self(name))), as: UTF8.self)
    }

    func names(_ name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: self(name)).sorted()
    }

    func exists(_ name: String) -> Bool {
        var status = stat()
        return unsafe lstat(self(name), &status) == 0
    }

    func status(_ name: String) throws -> stat {
        var status = stat()
        guard unsafe lstat(self(name), &status) == 0 else { throw CocoaError(.fileNoSuchFile) }
        return status
    }
}

extension TreePath {
    /// A path in a test.
    init(test text: String) {
        guard let path = TreePath(text) else { preconditionFailure("the test's path is valid") }
        self = path
    }
}

extension ReadableTree {
    /// The content of a file, read in one call.
    func content(_ path: String) throws -> String {
        let file = try open(TreePath(test: path))
        var bytes = [UInt8](repeating: 0, count: Int(try file.attributes().size) + 1)
        let count = try unsafe bytes.withUnsafeMutableBytes { unsafe try file.read(into: $0, at: 0) }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}

extension WritableFile {
    func write(_ text: String, at offset: UInt64 = 0) throws {
        try unsafe Array(text.utf8).withUnsafeBytes { unsafe try write($0, at: offset) }
    }
}

/// The code of the error that `body` throws; nil where it throws none.
func treeError(_ body: () throws -> some Any) -> TreeError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? TreeError)?.code
    }
}

/// The error that `body` throws; nil where it throws none.
func tenantError(_ body: () throws -> some Any) -> TenantError? {
    do {
        _ = try body()
        return nil
    } catch {
        return error as? TenantError
    }
}

/// Runs `body` as a user without privileges who owns `scratch` and all in it. Only this thread
/// changes; where the tests themselves run without privileges nothing needs to.
func withoutPrivileges(owning scratch: Scratch, _ body: () throws -> Void) throws {
    guard geteuid() == 0 else { return try body() }
    let nobody: UInt32 = 65534
    for name in [""] + (FileManager.default.subpaths(atPath: scratch.path) ?? []) {
        guard unsafe lchown(scratch(name), nobody, nobody) == 0 else { throw CocoaError(.fileWriteNoPermission) }
    }
    let before = holdfast_setfsuid(nobody)
    defer { _ = holdfast_setfsuid(uid_t(before)) }
    try body()
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// The same for a task: `path` already belongs to nobody.
func asNobody(_ path: String, _ body: () throws -> Void) throws {
    guard geteuid() == 0 else { return try body() }
    let before = holdfast_setfsuid(65534)
    defer { _ = holdfast_setfsuid(uid_t(before)) }
    try body()
}
