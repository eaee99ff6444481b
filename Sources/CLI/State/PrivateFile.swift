import Foundation

/// Files and folders that only their owner may use.
enum PrivateFile {
    /// Writes a file of mode 0600 under a temporary name, then gives it its own: a crash leaves the
    /// old file or the new one.
    static func write(_ data: Data, to url: URL) throws {
        let draft = url.deletingLastPathComponent().appending(path: StateFile.draft(of: url.lastPathComponent))
        guard
            FileManager.default.createFile(atPath: draft.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw StateRefusal.notWritten(draft.path) }
        let handle = try FileHandle(forWritingTo: draft)
        try handle.write(contentsOf: data)
        try handle.synchronize()
        try handle.close()
        guard unsafe rename(draft.path, url.path) == 0 else {
            throw StateRefusal.notReplaced(file: url.path, cause: systemText(errno))
        }
    }

    /// Makes a folder of mode 0700, or gives an existing one that mode.
    static func makeFolder(_ url: URL) throws {
        do {
            let owners: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true, attributes: owners)
            try FileManager.default.setAttributes(owners, ofItemAtPath: url.path)
        } catch {
            throw StateRefusal.notCreated(folder: url.path, cause: explained(error))
        }
    }

    /// Refuses a file or folder that grants more than `mode` does.
    static func require(_ url: URL, mode: Int) throws {
        let attributes: [FileAttributeKey: Any]
        do {
            attributes = try FileManager.default.attributesOfItem(atPath: url.path)
        } catch {
            throw StateRefusal.notExamined(file: url.path, cause: explained(error))
        }
        let found = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard found & ~mode & 0o777 == 0 else {
            throw StateRefusal.openToOthers(file: url.path, found: found, allowed: mode)
        }
    }
}
