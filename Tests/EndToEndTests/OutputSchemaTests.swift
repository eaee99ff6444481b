import Foundation
import SampleData
import Testing

/// What `--json` prints, against what `help --json-schema` says of it.
struct OutputSchemaTests {
    /// What a command printed, document by document.
    private static func documents(_ output: String) throws -> [Any] {
        try output.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)
        }
    }

    /// Runs a command with `--json` and holds what it prints against its schema.
    /// - Parameter name: the command's words.
    /// - Returns: the documents.
    private static func check(
        _ installation: Installation, _ name: String, _ arguments: [String], status: Int32
    ) async throws -> [Any] {
        let words = name.split(separator: " ").map(String.init)
        let described = try await Program.run(Program.holdfast, ["help", "--json-schema"] + words)
        try #require(described.status == 0, "\(described.text)")
        let schema = try JSONSchema(described.output)
        let result = try await Program.run(
            Program.holdfast, words + arguments + ["--json"],
            environment: [
                "HOLDFAST_STATE": installation.state.path, "XDG_CONFIG_HOME": installation.folder.path + "/config",
                "XDG_STATE_HOME": installation.folder.path + "/xdg-state",
            ])
        #expect(result.status == status, "\(name): \(result.text)")
        let documents = try documents(result.output)
        #expect(!documents.isEmpty, "\(name) printed nothing: \(result.errors)")
        for document in documents {
            let problems = schema.problems(with: document)
            #expect(problems.isEmpty, "\(name): \(problems.prefix(5)) in \(result.output.prefix(600))")
        }
        return documents
    }

    private static func id(_ documents: [Any], _ type: String) throws -> String {
        let found = documents.compactMap { $0 as? [String: Any] }.first { $0["type"] as? String == type }
        return try #require(found?["id"] as? String, "\(documents)")
    }

    @Test func `commands print what their schemas say`() async throws {
        let installation = try Installation()
        try installation.fillTenant(seed: 37)
        let who = Installation.user
        let (drive, note) = (installation.drive(who), installation.drive(who).appending(path: "a note.txt"))
        try Data("first\n".utf8).write(to: note)
        try await installation.start()
        func check(_ name: String, _ arguments: [String] = [], status: Int32 = 0) async throws -> [Any] {
            try await Self.check(installation, name, arguments, status: status)
        }
        _ = try await check("policy preview", ["--everyone"])
        _ = try await check("policy create", ["--everyone"])
        _ = try await check("unit backup")
        _ = try Ransomware(seed: 13).attack(drive.path)
        let backup = try await check("unit backup", [who])
        let moment = try #require((backup.first as? [String: Any])?["protectionDateTime"] as? String)
        let looks: [(String, [String])] = [
            ("status", []), ("activity list", []), ("policy list", []), ("policy show", ["Everyone"]),
            ("unit list", []),
            ("unit show", [who]), ("unit timeline", [who]), ("point list", []), ("ls", [who]),
            ("tree", [who, "--depth", "2"]), ("find", ["note"]), ("incident list", []), ("session list", ["--plans"]),
            ("context list", []), ("config show", []),
        ]
        for (name, arguments) in looks { _ = try await check(name, arguments) }
        _ = try await check("diff", [who, "2001-01-01T00:00Z"], status: 5)
        let points = try await check("point list", [who])
        let point = try #require(((points.first as? [[String: Any]])?.first)?["id"] as? String)
        _ = try await check("point show", [point])
        _ = try await check("point release", [who], status: 6)
        _ = try await check("point diff", [who, "point:\(try Self.oldest(points))", "point:\(point)"])
        _ = try await check("versions", ["\(who):a note.txt"])
        let copy = installation.folder.appending(path: "copy.txt").path
        _ = try await check("download", ["\(who):a note.txt", "--at", "point:\(try Self.oldest(points))", "-o", copy])
        if let incident = (try await check("incident list").first as? [[String: Any]])?.first?["id"] as? String {
            _ = try await check("incident show", [incident])
            _ = try await check("incident dismiss", [incident, "--reason", "a test"])
        }
        let planned = try await check("restore", [who, "--at", "point:\(try Self.oldest(points))", "--dry-run"])
        let plan = try Self.id(planned, "plan")
        for more in [[], ["--accounts"], ["--changes", who]] { _ = try await check("session show", [plan] + more) }
        _ = try await check("session cancel", [plan], status: 6)
        _ = try await check("restore", ["--plan", plan, "--yes", "--watch"])
        for name in ["session watch", "session report", "session list"] {
            _ = try await check(name, name == "session list" ? [] : [plan])
        }
        _ = try await check("session retry", [plan], status: 6)
        _ = try await check(
            "restore", ["\(who):no such note.txt", "--at", moment, "--conflict=keep-both"], status: 5)
        _ = try await check(
            "restore", ["\(who):a note.txt", "--at=point:\(try Self.oldest(points))", "--conflict=keep-both"])
        _ = try await check("restore", ["--undo", plan, "--dry-run"])
        _ = try await check("context add", ["here", installation.baseURL])
        _ = try await check("context use", ["here"])
        _ = try await check("context remove", ["here"])
        _ = try await check("policy change", ["Everyone", "--name", "All"])
    }

    private static func oldest(_ points: [Any]) throws -> String {
        try #require((points.first as? [[String: Any]])?.last?["id"] as? String)
    }
}
