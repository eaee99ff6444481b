import Foundation
import SampleData
import Testing

/// A drive with items that the server's account may not read, or that change while they are read:
/// no restore in place loses them.
struct UnreadableDriveTests {
    /// A server that runs as a plain user, and a drive of that user.
    private final class Scene {
        let installation: Installation
        let drive: URL
        let unit: String
        let steps: GraphSteps
        /// Runs what follows as the server's user: `nobody`, where the test runs as root.
        static var asPlainUser: [String] {
            geteuid() == 0 ? ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        }

        /// - Parameter prepare: changes the drive before its first backup.
        init(_ options: [String] = [], prepare: (URL) throws -> Void) async throws {
            installation = try Installation()
            try installation.fillTenant(seed: 21)
            drive = installation.drive(Installation.user)
            if geteuid() == 0 {
                _ = try await Program.run(URL(filePath: "/bin/chown"), ["-R", "65534:65534", installation.folder.path])
            }
            try prepare(drive)
            try await installation.start(options, through: Self.asPlainUser)
            steps = try await installation.client()
            try await installation.enableService(steps)
            let users = try await steps.users().filter { $0.userPrincipalName == Installation.user }
            unit = try #require(try await steps.protect(users).first).id
        }

        func run(_ command: [String]) async throws -> ProgramResult {
            let command = Self.asPlainUser + command
            return try await Program.run(URL(filePath: command[0]), Array(command.dropFirst()))
        }

        /// Takes a point, and gives its id.
        func backUp() async throws -> String {
            let result = try await run([Program.holdfast.path, "backup", "--state", installation.state.path, unit])
            try #require(result.status == 0, "\(result.text)")
            return String(try #require(result.output.split(separator: " ").dropFirst().first))
        }

        func restoreInPlace() async throws -> (artifact: Graph.Artifact, session: Graph.Session) {
            let point = try #require(try await steps.latestPoint(of: unit, before: Date()))
            let session = try await steps.activateRestore(of: point, to: "inPlace")
            return (try await steps.finish(session), session)
        }

        func unread(in point: String) async throws -> [UnreadReport.Item] {
            let json = try await Program.holdfast("point", "show", "--state", installation.state.path, point, "--json")
            return try JSONDecoder().decode(UnreadReport.self, from: Data(json.utf8)).unreadItems
        }

        func text(_ path: String) -> String? { try? String(contentsOf: drive.appending(path: path), encoding: .utf8) }

        func write(_ text: String, _ path: String, mode: Int = 0o644) throws {
            let file = drive.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
            if geteuid() == 0 {
                for path in [file.deletingLastPathComponent().path, file.path] {
                    _ = unsafe chown(path, 65_534, 65_534)
                }
            }
        }

        func setMode(_ mode: Int, _ path: String) throws {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: drive.appending(path: path).path)
        }
    }

    private struct UnreadReport: Decodable {
        struct Item: Decodable {
            let path: String
            let kind: String
            let code: String
            let keptFromDateTime: String?
        }
        let unreadItems: [Item]
    }

    private struct UnitState: Decodable {
        struct Failure: Decodable { let message: String? }
        let status: String
        let error: Failure?
    }

    @Test func `what was never read stays where it is`() async throws {
        let scene = try await Scene(["--set", "work.largest-file=1GiB"]) { drive in
            try Data("secret".utf8).write(to: drive.appending(path: "secret.txt"))
            try FileManager.default.createDirectory(
                at: drive.appending(path: "locked/deep"), withIntermediateDirectories: true)
            try Data("inside".utf8).write(to: drive.appending(path: "locked/deep/inside.txt"))
            let huge = unsafe open(drive.path + "/huge.bin", O_WRONLY | O_CREAT, 0o644)
            try #require(ftruncate(huge, 1_025 << 20) == 0)
            close(huge)
            // Of another owner, where the test may make such.
            for name in ["secret.txt", "locked"] { unsafe chmod(drive.path + "/" + name, 0) }
        }
        let point = try #require(try await scene.steps.latestPoint(of: scene.unit, before: Date()))
        let unread = try await scene.unread(in: point.id)
        #expect(unread.map(\.path) == ["huge.bin", "locked", "secret.txt"])
        #expect(unread.map(\.kind) == ["file", "folder", "file"])
        #expect(unread.map(\.code) == ["tooLarge", "permissionDenied", "permissionDenied"])
        #expect(unread.compactMap(\.keptFromDateTime) == [])
        let state: UnitState = try await scene.steps.client.get(GraphSteps.root + "/driveProtectionUnits/\(scene.unit)")
        #expect(state.status == "protected")
        let message = try #require(state.error?.message)
        #expect(message.contains("3 items could not be read"))
        #expect(!message.contains(scene.installation.folder.path))

        for (name, mode) in [("secret.txt", 0o644), ("locked", 0o755)] { try scene.setMode(mode, name) }
        try scene.write("newer than the point", "surplus.txt")
        let (artifact, session) = try await scene.restoreInPlace()
        #expect(artifact.error == nil)
        #expect(scene.text("secret.txt") == "secret")
        #expect(scene.text("locked/deep/inside.txt") == "inside")
        #expect(scene.text("surplus.txt") == nil)
        let size =
            try FileManager.default.attributesOfItem(atPath: scene.drive.appending(path: "huge.bin").path)[.size]
            as? Int
        #expect(size == 1_025 << 20)
        let notices = try await Program.holdfast(
            "restore", "show", "--state", scene.installation.state.path, session.id)
        for name in ["huge.bin", "locked", "secret.txt"] {
            #expect(notices.contains("left alone \"\(name)\""), "\(notices)")
        }
        try await scene.installation.requireResticIsContent(scene.unit)
        _ = try await scene.installation.stop()
    }

