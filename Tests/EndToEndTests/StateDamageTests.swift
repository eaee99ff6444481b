import Foundation
import SampleData
import Testing

/// Every file of the state folder is flipped, cut, deleted or swapped: the start says which it is
/// and what to do, and changes nothing.
@Suite(.serialized) struct StateDamageTests {
    /// What is done to a file.
    private enum Harm {
        case flip(at: Double)
        case noise(from: Int)
        case cut(to: Double)
        case delete
        case replace(with: Data)
        case mode(Int)
        case edit(String, String)
    }

    private static func inflict(_ harm: Harm, _ file: URL) throws {
        var bytes = try Data(contentsOf: file)
        switch harm {
        case .flip(let place): bytes[min(Int(Double(bytes.count) * place), bytes.count - 1)] ^= 0x10
        case .noise(let start):
            for place in min(start, bytes.count - 1)..<bytes.count {
                bytes[place] = UInt8(truncatingIfNeeded: place &* 31)
            }
        case .cut(let part): bytes = bytes.prefix(Int(Double(bytes.count) * part))
        case .delete: return try FileManager.default.removeItem(at: file)
        case .replace(let other): bytes = other
        case .mode(let mode):
            return try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
        case .edit(let old, let new):
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.contains(old) else { throw Program.Missing(description: "'\(old)' is not in \(file.path)") }
            bytes = Data(text.replacing(old, with: new).utf8)
        }
        try FileManager.default.removeItem(at: file)
        guard FileManager.default.createFile(atPath: file.path, contents: bytes, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
    }

    /// A stopped server with protected drives, and a copy of its state.
    private func stopped(seed: UInt64) async throws -> (Installation, copy: URL) {
        let installation = try Installation()
        try await installation.startFilled(seed: seed)
        _ = try await installation.stop()
        return (installation, try await installation.copy(installation.state, name: "copy"))
    }

    /// What a start says that must not come to listen.
    private func refusedStart(_ installation: Installation) async throws -> String {
        let server = try RunningProgram(
            Program.holdfast,
            [
                "serve", "--state", installation.state.path, "--listen", "127.0.0.1:0", "--tenant",
                installation.tenant.path,
            ])
        try await waitUntil("the start ends or listens") {
            !server.isRunning || server.read("out").contains("listens on")
        }
        let listens = server.isRunning
        server.signal(SIGKILL)
        let result = try await server.finish()
        #expect(!listens, "the server started: \(result.text.suffix(2000))")
        #expect(result.status != 0, "the server started: \(result.text.suffix(2000))")
        return result.text
    }

    @Test func `a damaged, missing or foreign file keeps the server from starting, by its name and with what to do`()
        async throws
    {
        let (installation, copy) = try await stopped(seed: 21)
        let (other, _) = try await stopped(seed: 22)
        func file(_ name: String) -> URL { installation.state.appending(path: name) }
        func foreign(_ name: String) throws -> Harm {
            .replace(with: try Data(contentsOf: other.state.appending(path: name)))
        }
        func own(_ name: String) throws -> Harm { .replace(with: try Data(contentsOf: copy.appending(path: name))) }
        // The sample tenant's directory.json has it.
        let directory = installation.tenant.appending(path: "directory.json")
        let tenantID = try #require(
            String(decoding: try Data(contentsOf: directory), as: UTF8.self).split(separator: "\"").first {
                UUID(uuidString: String($0)) != nil
            })
        let harms: [(String, Harm, [String])] = [
            ("settings.json", .delete, ["settings.json", "is missing", String(tenantID)]),
            ("settings.json", .cut(to: 0), ["settings.json"]),
            ("settings.json", .cut(to: 0.7), ["settings.json"]), ("settings.json", .flip(at: 0), ["settings.json"]),
            ("settings.json", try own("master.key"), ["settings.json"]),
            ("settings.json", .mode(0o644), ["settings.json", "chmod 600"]),
            ("master.key", .delete, ["master.key", "is missing"]),
            ("master.key", .cut(to: 0.97), ["master.key", "31 bytes"]),
            ("master.key", .flip(at: 0), ["master.key"]), ("master.key", .flip(at: 0.99), ["master.key"]),
            ("master.key", try foreign("master.key"), ["master.key"]),
            ("master.key", try own("settings.json"), ["master.key"]),
            ("master.key", .mode(0o640), ["master.key", "chmod 600"]),
            ("catalog.sqlite", .delete, ["catalog.sqlite", "is missing", "catalog rebuild"]),
            ("catalog.sqlite", .cut(to: 0), ["catalog.sqlite", "is empty", "catalog rebuild"]),
            ("catalog.sqlite", .cut(to: 0.5), ["catalog.sqlite", "catalog rebuild"]),
            ("catalog.sqlite", .flip(at: 0), ["catalog.sqlite", "catalog rebuild"]),
            ("catalog.sqlite", .noise(from: 4_096), ["catalog.sqlite", "catalog rebuild"]),
            ("catalog.sqlite", .noise(from: 200_000), ["catalog.sqlite", "catalog rebuild"]),
            ("catalog.sqlite", try foreign("catalog.sqlite"), ["catalog.sqlite", "master.key"]),
            ("catalog.sqlite", try own("settings.json"), ["catalog.sqlite", "catalog rebuild"]),
            ("catalog.sqlite", .mode(0o604), ["catalog.sqlite", "chmod 600"]),
        ]
        for (name, harm, words) in harms {
            try Self.inflict(harm, file(name))
            let damaged = try? Data(contentsOf: file(name))
            let text = try await refusedStart(installation)
            for word in words { #expect(text.contains(word), "\(name), \(harm): '\(word)' is not in: \(text)") }
            // SQLite counts in the file that it was opened, where it could be.
            let isSoundCatalog = name == "catalog.sqlite" && words.contains("master.key")
            #expect(
                (try? Data(contentsOf: file(name))) == damaged || isSoundCatalog,
                "\(name), \(harm): a refused start changed the file")
            let repositories = try TreeComparison(copy.appending(path: "repositories").path, file("repositories").path)
            #expect(repositories.differences.isEmpty, "\(name), \(harm): a refused start changed repositories")
            for part in ["catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm", name] {
                try? FileManager.default.removeItem(at: file(part))
            }
            for part in Set(["catalog.sqlite", name]) {
                try FileManager.default.copyItem(at: copy.appending(path: part), to: file(part))
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file(name).path)
        }
        let another = (tenantID.first == "0" ? "1" : "0") + String(tenantID.dropFirst())
        for (old, new) in [(String(tenantID), another), (another, String(tenantID))] {
            try Self.inflict(.edit(old, new), directory)
            guard new == another else { continue }
            let text = try await refusedStart(installation)
            for word in ["directory.json", another, String(tenantID)] { #expect(text.contains(word), "\(text)") }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: installation.state.path)
        #expect(try await refusedStart(installation).contains("chmod 700"))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: installation.state.path)
        try await requireRestore(installation)
    }

    /// The state as it was: it starts, and its newest point restores.
    private func requireRestore(_ installation: Installation) async throws {
        try await installation.start()
        let steps = try await installation.client()
        let units: [Graph.Unit] = try await steps.client.all(GraphSteps.root + "/driveProtectionUnits")
        let unit = try #require(units.first)
        let point = try #require(try await steps.latestPoint(of: unit.id, before: Date()))
        _ = try await steps.finish(try await steps.activateRestore(of: point, to: "new"))
        _ = try await installation.stop()
    }

    @Test func `a lost catalogue comes back from the repositories by the command that the refusal names`() async throws
    {
        let (installation, _) = try await stopped(seed: 23)
        let state = installation.state.path
        for name in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: state + "/catalog.sqlite" + name)
        }
        #expect(try await refusedStart(installation).contains("holdfast catalog rebuild --state '\(state)'"))
        let rebuilt = try await Program.holdfast("catalog", "rebuild", "--state", state)
        #expect(rebuilt.contains("2 units with 2 restore points are back, 0 failed."), "\(rebuilt)")
        try await installation.start()
        let steps = try await installation.client()
        try await installation.enableService(steps)
        try await requireRestore(of: steps)
        _ = try await installation.stop()
    }

