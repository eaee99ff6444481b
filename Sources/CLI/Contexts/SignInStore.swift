import Foundation
import Texts

/// The sign-ins of `holdfast login`, one file for each server, which nobody else may read.
struct SignInStore {
    /// What a server gave.
    struct Entry: Codable, Equatable {
        /// Scheme, host and port.
        var server: String
        /// The tenant, whose id is part of the issuer's addresses.
        var tenant: String
        var accessToken: String
        var expires: Date
        var refreshToken: String?
    }

    let folder: URL

    /// `$XDG_STATE_HOME/holdfast/sign-ins/`.
    init(environment: [String: String]) {
        folder = UserFolder.url("XDG_STATE_HOME", usual: ".local/state", environment).appending(path: "sign-ins")
    }

    func has(_ server: String) -> Bool { FileManager.default.fileExists(atPath: place(of: server).path) }

    /// The entry of a server; nil where there is none.
    /// - Throws: where others can read it.
    func entry(of server: String) throws -> Entry? {
        let url = place(of: server)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        try PrivateFile.require(url, mode: 0o600)
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            return try decoder.decode(Entry.self, from: Data(contentsOf: url))
        } catch {
            throw CommandFailure(.notAllowed, "The stored sign-in '\(url.path)' cannot be read. Sign in again.")
        }
    }

    func keep(_ entry: Entry) throws {
        try PrivateFile.makeFolder(folder)
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys]
        try PrivateFile.write(try encoder.encode(entry), to: place(of: entry.server))
    }

    /// Removes the entry of a server.
    /// - Returns: what it was.
    func remove(_ server: String) throws -> Entry? {
        guard let known = try entry(of: server) else { return nil }
        try FileManager.default.removeItem(at: place(of: server))
        return known
    }

    /// A name that no address can lead out of the folder with.
    private func place(of server: String) -> URL { folder.appending(path: "\(server.urlSegment).json") }
}