    @Test func `what was read once comes back as it was then, by stock restic as well`() async throws {
        // A file that nobody may write: stock restic, as a plain user, may not set
        // anything of it either.
        let scene = try await Scene { _ in }
        try scene.write("good", "kept/read-only.txt", mode: 0o444)
        try scene.write("good", "kept/folder/inner.txt")
        _ = try await scene.backUp()
        try FileManager.default.removeItem(at: scene.drive.appending(path: "kept/read-only.txt"))
        try scene.write("bad", "kept/read-only.txt", mode: 0)
        try scene.write("bad", "kept/folder/inner.txt")
        try scene.write("unseen", "kept/folder/unseen.txt")
        try scene.setMode(0, "kept/folder")
        let point = try await scene.backUp()
        let unread = try await scene.unread(in: point)
        #expect(unread.map(\.path) == ["kept/folder", "kept/read-only.txt"])
        #expect(unread.compactMap(\.keptFromDateTime).count == 2)

        let restic = try await scene.installation.restic(scene.unit)
        try await restic.runWhenUnlocked(["check", "--read-data"])
        for wrapper in [[], Scene.asPlainUser] {
            let target = scene.installation.folder.appending(path: "restored-\(wrapper.count)")
            let command =
                wrapper + [
                    "/usr/bin/env", "RESTIC_PASSWORD=\(try await password(scene))", "restic", "--no-cache", "--no-lock",
                    "--repo", restic.repository,
                ]
                + ["restore", "latest", "--target", target.path]
            let result = try await Program.run(URL(filePath: command[0]), Array(command.dropFirst()))
            #expect(result.status == 0, "\(result.text)")
            #expect(!result.text.lowercased().contains("error"), "\(result.text)")
            let kept = target.appending(path: "kept")
            #expect(try String(contentsOf: kept.appending(path: "read-only.txt"), encoding: .utf8) == "good")
            #expect(try String(contentsOf: kept.appending(path: "folder/inner.txt"), encoding: .utf8) == "good")
        }

        try scene.setMode(0o644, "kept/read-only.txt")
        try scene.setMode(0o755, "kept/folder")
        #expect(try await scene.restoreInPlace().artifact.error == nil)
        #expect(scene.text("kept/read-only.txt") == "good")
        #expect(scene.text("kept/folder/inner.txt") == "good")
        #expect(scene.text("kept/folder/unseen.txt") == "unseen")
        let full = try await scene.backUp()
        #expect(try await scene.unread(in: full).isEmpty)
        let state: UnitState = try await scene.steps.client.get(GraphSteps.root + "/driveProtectionUnits/\(scene.unit)")
        #expect(state.error == nil)
        _ = try await scene.installation.stop()
    }

    @Test func `files that are written to all the time are in the point, and in place they stay`() async throws {
        let scene = try await Scene { _ in }
        let size = 8 << 20
        try scene.write(String(repeating: "x", count: size), "busy/overwritten.bin")
        try scene.write(String(repeating: "y", count: size), "busy/log.txt")
        let script = """
            import sys, time
            with open(sys.argv[1], "r+b", 0) as data, open(sys.argv[2], "ab", 0) as log:
                while True:
                    data.seek(0); data.write(b"%016x" % time.monotonic_ns()); log.write(b"y"); time.sleep(0.0005)
            """
        let files = ["overwritten.bin", "log.txt"].map { scene.drive.appending(path: "busy").appending(path: $0).path }
        let writer = try RunningProgram(URL(filePath: "/usr/bin/env"), ["python3", "-c", script] + files)
        try await waitUntil("the files are written to") { (scene.text("busy/log.txt")?.utf8.count ?? 0) > size }
        let point = try await scene.backUp()
        writer.signal(SIGKILL)
        _ = try await writer.finish()
        let unread = try await scene.unread(in: point)
        #expect(unread.map(\.path) == ["busy/log.txt", "busy/overwritten.bin"])
        #expect(unread.map(\.code) == ["changedWhileRead", "changedWhileRead"])
        #expect(try await scene.restoreInPlace().artifact.error == nil)
        let log = try #require(scene.text("busy/log.txt"))
        #expect(log.utf8.count >= size)
        #expect(log.utf8.allSatisfy { $0 == UInt8(ascii: "y") })
        let data = try #require(scene.text("busy/overwritten.bin"))
        #expect(data.utf8.count == size)
        try await scene.installation.requireResticIsContent(scene.unit)
        _ = try await scene.installation.stop()
    }

    private func password(_ scene: Scene) async throws -> String {
        try await Program.holdfast("repository", "password", "--state", scene.installation.state.path, scene.unit)
    }
}
