import Glibc

/// A failed call on a sample tenant's files, with the place and the system's number.
public struct PlainFileError: Error, CustomStringConvertible {
    /// What was tried, as in "cannot <action>".
    public var action: String
    public var path: String
    /// The value of `errno`.
    public var number: Int32

    /// The failure as a sentence.
    public var description: String {
        let text = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        return "cannot \(action) '\(path)': \(text)"
    }
}

/// Plain calls of the C library on paths of any bytes. Samples are made and compared with these, and
/// on purpose not with the code under test.
enum PlainFiles {
    /// Repeats a call while a signal interrupts it.
    /// - Throws: what `errno` says about a negative result.
    @discardableResult
    static func check<Result: BinaryInteger>(
        _ action: String, _ path: [UInt8], _ call: () -> Result
    ) throws(PlainFileError) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            let number = errno
            if number != EINTR {
                throw PlainFileError(action: action, path: String(decoding: path, as: UTF8.self), number: number)
            }
        }
    }

    /// The path as the C library takes it.
    static func c(_ path: [UInt8]) -> [CChar] {
        path.map { CChar(bitPattern: $0) } + [0]
    }

    /// The path of an entry of a folder.
    static func join(_ folder: [UInt8], _ name: [UInt8]) -> [UInt8] {
        name.isEmpty ? folder : folder + [UInt8(ascii: "/")] + name
    }

    static func status(_ path: [UInt8]) throws(PlainFileError) -> stat {
        var result = stat()
        try check("examine", path) { unsafe lstat(c(path), &result) }
        return result
    }

    /// The names in a folder, sorted by their bytes.
    static func names(_ path: [UInt8]) throws(PlainFileError) -> [[UInt8]] {
        guard let folder = unsafe opendir(c(path)) else {
            throw PlainFileError(action: "list", path: String(decoding: path, as: UTF8.self), number: errno)
        }
        defer { unsafe closedir(folder) }
        var names: [[UInt8]] = []
        while let entry = unsafe readdir(folder) {
            // The name is an array with a NUL behind it, within the entry that stays valid
            // until the next call.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { start in
                    unsafe Array(
                        UnsafeBufferPointer(
                            start: start,
                            count: strnlen(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), 256)))
                }
            }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// The whole content of a file.
    static func read(_ path: [UInt8]) throws(PlainFileError) -> [UInt8] {
        let file = try check("open", path) { unsafe open(c(path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW) }
        defer { close(file) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try check("read", path) { unsafe Glibc.read(file, &buffer, buffer.count) }
            if count == 0 { return content }
            content += buffer[..<count]
        }
    }

    /// Writes a file, replacing its content.
    static func write(_ path: [UInt8], _ content: [UInt8]) throws(PlainFileError) {
        let file = try check("make", path) {
            unsafe open(c(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        }
        defer { close(file) }
        var written = 0
        while written < content.count {
            // The range lies within the array: `written` never passes its count.
            written += try check("write", path) {
                unsafe content.withUnsafeBytes { bytes in
                    unsafe Glibc.write(file, bytes.baseAddress.unsafelyUnwrapped + written, bytes.count - written)
                }
            }
        }
    }

    static func makeFolder(_ path: [UInt8]) throws(PlainFileError) {
        try check("make the folder", path) { unsafe mkdir(c(path), 0o755) }
    }

    static func setMode(_ path: [UInt8], _ mode: mode_t) throws(PlainFileError) {
        try check("set the mode of", path) { unsafe chmod(c(path), mode) }
    }

    static func setModified(_ path: [UInt8], seconds: Int64, nanoseconds: Int) throws(PlainFileError) {
        let time = timespec(tv_sec: Int(seconds), tv_nsec: nanoseconds)
        try check("set the time of", path) { unsafe utimensat(AT_FDCWD, c(path), [time, time], AT_SYMLINK_NOFOLLOW) }
    }
}