    private func requireRestore(of steps: GraphSteps) async throws {
        let units: [Graph.Unit] = try await steps.client.all(GraphSteps.root + "/driveProtectionUnits")
        #expect(units.count == 2)
        for unit in units {
            let point = try #require(try await steps.latestPoint(of: unit.id, before: Date()))
            _ = try await steps.finish(try await steps.activateRestore(of: point, to: "new"))
        }
    }

    @Test(arguments: ["deleted", "flipped", "of another time"])
    func `a write-ahead log that is lost takes no restore point with it`(harm: String) async throws {
        let (installation, _) = try await stopped(seed: 24)
        try await installation.start()
        var steps = try await installation.client()
        let units: [Graph.Unit] = try await steps.client.all(GraphSteps.root + "/driveProtectionUnits")
        let unit = try #require(units.first)
        let users = try await steps.users()
        let user = try #require(users.first { $0.id == unit.directoryObjectId })
        try Data("written last".utf8).write(to: installation.drive(user.userPrincipalName).appending(path: "last.txt"))
        let taken = try await Program.holdfast("backup", "--state", installation.state.path, unit.id)
        let pointID = try #require(taken.split(separator: " ").dropFirst().first.map(String.init))
        try await installation.kill()
        let log = installation.state.appending(path: "catalog.sqlite-wal")
        #expect(try Data(contentsOf: log).count > 0, "the last commits are in the log only")
        switch harm {
        case "deleted": try FileManager.default.removeItem(at: log)
        case "flipped": try Self.inflict(.flip(at: 0), log)
        default: try Self.inflict(.replace(with: Data(repeating: 0x37, count: 40_000)), log)
        }
        try? FileManager.default.removeItem(at: installation.state.appending(path: "catalog.sqlite-shm"))
        try await installation.start()
        steps = try await installation.client()
        let point = try #require(try await steps.latestPoint(of: unit.id, before: Date()))
        #expect(point.id == pointID)
        _ = try await steps.finish(try await steps.activateRestore(of: point, to: "new"))
        _ = try await installation.stop()
    }

