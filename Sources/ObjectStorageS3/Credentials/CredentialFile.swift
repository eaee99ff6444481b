import Foundation

/// Credentials in a file of two lines, the key's id and the secret key. A third line may hold the
/// token of a session.
struct CredentialFile {
    /// What changes when a file is written or replaced.
    struct Stamp: Equatable {
        var device: UInt64
        var inode: UInt64
        var sizeBytes: Int
        var seconds: Int
        var nanoseconds: Int
    }

    let credentials: S3Credentials
    let stamp: Stamp

    private static let limitBytes = 64 << 10

    /// Reads a file, unless it grants a right of `forbids`.
    static func read(_ path: String, forbids: UInt32) throws(CredentialFault) -> CredentialFile {
        let (text, stamp) = try content(path, forbids: forbids)
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        let given = lines.filter { !$0.isEmpty }
        guard (2...3).contains(given.count), given.allSatisfy({ !$0.contains(" ") && !$0.contains("=\"") }) else {
            throw CredentialFault(
                message: "'\(path)' must hold two lines: the id of the key, and the secret key.")
        }
        return CredentialFile(
            credentials: S3Credentials(
                accessKeyID: given[0], secretAccessKey: given[1], sessionToken: given.count == 3 ? given[2] : nil),
            stamp: stamp)
    }

    /// The text of a file of one line.
    static func text(_ path: String, forbids: UInt32) throws(CredentialFault) -> String {
        try content(path, forbids: forbids).text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// nil where the file cannot be looked at.
    static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Stamp(status)
    }

    /// Opens the file once, so that the file that is judged is the one that is read.
    private static func content(
        _ path: String, forbids: UInt32
    ) throws(CredentialFault) -> (text: String, stamp: Stamp) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else {
            let words = unsafe String(cString: strerror(errno))
            throw CredentialFault(message: "'\(path)' cannot be read (\(words)).")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CredentialFault(message: "'\(path)' is no file.")
        }
        guard status.st_mode & forbids == 0 else {
            throw CredentialFault(message: "'\(path)' can be read by others. Run: chmod 600 '\(path)'")
        }
        do {
            let bytes = try file.read(upToCount: limitBytes + 1) ?? Data()
            if bytes.count <= limitBytes, let text = String(validating: bytes, as: UTF8.self) {
                return (text, Stamp(status))
            }
        } catch {
            throw CredentialFault(message: "'\(path)' cannot be read (\(error)).")
        }
        throw CredentialFault(message: "'\(path)' is longer than 64 KiB, or is no text.")
    }
}

extension CredentialFile.Stamp {
    fileprivate init(_ status: stat) {
        self.init(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), sizeBytes: Int(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
}
