import ArgumentParser
import Foundation

struct SessionWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a restore until it ends.",
        discussion: HelpText.discussion(
            "Ctrl-C ends only the watching; the restore goes on at the server.",
            examples: [
                "holdfast session watch 4f2a", "holdfast session watch 4f2a --timeout 600",
                "holdfast session watch 4f2a --json",
            ]))

    @OptionGroup var arguments: SessionArguments

    @Option(help: "For how many seconds to wait at most; then exit code 8.")
    var timeout: Double?

    func run() async throws {
        let (restore, session) = try await arguments.open()
        try await SessionWatch(session: session, output: arguments.output, timeout: timeout).follow(restore)
    }
}

/// Follows a restore with a line of progress, and ends the command as the restore ended.
struct SessionWatch {
    let session: ServerSession
    let output: OutputOptions
    let timeout: Double?

    private static let pauseMilliseconds = 200

    func follow(_ restore: KnownRestore) async throws {
        let interruption = Interruption.watch(restore.id)
        defer { interruption.cancel() }
        let started = ContinuousClock.now
        var line = ProgressLine(isTerminal: Terminal.errorIsTerminal && !output.json, width: Terminal.width)
        while true {
            let progress = try await session.client.get(restore.path + "/progress")
            let head = try await head(restore)
            let isDone = Self.endStatuses.contains(head.text("status") ?? "")
            show(progress, restore, &line, at: seconds(since: started), isLast: isDone)
            if isDone { return try await end(head, progress, restore) }
            if let timeout, seconds(since: started) >= timeout {
                throw CommandFailure(
                    .waitedInVain,
                    "The restore has not ended within \(Int(timeout)) seconds; it goes on at the server.")
            }
            try await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
        }
    }

    /// Statuses after which nothing more happens.
    private static let endStatuses: Set<String> = ["completed", "completedWithError", "failed", "cancelled"]

    private func head(_ restore: KnownRestore) async throws -> JSONValue {
        switch restore {
        case .plan: try await session.client.get(restore.path)
        case .session(let id):
            try await session.client.get(APIClient.graph + "/restoreSessions/\(APIClient.encoded(id))")
        }
    }

    private func seconds(since start: ContinuousClock.Instant) -> Double { (ContinuousClock.now - start) / .seconds(1) }

    private func show(
        _ progress: JSONValue, _ restore: KnownRestore, _ line: inout ProgressLine, at time: Double, isLast: Bool
    ) {
        let state = ProgressLine.State(progress)
        guard let text = line.text(state, at: time, isLast: isLast) else { return }
        guard output.json else { return Terminal.error.show(text) }
        let members = [JSONValue.Member(name: "id", value: .string(restore.id))] + progress.members
        JSONOutput.print(JSONOutput.document("progress", .object(members)))
    }

    private func end(_ head: JSONValue, _ progress: JSONValue, _ restore: KnownRestore) async throws {
        let state = ProgressLine.State(progress)
        let status = Self.exitStatus(head.text("status") ?? "")
        let restored = max(0, state.unitsDone)
        if output.json {
            var members: [(String, JSONValue)] = [
                ("id", .string(restore.id)), ("status", .string(head.text("status") ?? "")),
                ("restored", .integer(restored)), ("failed", .integer(state.unitsFailed)),
            ]
            if let until = head.text("undoUntil") { members.append(("undoUntil", .string(until))) }
            JSONOutput.print(JSONOutput.result(status, members))
        } else {
            for line in words(head, restored: restored, state, restore) { tell(line) }
        }
        if status != .done { throw status.code }
    }

    private func words(
        _ head: JSONValue, restored: Int, _ state: ProgressLine.State, _ restore: KnownRestore
    ) -> [String] {
        let id = restore.id.prefix(8)
        var words = "\(restored.counted("account")) restored"
        if state.unitsFailed > 0 { words += ", \(state.unitsFailed) failed" }
        if head.text("status") == "cancelled" { words += "; then the restore was cancelled" }
        var lines = [words + "."]
        if state.unitsFailed > 0 { lines.append("To see why: holdfast session report \(id)") }
        if let until = head.date("undoUntil") {
            lines.append("To take it back until \(session.moment(until)): holdfast restore --undo \(id)")
        }
        return lines
    }

    /// How a command ends whose restore ended so.
    static func exitStatus(_ status: String) -> CommandExit {
        switch status {
        case "completed": .done
        case "completedWithError": .doneInPart
        default: .failed
        }
    }
}

extension ProgressLine.State {
    /// What the API's `progress` says.
    init(_ progress: JSONValue) {
        let (units, bytes) = (progress["units"], progress["bytes"])
        unitsTotal = units?.int("total") ?? 0
        unitsDone = units?.int("done") ?? 0
        unitsFailed = units?.int("failed") ?? 0
        bytesDone = bytes?.int("done") ?? 0
        bytesTotal = bytes?.int("total") ?? 0
        bytesPerSecond = progress.int("bytesPerSecond") ?? 0
        remainingSeconds = progress.double("remainingSeconds")
        waitingFor = progress.text("waitingFor")
    }
}

/// Ctrl-C while a restore is watched: the restore goes on, and the user is told how to go on too.
final class Interruption {
    private let source: any DispatchSourceSignal

    private init(_ source: any DispatchSourceSignal) { self.source = source }

    static func watch(_ id: String) -> Interruption {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT)
        source.setEventHandler {
            Terminal.error.show(
                """

                The restore goes on at the server; 'holdfast session watch \(id)', or 'holdfast session cancel \(id)'.

                """)
            exit(CommandExit.interrupted.rawValue)
        }
        source.resume()
        return Interruption(source)
    }

    func cancel() {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }
}
