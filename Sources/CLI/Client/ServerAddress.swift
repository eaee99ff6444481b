import BackupRepository
import Foundation

/// Where the server of a state folder listens: `server.json`, as long as the server runs.
struct ServerAddress: Codable, Equatable {
    /// Scheme, host and port.
    var address: String
    /// The server's process, as leases name it.
    var process: String

    /// Notes the address of this process.
    static func write(_ address: String, in folder: URL) throws {
        let record = ServerAddress(address: address, process: ThisProcess.current().description)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try PrivateFile.write(encoder.encode(record), to: folder.appending(path: StateFile.address))
    }

    /// Takes back the note of this process.
    static func remove(in folder: URL) {
        guard let record = try? read(in: folder), record.process == ThisProcess.current().description else { return }
        try? FileManager.default.removeItem(at: folder.appending(path: StateFile.address))
    }

    /// The address of the server that runs now.
    /// - Throws: `CommandFailure` where none runs. A note that a killed server left is not believed,
    ///   because another program may listen at that port today.
    static func current(in folder: URL, process: ThisProcess = .current()) throws -> String {
        guard let record = try read(in: folder), !process.isGone(record.process) else {
            throw CommandFailure(
                .unreachable,
                """
                No server runs on the state folder '\(folder.path)'. Start one: holdfast serve --tenant <folder> \
                --state \(folder.path) --listen 127.0.0.1:8080
                """)
        }
        return record.address
    }

    private static func read(in folder: URL) throws -> ServerAddress? {
        let file = folder.appending(path: StateFile.address)
        guard folder.holds(StateFile.address) else { return nil }
        try PrivateFile.require(file, mode: 0o600)
        return try? JSONDecoder().decode(ServerAddress.self, from: Data(contentsOf: file))
    }

    /// The address at which a server that listens at any address of this machine is asked.
    static func local(scheme: String, host: String, port: Int) -> String {
        let name =
            switch host {
            case "0.0.0.0", "": "127.0.0.1"
            case "::", "[::]": "[::1]"
            default: host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
            }
        return "\(scheme)://\(name):\(port)"
    }
}
