import Foundation
import Glibc

/// A folder of its own for one test, removed at the end with all that it holds.
final class Scratch {
    let path = FileManager.default.temporaryDirectory.appending(path: "sample-data-\(UUID().uuidString)").path

    init() {
        let isMade = unsafe mkdir(path, 0o700) == 0
        precondition(isMade, "the system's folder for temporary files can be written")
    }

    deinit {
        // A folder without permissions must get them back before it can be removed.
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", "chmod -R u+rwx \"$0\"; rm -rf \"$0\"", path]
        try? shell.run()
        shell.waitUntilExit()
    }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    /// Makes a folder and those on the way to it.
    func folder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: self(name), withIntermediateDirectories: true)
    }

    /// Writes a file, and the folders on the way to it.
    func file(_ name: String, _ content: String = "content") throws {
        try folder(name.split(separator: "/").dropLast().joined(separator: "/"))
        try Data(content.utf8).write(to: URL(filePath: self(name)))
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: self(name), withDestinationPath: target)
    }

    /// Sets the time of modification of an item, without following a link.
    func setTime(_ name: String, seconds: Int = 1000, nanoseconds: Int = 0) {
        let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
        unsafe utimensat(AT_FDCWD, self(name), [time, time], AT_SYMLINK_NOFOLLOW)
    }

    func content(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: self(name))))
    }

    /// Every path beneath a folder, sorted.
    func paths(in name: String) -> [String] {
        (FileManager.default.subpaths(atPath: self(name)) ?? []).sorted()
    }
}
