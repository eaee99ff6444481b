import Foundation
import Glibc

/// A folder with everything that file systems hold: made with plain system calls, so that nothing
/// of ours takes part.
enum SampleTree {
    static func make(at root: String) throws {
        let files = FileManager.default
        for folder in ["deep/er/than/that", "empty", "names with space", "private"] {
            try files.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
        }
        try write("\(root)/deep/er/than/that/file.txt", Array("hello\n".utf8))
        try write("\(root)/empty.bin", [])
        try write("\(root)/names with space/#100% \u{1F600} \"quoted\" \\ back.txt", [1, 2, 3])
        try write("\(root)/Umläute und 日本語.txt", Array("ä".utf8))
        try write("\(root)/big.bin", noise(6_000_000, seed: 1))
        try write("\(root)/zeros.bin", [UInt8](repeating: 0, count: 3_000_000))
        try write("\(root)/text.log", (0..<40_000).flatMap { Array("line number \($0)\n".utf8) })
        for number in 0..<20 { try write("\(root)/deep/small-\(number)", noise(number * 37, seed: UInt64(number) + 7)) }
        // A name that is not UTF-8, and one with a newline.
        try writeRaw(Array("\(root)/latin-".utf8) + [0xE4, 0xFF], [9])
        try writeRaw(Array("\(root)/new\nline".utf8), [8])
        try files.createSymbolicLink(atPath: "\(root)/link", withDestinationPath: "deep/er/than/that/file.txt")
        try files.createSymbolicLink(atPath: "\(root)/dangling", withDestinationPath: "/nowhere/at all")
        try files.linkItem(atPath: "\(root)/text.log", toPath: "\(root)/deep/second name.log")
        try check(unsafe mkfifo("\(root)/pipe", 0o640))
        try check(unsafe chmod("\(root)/private", 0o2750))
        try check(unsafe chmod("\(root)/empty.bin", 0o400))
        for (number, path) in ["empty.bin", "deep/er", "empty", "text.log", "big.bin"].enumerated() {
            try setTime("\(root)/\(path)", seconds: 1_500_000_000 + number * 1_000_003, nanoseconds: 123_456_789)
        }
    }

    /// An edit, a new file, a deletion and a renaming.
    static func change(at root: String) throws {
        try write("\(root)/deep/small-3", noise(5_000, seed: 99))
        try write("\(root)/deep/new file", noise(70_000, seed: 98))
        try FileManager.default.removeItem(atPath: "\(root)/deep/small-4")
        try FileManager.default.moveItem(atPath: "\(root)/deep/small-5", toPath: "\(root)/empty/renamed")
    }

    /// Bytes that do not compress, the same for the same seed (xorshift64*).
    static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state ^= state >> 12
            state ^= state << 25
            state ^= state >> 27
            return UInt8(truncatingIfNeeded: (state &* 0x2545_F491_4F6C_DD1D) >> 56)
        }
    }

    private static func write(_ path: String, _ bytes: [UInt8]) throws {
        try writeRaw(Array(path.utf8), bytes)
    }

    private static func writeRaw(_ path: [UInt8], _ bytes: [UInt8]) throws {
        let descriptor = unsafe (path + [0]).withUnsafeBufferPointer { path in
            unsafe path.withMemoryRebound(to: CChar.self) {
                unsafe Glibc.open($0.baseAddress.unsafelyUnwrapped, O_CREAT | O_WRONLY | O_TRUNC, 0o644)
            }
        }
        try check(descriptor)
        defer { close(descriptor) }
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: Data(bytes))
    }

    private static func setTime(_ path: String, seconds: Int, nanoseconds: Int) throws {
        let times = [timespec(tv_sec: seconds, tv_nsec: nanoseconds), timespec(tv_sec: seconds, tv_nsec: nanoseconds)]
        try check(unsafe utimensat(AT_FDCWD, path, times, 0))
    }

    private static func check(_ result: Int32) throws {
        if result < 0 { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }
}

/// What a folder holds, as GNU find, sha256sum and readlink see it: kind, mode, owner, size, time
/// of modification, target, content.
struct Listing: Equatable, CustomStringConvertible {
    let description: String

    init(_ root: String) throws {
        let script = """
            find . -mindepth 1 -not -type d -printf '%p|%y|%m|%U|%G|%s|%T@|%l|%n\\n' | sort
            find . -mindepth 1 -type d -printf '%p|%y|%m|%U|%G|%T@\\n' | sort
            find . -type f -print0 | sort -z | xargs -0 sha256sum
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: root)
        process.environment = ["LC_ALL": "C", "PATH": "/usr/bin:/bin"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        description = String(decoding: data, as: UTF8.self)
    }
}