    @Test func `repositories that are gone, and strange ones, are told at the start, which goes on with the rest`()
        async throws
    {
        let (installation, _) = try await stopped(seed: 25)
        let repositories = installation.state.appending(path: "repositories")
        let ids = try FileManager.default.contentsOfDirectory(atPath: repositories.path).filter {
            UUID(uuidString: $0) != nil
        }.sorted()
        try #require(ids.count == 2)
        let stranger = "00000000-0000-4000-8000-000000000001"
        try FileManager.default.moveItem(
            at: repositories.appending(path: ids[0]), to: repositories.appending(path: stranger))
        try await installation.start()
        let log = installation.server?.read("err") ?? ""
        #expect(log.contains(ids[0]), "\(log)")
        #expect(log.contains("is not there"), "\(log)")
        #expect(log.contains(stranger), "\(log)")
        #expect(log.contains("catalog rebuild"), "\(log)")
        let steps = try await installation.client()
        let point = try #require(try await steps.latestPoint(of: ids[1], before: Date()))
        _ = try await steps.finish(try await steps.activateRestore(of: point, to: "new"))
        _ = try await installation.stop()
        try FileManager.default.moveItem(
            at: repositories.appending(path: stranger), to: repositories.appending(path: ids[0]))
        try await requireRestore(installation)
    }
}
