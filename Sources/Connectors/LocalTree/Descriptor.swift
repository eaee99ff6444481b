import CLinuxCalls
import Glibc

/// An open file descriptor that is closed when its last reference goes.
final class Descriptor: Sendable {
    let number: Int32

    /// Takes over an open descriptor.
    init(owning number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }
}

/// The number of a failed system call.
struct SystemFailure: Error {
    var number: Int32

    /// The system's description of the error.
    var text: String {
        guard let text = unsafe strerror(number) else { return "error \(number)" }
        return unsafe String(cString: text)
    }
}

/// System calls that throw their failures. An interrupted call is repeated.
enum System {
    /// Restricts calls with names beneath a folder: they never leave it and follow no link, not
    /// even one that is swapped in during the call.
    static let resolution = UInt64(
        HOLDFAST_RESOLVE_BENEATH | HOLDFAST_RESOLVE_NO_SYMLINKS | HOLDFAST_RESOLVE_NO_MAGICLINKS)

    /// Makes a call of the C library, which returns -1 and sets `errno` on failure.
    @discardableResult
    static func library<Result: BinaryInteger>(_ call: () -> Result) throws(SystemFailure) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            let number = errno
            if number != EINTR { throw SystemFailure(number: number) }
        }
    }

    /// Makes a call of `CLinuxCalls`, which returns the negative error number on failure. openat2
    /// returns EAGAIN where a rename came in between.
    @discardableResult
    static func kernel<Result: BinaryInteger>(_ call: () -> Result) throws(SystemFailure) -> Result {
        var attempts = 0
        while true {
            let result = call()
            if result >= 0 { return result }
            let number = Int32(truncatingIfNeeded: -Int64(result))
            attempts += 1
            if number == EINTR || (number == EAGAIN && attempts < 1000) { continue }
            throw SystemFailure(number: number)
        }
    }

    /// Opens `path`, beneath `folder` and through no link; the empty path is the folder itself.
    static func open(
        _ path: [UInt8], beneath folder: Descriptor, flags: Int32, mode: UInt32 = 0
    ) throws(SystemFailure) -> Descriptor {
        try open(CName(path.isEmpty ? [UInt8(ascii: ".")] : path), beneath: folder, flags: flags, mode: mode)
    }

    /// As `open(_:beneath:flags:mode:)`, with a name that is converted already.
    static func open(
        _ name: CName, beneath folder: Descriptor, flags: Int32, mode: UInt32 = 0
    ) throws(SystemFailure) -> Descriptor {
        try open(name, folder.number, flags: flags, mode: mode, resolution: resolution)
    }

    /// Opens a path that an administrator gave; links are followed.
    static func open(trusted path: [UInt8], flags: Int32) throws(SystemFailure) -> Descriptor {
        try open(CName(path), AT_FDCWD, flags: flags, mode: 0, resolution: 0)
    }

    private static func open(
        _ name: CName, _ folder: Int32, flags: Int32, mode: UInt32, resolution: UInt64
    ) throws(SystemFailure) -> Descriptor {
        Descriptor(
            owning: try kernel {
                unsafe holdfast_openat2(
                    folder, name.characters, UInt64(UInt32(bitPattern: flags)), UInt64(mode), resolution)
            })
    }

    /// The attributes of an open object.
    static func status(_ descriptor: Descriptor) throws(SystemFailure) -> stat {
        var result = stat()
        try library { unsafe fstat(descriptor.number, &result) }
        return result
    }

    /// The attributes of the entry `name` of an open folder, never following a link.
    static func status(_ name: [UInt8], in folder: Descriptor) throws(SystemFailure) -> stat {
        var result = stat()
        let name = try CName(name)
        try library { unsafe fstatat(folder.number, name.characters, &result, AT_SYMLINK_NOFOLLOW) }
        return result
    }
}

/// A name or path for C calls.
struct CName {
    /// The bytes with a NUL behind them.
    let characters: [CChar]

    /// Throws `EINVAL` for a NUL within the bytes: the system would stop reading there.
    init(_ bytes: [UInt8]) throws(SystemFailure) {
        if bytes.contains(0) { throw SystemFailure(number: EINVAL) }
        characters = bytes.map { CChar(bitPattern: $0) } + [0]
    }
}
