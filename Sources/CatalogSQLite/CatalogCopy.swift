public import Catalog
import Foundation
import GRDB
import Glibc

/// Copies of a catalogue, also of one that a server has open.
public enum CatalogCopy {
    /// Copies a catalogue as it is at one moment into one file of mode 0600, reads the copy through,
    /// and gives it its name only when all of it is on disk. Others go on reading and writing.
    /// - Parameter place: a file that exists there is replaced.
    /// - Throws: `CatalogError`, with the code `damaged` where the copy has a fault.
    public static func write(_ path: String, to place: String) throws(CatalogError) {
        let draft = place + ".part"
        try? FileManager.default.removeItem(atPath: draft)
        try DatabaseFile.prepare(draft)
        defer { try? FileManager.default.removeItem(atPath: draft) }
        do {
            try copy(path, to: draft)
            try finish(draft, at: place)
        } catch let error as DatabaseError {
            throw CatalogError.opening(path, error)
        } catch let error as CatalogError {
            throw error
        } catch {
            throw CatalogError(.database, "The catalogue '\(path)' cannot be copied to '\(place)': \(error)")
        }
    }

    private static func reading(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(30)
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    private static func copy(_ path: String, to draft: String) throws {
        let source = try reading(path)
        let target = try DatabaseQueue(path: draft)
        // In one step, under one read: a writer does not make it begin again.
        try source.backup(to: target)
        try source.close()
        try target.writeWithoutTransaction { database in
            // The log's mode is part of the copy. Without it the copy is one file for itself.
            try database.execute(sql: "PRAGMA journal_mode = DELETE")
            let found = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "nothing was read"
            guard found == "ok" else {
                throw CatalogError(.damaged, "The catalogue '\(path)' is damaged (\(found)), and so is its copy.")
            }
        }
        try target.close()
    }

    private static func finish(_ draft: String, at place: String) throws {
        let file = try FileHandle(forUpdating: URL(filePath: draft))
        try file.synchronize()
        try file.close()
        guard unsafe rename(draft, place) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw CatalogError(.database, "The copy '\(place)' of the catalogue cannot be put in place: \(reason).")
        }
    }
}
