import Glibc

/// The few system calls a local store needs, with errors as values. Interrupted calls are repeated.
enum LocalFiles {
    /// The number of the last system error.
    struct Failure: Error {
        var number: Int32
        /// What the system says about it.
        var text: String {
            guard let text = unsafe strerror(number) else { return "error \(number)" }
            return unsafe String(cString: text)
        }
    }

    /// An open descriptor that is closed when the value goes.
    struct Descriptor: ~Copyable {
        let number: Int32
        init(_ path: String, flags: Int32, mode: mode_t = 0) throws(Failure) {
            number = try LocalFiles.repeated { unsafe Glibc.open(path, flags | O_CLOEXEC, mode) }
        }
        deinit { close(number) }
    }

    /// Calls again while a signal interrupts; negative results become a failure.
    static func repeated<Result: BinaryInteger>(_ call: () -> Result) throws(Failure) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            let number = errno
            if number != EINTR { throw Failure(number: number) }
        }
    }

    /// Writes all of `bytes` to a descriptor.
    static func writeAll(_ bytes: [UInt8], to descriptor: borrowing Descriptor) throws(Failure) {
        var written = 0
        while written < bytes.count {
            let number = descriptor.number
            written += try repeated {
                unsafe bytes.withUnsafeBytes { buffer in
                    // The range lies within the array: `written` never passes `bytes.count`.
                    unsafe Glibc.write(number, buffer.baseAddress.unsafelyUnwrapped + written, buffer.count - written)
                }
            }
        }
    }

    /// Appends exactly `count` bytes from `offset`, or fewer where the file ends before.
    static func read(
        _ descriptor: borrowing Descriptor, at offset: UInt64, count: Int, into buffer: inout [UInt8]
    ) throws(Failure) {
        let number = descriptor.number
        var failure: Failure?
        buffer.append(addingCapacity: count) { span in
            unsafe span.withUnsafeMutableBufferPointer { space, initialized in
                do throws(Failure) {
                    while initialized < count {
                        // The range lies within the space, which has `count` bytes.
                        let length = try repeated {
                            unsafe pread(
                                number, space.baseAddress.unsafelyUnwrapped + initialized, count - initialized,
                                off_t(offset) + off_t(initialized))
                        }
                        if length == 0 { return }
                        initialized += length
                    }
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
    }

    /// Size and kind of what stands at `path`.
    static func status(_ path: String, followingLinks: Bool = false) throws(Failure) -> stat {
        var result = stat()
        _ = try repeated { unsafe fstatat(AT_FDCWD, path, &result, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW) }
        return result
    }

    static func status(_ descriptor: borrowing Descriptor) throws(Failure) -> stat {
        var result = stat()
        let number = descriptor.number
        _ = try repeated { unsafe fstat(number, &result) }
        return result
    }

    /// Makes the entries of a folder durable.
    static func synchronizeFolder(_ path: String) throws(Failure) {
        let folder = try Descriptor(path, flags: O_RDONLY | O_DIRECTORY)
        let number = folder.number
        _ = try repeated { fsync(number) }
    }

    /// The names in a folder, without `.` and `..`; nil where there is no such folder.
    static func names(in path: String) throws(Failure) -> [String]? {
        guard let folder = unsafe opendir(path) else {
            let number = errno
            if number == ENOENT || number == ENOTDIR { return nil }
            throw Failure(number: number)
        }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = unsafe readdir(folder) else {
                let number = errno
                if number != 0 { throw Failure(number: number) }
                return names
            }
            // `d_name` is a NUL-terminated array within the entry, valid until the next `readdir`.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }
}
