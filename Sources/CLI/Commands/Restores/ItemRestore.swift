import Foundation

/// Brings single files and folders back through a session of Graph's surface.
struct ItemRestore {
    let session: ServerSession
    let scope: RestoreScope
    let manner: RestoreManner
    let output: OutputOptions

    func run() async throws {
        let paths = try scope.items.map { try UnitPath($0) }
        guard let unitName = paths.first?.unit, paths.allSatisfy({ $0.unit == unitName }) else {
            throw CommandFailure(.wrongCommand, "The items must be of one account or site. Restore each on its own.")
        }
        guard let at = manner.at else {
            throw CommandFailure(.wrongCommand, "Of which moment? Add --at, such as --at 'yesterday 17:00'.")
        }
        guard paths.allSatisfy({ !$0.names.isEmpty }) else {
            throw CommandFailure(.wrongCommand, "For the whole account leave out the colon: \(unitName)")
        }
        let (unit, id) = try await session.units.protectedUnit(unitName)
        let (point, understood) = try await session.points.point(at, of: unit, id: id)
        Diagnostics.line(understood)
        let browser = try await Browser(session.client, point: point, of: unit)
        var items: [Browser.Item] = []
        for path in paths { items.append(try await browser.item(path.names)) }
        guard !manner.dryRun else { return show(items, paths) }
        let act = "\(words) \(items.count.counted("item")) of \(unit.name)"
        if manner.conflict == .replace {
            try TypedConfirmation(act: act, count: 1, server: session.client.place).require(yes: manner.yes)
        }
        try await start(items, browser, unit)
    }

    /// What will be done, for the question.
    private var words: String { manner.conflict == .replace ? "Write over" : "Restore" }

    private func show(_ items: [Browser.Item], _ paths: [UnitPath]) {
        for (item, path) in zip(items, paths) {
            guard output.json else {
                CLI.show("\(words.lowercased()) \(item.kind) \(path.path) \(item.size.map(Measures.size) ?? "")")
                continue
            }
            let members = item.entity.members + [JSONValue.Member(name: "path", value: .string(path.path))]
            JSONOutput.print(JSONOutput.document("item", .object(members)))
        }
        if output.json { JSONOutput.print(JSONOutput.result(.done)) }
    }

    private func start(_ items: [Browser.Item], _ browser: Browser, _ unit: KnownUnit) async throws {
        let noun = WorkloadWords.typeNoun(unit.workload)
        let type = "granular\(noun.prefix(1).uppercased())\(noun.dropFirst())RestoreArtifacts"
        let destination = manner.conflict == nil ? "new" : "inPlace"
        let artifacts = items.map { item in
            JSONValue.object([
                ("browseSessionId", .string(browser.sessionID)), ("id", .string(item.key)),
                ("destinationType", .string(destination)),
            ])
        }
        var body: [(String, JSONValue)] = [(type, .array(artifacts))]
        if let conflict = manner.conflict {
            body.append(("@microsoft.graph.conflictBehavior", .string(conflict.behavior)))
        }
        let sessions = APIClient.graphPreview + "/\(unit.workload)RestoreSessions"
        let made = try await session.client.post(sessions, .object(body))
        let id = made.text("id") ?? ""
        _ = try await session.client.post(APIClient.graph + "/restoreSessions/\(APIClient.encoded(id))/activate")
        // A few files are back at once, so the command waits for the end.
        let names = Dictionary(items.map { ($0.key, $0.name) }) { first, _ in first }
        try await finish(id, path: sessions + "/\(APIClient.encoded(id))", type: type, names: names)
    }

    /// - Parameter names: the items' names by their keys.
    private func finish(_ id: String, path: String, type: String, names: [String: String]) async throws {
        var status = ""
        while !["completed", "completedWithError", "failed"].contains(status) {
            try await Task.sleep(for: .milliseconds(150))
            status = try await session.client.get(path).text("status") ?? ""
        }
        let artifacts = try await session.client.list(path + "/\(type)").entries
        let failed = artifacts.filter { $0.text("status") == "failed" }
        let done: CommandExit = failed.isEmpty ? .done : failed.count < artifacts.count ? .doneInPart : .failed
        for artifact in artifacts { report(artifact, name: names[artifact.text("id") ?? ""] ?? "") }
        if output.json {
            JSONOutput.print(
                JSONOutput.result(
                    done,
                    [
                        ("id", .string(id)), ("restored", .integer(artifacts.count - failed.count)),
                        ("failed", .integer(failed.count)),
                    ]))
        }
        if done != .done { throw done.code }
    }

    private func report(_ artifact: JSONValue, name: String) {
        let (folder, status) = (artifact.text("restoredItemPath") ?? "", artifact.text("status") ?? "")
        guard !output.json else {
            var members: [(String, JSONValue)] = [
                ("name", .string(name)), ("folder", .string(folder)), ("outcome", .string(status)),
            ]
            if let error = artifact["error"], !error.isNull { members.append(("error", error)) }
            return JSONOutput.print(JSONOutput.document("item", .object(members)))
        }
        if status == "failed" {
            Diagnostics.line("✕ \(name): \(artifact["error"]?.text("message") ?? "failed")")
        } else {
            CLI.show("\(name) restored to \(folder)")
        }
    }
}
