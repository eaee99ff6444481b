public import Foundation
import Synchronization

/// A server of PostgreSQL on a Unix socket, in a folder of its own, which ends with the test run.
public final class PostgresServer: Sendable {
    /// Why a server could not be started or refused what it was told, and what to do.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// The rules by which a server orders texts.
    public enum Order: String, Sendable {
        /// By their bytes, as the catalogue wants it.
        case bytes = "--locale=C"
        /// As people who speak English do.
        case english = "--locale=C --locale-provider=icu --icu-locale=en-US"
    }

    /// Where its socket lies.
    public let folder: URL
    private let programs: URL
    private let process: OwnedProcess
    private let made = Atomic<Int>(0)

    /// Starts a server, and returns when it answers.
    public convenience init(order: Order = .bytes) async throws {
        try await self.init { try OwnedProcess(postgres: $0, in: $1, order: order) }
    }

    /// Starts a server that follows another one and takes no changes until it is promoted.
    public convenience init(standbyOf primary: PostgresServer) async throws {
        try await self.init { try OwnedProcess(standbyOf: primary.folder, programs: $0, in: $1) }
    }

    private init(_ start: (_ programs: URL, _ folder: URL) throws -> OwnedProcess) async throws {
        programs = try Self.programs()
        folder = FileManager.default.temporaryDirectory.appending(
            path: "hf-pg-\(String(UInt32.random(in: .min ... .max), radix: 16))")
        process = try start(programs, folder)
        let end = ContinuousClock.now + .seconds(120)
        while (try? run("SELECT 1")) == nil {
            guard process.isRunning, ContinuousClock.now < end else {
                throw Failure(description: "PostgreSQL did not start: \(process.log.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Ends the server without letting it finish anything, as a power cut does. Its folder goes too.
    public func cutPower() { process.end() }

    /// The newest PostgreSQL that is installed as Debian does it.
    private static func programs() throws -> URL {
        let root = URL(filePath: "/usr/lib/postgresql")
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        let newest = versions.compactMap(Int.init).max()
        guard let newest else {
            throw Failure(description: "There is no PostgreSQL here: 'scripts/setup postgresql' installs it.")
        }
        return root.appending(path: "\(newest)/bin")
    }

    private static let shared = Mutex<Task<PostgresServer, any Error>?>(nil)

    /// The one server of this process, whose order is that of bytes.
    public static func shared() async throws -> PostgresServer {
        let task = shared.withLock { server in
            if let server { return server }
            let task = Task { try await PostgresServer() }
            server = task
            return task
        }
        return try await task.value
    }

    /// Makes a database that nobody else uses, empty or a copy of another one to which nobody is connected.
    /// - Returns: its address.
    public func makeDatabase(like template: String = "template0") throws -> String {
        let name = "test\(made.wrappingAdd(1, ordering: .relaxed).newValue)"
        try run("CREATE DATABASE \(name) TEMPLATE \(template)")
        return address(of: name)
    }

    /// The address of a database, for a user.
    public func address(of database: String, user: String = "holdfast") -> String {
        let host = folder.path.replacing("/", with: "%2F")
        return "postgres://\(user)@\(host)/\(database)"
    }

    /// Runs a statement as the server's owner.
    /// - Returns: what it answers, as text.
    @discardableResult
    public func run(_ sql: String, database: String = "postgres") throws -> String {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = programs.appending(path: "psql")
        process.arguments = [
            "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", folder.path, "-U", "holdfast", "-d", database, "-c",
            sql,
        ]
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let words = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: String(decoding: words, as: UTF8.self)) }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension OwnedProcess {
    /// A server of PostgreSQL, with a new set of databases in a folder of its own.
    fileprivate convenience init(postgres programs: URL, in folder: URL, order: PostgresServer.Order) throws {
        try self.init(
            postgres: #""$programs/initdb" -A trust -U holdfast -E UTF8 $given -N -D "$folder/data""#,
            given: order.rawValue, programs, in: folder)
    }

    /// A server with a copy of another one's databases, which follows that one.
    fileprivate convenience init(standbyOf primary: URL, programs: URL, in folder: URL) throws {
        try self.init(
            postgres: #""$programs/pg_basebackup" -h "$given" -U holdfast -D "$folder/data" -R -X stream -c fast"#,
            given: primary.path, programs, in: folder)
    }

    /// A server over the databases that a command makes, which finds one text in `$given`.
    private convenience init(postgres making: String, given: String, _ programs: URL, in folder: URL) throws {
        // The server refuses root.
        let start = """
            programs=$1; given=$2; as=
            if [ "$(id -u)" = 0 ]; then
                as="setpriv --reuid=postgres --regid=postgres --clear-groups"
                install -d -m 0700 -o postgres -g postgres "$folder"
            else
                mkdir -m 0700 "$folder"
            fi
            cd "$folder" || exit 1
            $as \(making) &&
            $as "$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=300 \
            -c fsync=on -c shared_buffers=64MB
            """
        try self.init(start, [programs.path, given], endedBy: "QUIT", removing: folder)
    }
}
