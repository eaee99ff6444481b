import CLinuxCalls
import Glibc

/// Objects as files beneath a folder of this machine.
///
/// An object is written to a temporary name in its own folder (`<name>-tmp-<random>`),
/// synchronised, renamed and made durable by synchronising the folder. Folders have mode 0700 and
/// files 0400, as restic leaves them. Calls block the thread that runs them. Source:
/// restic-format.md sections 2 and 14.
public struct LocalObjectStore: ObjectStore {
    /// The folder that holds the objects, without a final slash.
    public let path: String

    private static let temporaryMark = "-tmp-"

    /// Makes a store over the folder `path`, which is created with the first object.
    public init(path: String) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    public func list(prefix: String) async throws(ObjectStoreError) -> [ObjectInfo] {
        try ObjectName.validate(prefix: prefix)
        let folder = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
        var found: [ObjectInfo] = []
        var waiting = [folder]
        while let folder = waiting.popLast() {
            try scan(folder, prefix: prefix, found: &found, folders: &waiting)
        }
        return found
    }

    private func scan(
        _ folder: String, prefix: String, found: inout [ObjectInfo], folders: inout [String]
    ) throws(ObjectStoreError) {
        let entries = try attempt(folder, LocalFiles.names(in: location(folder)))
        for entry in entries ?? [] where !entry.contains(Self.temporaryMark) {
            let name = folder.isEmpty ? entry : folder + "/" + entry
            guard name.hasPrefix(prefix) || prefix.hasPrefix(name + "/"), ObjectName.isValid(name) else { continue }
            guard let status = try status(name) else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: folders.append(name)
            case S_IFREG: found.append(ObjectInfo(name: name, sizeBytes: UInt64(status.st_size)))
            default: continue
            }
        }
    }

    public func read(_ name: String, range: Range<UInt64>?) async throws(ObjectStoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        try await read(name, range: range, into: &bytes)
        return bytes
    }

    public func read(_ name: String, range: Range<UInt64>?, into buffer: inout [UInt8]) async throws(ObjectStoreError) {
        try ObjectName.validate(name)
        buffer.removeAll(keepingCapacity: true)
        let size = try attempt(name, append(location(name), range, to: &buffer))
        if let range, range.upperBound > size { throw .outside(range, of: name, sizeBytes: size) }
        guard buffer.count == range?.count ?? Int(size) else {
            throw ObjectStoreError(.inputOutput, name: name, message: "the file became shorter while it was read")
        }
    }

    /// Appends a range of a file, or all of it, to `buffer`; nothing where the file ends before.
    /// - Returns: the file's size in bytes.
    private func append(
        _ path: String, _ range: Range<UInt64>?, to buffer: inout [UInt8]
    ) throws(LocalFiles.Failure) -> UInt64 {
        let file = try LocalFiles.Descriptor(path, flags: O_RDONLY | O_NOFOLLOW)
        let size = UInt64(try LocalFiles.status(file).st_size)
        let wanted = range ?? 0..<size
        if wanted.upperBound <= size {
            try LocalFiles.read(file, at: wanted.lowerBound, count: wanted.count, into: &buffer)
        }
        return size
    }

    public func write(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) {
        _ = try await put(name, bytes, isReplacing: true)
    }

    public func create(_ name: String, _ bytes: [UInt8]) async throws(ObjectStoreError) -> Bool {
        // An object that is there costs no second file.
        if try await stat(name) != nil { return false }
        return try await put(name, bytes, isReplacing: false)
    }

    private func put(_ name: String, _ bytes: [UInt8], isReplacing: Bool) async throws(ObjectStoreError) -> Bool {
        func make(_ path: String) throws(LocalFiles.Failure) { try writeTemporary(path, bytes) }
        return try await put(name, isReplacing: isReplacing, make)
    }

    public func draft() async throws(ObjectStoreError) -> any ObjectDraft {
        LocalDraft(store: self) ?? MemoryDraft(store: self)
    }

    /// Gives the name of an object to a durable file that `make` leaves under the temporary
    /// name it is told.
    /// - Returns: false where there is an object of that name, which is not to be replaced.
    func put(
        _ name: String, isReplacing: Bool = true, _ make: (String) throws(LocalFiles.Failure) -> Void
    ) async throws(ObjectStoreError) -> Bool {
        try ObjectName.validate(name)
        let folder = name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
        let temporary = location(name) + Self.temporaryMark + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        do throws(LocalFiles.Failure) {
            try make(temporary)
        } catch {
            // The folder is missing only before its first object.
            guard error.number == ENOENT else { throw failure(error, name) }
            try makeFolder(folder)
            try attempt(name, make(temporary))
        }
        do throws(ObjectStoreError) {
            // Writing the bytes may have taken long.
            try await WriteFence.expectOpen(name)
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        guard try attempt(name, Self.rename(temporary, to: location(name), isReplacing: isReplacing)) else {
            return false
        }
        try attempt(name, LocalFiles.synchronizeFolder(location(folder)))
        return true
    }

    /// Renames a temporary file, or removes it where that fails.
    /// - Returns: false where `path` is taken and is not to be replaced.
    private static func rename(
        _ temporary: String, to path: String, isReplacing: Bool
    ) throws(LocalFiles.Failure) -> Bool {
        do throws(LocalFiles.Failure) {
            if isReplacing {
                _ = try LocalFiles.repeated { unsafe Glibc.rename(temporary, path) }
            } else {
                try renameToFree(temporary, path)
            }
        } catch {
            unsafe unlink(temporary)
            if !isReplacing, error.number == EEXIST { return false }
            throw error
        }
        return true
    }

    /// Renames where nothing has the new name yet, in one step. File systems that cannot do
    /// so know hard links.
    private static func renameToFree(_ old: String, _ new: String) throws(LocalFiles.Failure) {
        let result = unsafe holdfast_rename_no_replace(AT_FDCWD, old, AT_FDCWD, new)
        guard result < 0 else { return }
        guard result == -EINVAL || result == -ENOSYS else { throw LocalFiles.Failure(number: -result) }
        _ = try LocalFiles.repeated { unsafe link(old, new) }
        unsafe unlink(old)
    }

    private func writeTemporary(_ path: String, _ bytes: [UInt8]) throws(LocalFiles.Failure) {
        let file = try LocalFiles.Descriptor(path, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        do throws(LocalFiles.Failure) {
            try LocalFiles.writeAll(bytes, to: file)
            let number = file.number
            _ = try LocalFiles.repeated { fchmod(number, 0o400) }
            _ = try LocalFiles.repeated { fsync(number) }
        } catch {
            unsafe unlink(path)
            throw error
        }
    }

    /// Makes `folder` and the folders above it, each durable in its parent.
    private func makeFolder(_ folder: String) throws(ObjectStoreError) {
        var missing: [String] = []
        var path = location(folder)
        while path != "/", path != ".", !path.isEmpty, try !isFolder(path) {
            missing.append(path)
            path = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        }
        for path in missing.reversed() { try attempt(folder, Self.makeFolder(at: path)) }
    }

    /// Makes one folder, durable in its parent. One that exists already is no error.
    private static func makeFolder(at path: String) throws(LocalFiles.Failure) {
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST { throw LocalFiles.Failure(number: errno) }
        let parent = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        try LocalFiles.synchronizeFolder(parent)
    }

    private func isFolder(_ path: String) throws(ObjectStoreError) -> Bool {
        do throws(LocalFiles.Failure) {
            return try LocalFiles.status(path, followingLinks: true).st_mode & S_IFMT == S_IFDIR
        } catch {
            if error.number == ENOENT { return false }
            throw failure(error, path)
        }
    }

    public func delete(_ name: String) async throws(ObjectStoreError) {
        try ObjectName.validate(name)
        if unsafe unlink(location(name)) != 0, errno != ENOENT, errno != ENOTDIR {
            throw failure(LocalFiles.Failure(number: errno), name)
        }
    }

    public func synchronizeDeletions(prefix: String) async throws(ObjectStoreError) {
        try ObjectName.validate(prefix: prefix)
        let folder = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        guard try isFolder(location(folder)) else { return }
        try attempt(folder, LocalFiles.synchronizeFolder(location(folder)))
    }

    public func stat(_ name: String) async throws(ObjectStoreError) -> ObjectInfo? {
        try ObjectName.validate(name)
        guard let status = try status(name), status.st_mode & S_IFMT == S_IFREG else { return nil }
        return ObjectInfo(name: name, sizeBytes: UInt64(status.st_size))
    }

    private func status(_ name: String) throws(ObjectStoreError) -> Glibc.stat? {
        do throws(LocalFiles.Failure) {
            return try LocalFiles.status(location(name))
        } catch {
            if error.number == ENOENT || error.number == ENOTDIR { return nil }
            throw failure(error, name)
        }
    }

    private func location(_ name: String) -> String {
        name.isEmpty ? path : path + "/" + name
    }

    /// Runs calls to the system for the object `name` and turns their failure into an error about it.
    @discardableResult
    func attempt<Value>(
        _ name: String, _ call: @autoclosure () throws(LocalFiles.Failure) -> Value
    ) throws(ObjectStoreError) -> Value {
        do throws(LocalFiles.Failure) {
            return try call()
        } catch {
            throw failure(error, name)
        }
    }

    private func failure(_ failure: LocalFiles.Failure, _ name: String) -> ObjectStoreError {
        switch failure.number {
        case ENOENT, ENOTDIR: return .missing(name)
        case EACCES, EPERM, EROFS:
            return ObjectStoreError(
                .permissionDenied, name: name,
                message: "\(failure.text) in '\(path)'; give this process the right to read and write there")
        case ENOSPC, EDQUOT:
            return ObjectStoreError(
                .outOfSpace, name: name, message: "no space left in '\(path)'; free some or move the repository",
                isRetryable: true)
        case EMFILE, ENFILE, EAGAIN, EBUSY, ESTALE:
            return ObjectStoreError(
                .unavailable, name: name, message: "\(failure.text) in '\(path)'", isRetryable: true)
        default:
            return ObjectStoreError(.inputOutput, name: name, message: "\(failure.text) in '\(path)'")
        }
    }
}
