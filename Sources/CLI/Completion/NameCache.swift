import Crypto
import Foundation

/// Names that a shell was offered, for a minute, readable only for the user: pressing Tab twice
/// asks a server once.
struct NameCache {
    private let file: URL

    static let seconds = 60.0

    /// - Parameter key: what was asked of which server.
    init(environment: [String: String], key: String) {
        let cache = UserFolder.url("XDG_CACHE_HOME", usual: ".cache", environment)
        let name = SHA256.hash(data: Data(key.utf8)).prefix(16).map { String($0, radix: 16) }.joined(separator: "-")
        file = cache.appending(path: "completions/\(name)")
    }

    /// The names; nil where they are too old, or from the future.
    func names(now: Date) -> [String]? {
        guard
            let attributes = try? FileManager.default.attributesOfItem(atPath: file.path),
            let written = attributes[.modificationDate] as? Date,
            (0..<Self.seconds).contains(now.timeIntervalSince(written)),
            let data = FileManager.default.contents(atPath: file.path)
        else { return nil }
        return try? JSONDecoder().decode([String].self, from: data)
    }

    /// Keeps names; without effect where that fails.
    func keep(_ names: [String]) {
        guard let data = try? JSONEncoder().encode(names) else { return }
        let folder = file.deletingLastPathComponent()
        try? PrivateFile.makeFolder(folder)
        forgetOld(in: folder)
        try? PrivateFile.write(data, to: file)
    }

    /// Old answers go, so that the folder does not grow.
    private func forgetOld(in folder: URL) {
        let keys: Set<URLResourceKey> = [.contentModificationDateKey]
        let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: Array(keys))
        for file in files ?? [] {
            let written = (try? file.resourceValues(forKeys: keys))?.contentModificationDate ?? .distantPast
            if Date().timeIntervalSince(written) > Self.seconds { try? FileManager.default.removeItem(at: file) }
        }
    }
}
