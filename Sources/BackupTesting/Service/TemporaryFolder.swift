public import Foundation

/// A folder of real files, which is removed with its owner.
public final class TemporaryFolder: Sendable {
    public let url: URL

    /// Makes an empty folder.
    /// - Parameter name: how its name begins, for whoever finds it after a crash.
    public init(_ name: String = "holdfast") throws {
        url = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        // What cannot be removed stays in the folder for temporary files, which the system empties.
        try? FileManager.default.removeItem(at: url)
    }

    /// The absolute path, as calls of the system take it.
    public var path: String { url.path }

    /// Makes a folder, and those above it, below this one.
    public func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(at: url.appending(path: path), withIntermediateDirectories: true)
    }

    /// Writes a file, and makes the folders above it.
    public func write(_ path: String, _ text: String) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// The text of a file; nil where there is none.
    public func read(_ path: String) -> String? {
        (try? Data(contentsOf: url.appending(path: path))).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Removes a file, or a folder with everything below.
    public func remove(_ path: String) throws { try FileManager.default.removeItem(at: url.appending(path: path)) }

    /// The sorted names in a folder.
    public func names(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.appending(path: path).path).sorted()
    }
}
