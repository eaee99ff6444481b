import Foundation
import SampleData
import Testing

/// The guides of docs/operate, run as they stand there, from top to bottom.
@Suite(.serialized) struct OperatingGuideTests {
    /// A machine as the guides expect it: `sudo` and `systemctl` are there, and the latter knows the
    /// service of the package.
    private final class Machine {
        let installation: Installation
        var environment: [String: String]
        private var programs: URL { installation.folder.appending(path: "programs") }

        /// - Parameter options: what the service's command has besides its folders.
        init(_ options: String = "") throws {
            installation = try Installation()
            let folder = installation.folder
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            environment = [
                "STATE": installation.state.path, "TENANT": installation.tenant.path,
                "COPIES": folder.appending(path: "copies").path, "WHO": Installation.user, "OPTIONS": options,
                "PATH": folder.appending(path: "programs").path + ":" + path,
            ]
            try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: programs.appending(path: "holdfast"), withDestinationURL: Program.holdfast)
            try write("sudo", #"exec "$@""#)
            try write("systemctl", Self.systemctl)
        }

        deinit {
            guard let text = try? String(contentsOf: programs.appending(path: "pid"), encoding: .utf8),
                let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
            else { return }
            kill(process, SIGKILL)
        }

        private func write(_ name: String, _ script: String) throws {
            let file = programs.appending(path: name)
            try Data("#!/bin/bash\n\(script)\n".utf8).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }

        /// As much of systemctl as starts and ends one service, and waits for it.
        private static let systemctl = """
            cd "$(dirname "$0")"
            # Whoever waits for this script would also wait for a server that holds its descriptors.
            for n in /proc/$$/fd/*; do n=${n##*/}; [ "$n" -le 2 ] || [ "$n" = 255 ] || eval "exec $n>&-"; done
            stop() {
                [ -e pid ] || return 0
                kill -TERM "$(cat pid)"
                for _ in $(seq 600); do kill -0 "$(cat pid)" 2>/dev/null || { rm pid; return 0; }; sleep 0.1; done
                return 1
            }
            start() {
                setsid holdfast serve --tenant "$TENANT" --state "$STATE" --listen 127.0.0.1:0 $OPTIONS \
                    >out 2>err </dev/null &
                echo $! >pid
                for _ in $(seq 1200); do
                    ! grep -q 'listens on' out || return 0
                    kill -0 "$(cat pid)" 2>/dev/null || { cat err >&2; rm pid; return 1; }
                    sleep 0.1
                done
                return 1
            }
            [ "$2" = holdfast ] || exit 5
            case $1 in start | stop) $1 ;; restart) stop && start ;; *) exit 1 ;; esac
            """

        /// Runs a script as somebody would type it, and demands that every line succeeds.
        @discardableResult
        func run(_ script: String) async throws -> String {
            let result = try await Program.run(
                URL(filePath: "/bin/bash"),
                ["-euo", "pipefail", "-c", "cd '\(installation.folder.path)'\n" + script], environment: environment)
            try #require(result.status == 0, "\(script)\n\(result.text)")
            return result.output
        }

        /// Starts the service and protects the sample tenant.
        func protect() async throws {
            try installation.fillTenant(seed: 17)
            try await run(
                """
                systemctl start holdfast
                export HOLDFAST_STATE=$STATE
                holdfast policy create --everyone
                holdfast unit backup
                """)
        }

        /// The restore points of every account, oldest first.
        func points() async throws -> [String] {
            try await run(
                """
                holdfast point list --state $STATE $WHO --json |
                    jq -r '.. | objects | select(.type? == "restorePoint").id'
                """
            ).split(separator: "\n").map(String.init).sorted()
        }
    }

    /// The shell blocks that follow the mark `<!-- run -->`, by the section in which they stand.
    private static func blocks(_ name: String) throws -> [(section: String, script: String)] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/operate")
        let text = try String(contentsOf: folder.appending(path: name).standardizedFileURL, encoding: .utf8)
        return text.split(separator: "\n## ").flatMap { section in
            let title = String(section.prefix { $0 != "\n" })
            return section.matches(of: /<!-- run -->\n```sh\n((?s:.*?))\n```/).map { (title, String($0.1)) }
        }
    }

    @Test func `copies bring a lost state folder back, and what needs no copy needs none`() async throws {
        let machine = try Machine()
        try await machine.protect()
        let before = try await machine.points()
        #expect(!before.isEmpty)
        let blocks = try Self.blocks("copies.md")
        let secret = try await machine.run(blocks[0].script).trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(secret.count == 44)
        machine.environment["SECRET"] = secret
        for block in blocks.dropFirst().dropLast() { try await machine.run(block.script) }
        // A file that the guide forgot is gone now.
        try await machine.run("systemctl stop holdfast; rm -rf $STATE")
        #expect(blocks.last?.section == "Putting it back on the same machine")
        try await machine.run(blocks.last?.script ?? "false")
        #expect(try await machine.points() == before)
        try await machine.installation.requireResticIsContent(Installation.user)

        try await machine.run("systemctl stop holdfast")
        let needless = try Self.needless()
        #expect(needless.contains("server.lock"))
        for name in needless { try await machine.run("rm -f $STATE/\(name)") }
        try await machine.run("systemctl start holdfast")
        #expect(try await machine.points() == before)
        try await machine.run("systemctl stop holdfast")
    }

    /// The names in the row of the table that says never to copy them.
    private static func needless() throws -> [String] {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/operate/copies.md")
        let text = try String(contentsOf: page.standardizedFileURL, encoding: .utf8)
        let row = try #require(text.split(separator: "\n").first { $0.contains("| never |") })
        return row.split(separator: "|")[0].matches(of: /`([^`]+)`/).map { String($0.1) }
    }

    @Test func `numbers, alerts and checks are there as the guide says`() async throws {
        let machine = try Machine()
        let free = #"import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])"#
        let port = try await machine.run("python3 -c '\(free)'").trimmingCharacters(in: .whitespacesAndNewlines)
        machine.environment["METRICS"] = "127.0.0.1:\(port)"
        machine.environment["OPTIONS"] = "--set metrics.listen=127.0.0.1:\(port)"
        machine.environment["EXAMPLES"] =
            URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../packaging/prometheus").path
        try await machine.protect()
        let blocks = try Self.blocks("monitoring.md")
        #expect(blocks.count == 3)
        for block in blocks {
            let output = try await machine.run(block.script)
            #expect(!output.isEmpty)
        }
        try await machine.run("systemctl stop holdfast")
    }

    @Test func `an upgrade keeps the catalogue of before, with which the way back leads`() async throws {
        let machine = try Machine("--move-tenant")
        let archive = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Vectors/state-914ab74/state.tar.gz")
        machine.environment["WHO"] = "ada@example.org"
        try await machine.run("tar xzf '\(archive.path)'")
        try await machine.installation.runSQL("UPDATE restorePoint SET expirationDateTime = 4102444800000000")
        let version = "SELECT max(version), count(*) FROM schemaVersion"
        let points = "SELECT count(*) FROM restorePoint"
        let old = try await machine.run("sqlite3 $STATE/catalog.sqlite '\(version)' '\(points)'")

        let blocks = try Self.blocks("upgrade.md")
        #expect(blocks.map(\.section) == ["Before", "The upgrade", "Going back", "Going back"])
        try await machine.run(blocks[0].script)
        #expect(try await machine.run("sqlite3 $COPIES/catalog-*.sqlite '\(version)' '\(points)'") == old)
        try await machine.run(blocks[1].script)
        let upgraded = try await machine.run("sqlite3 $STATE/catalog.sqlite '\(version)'")
        #expect(!old.hasPrefix(upgraded))
        #expect(try await machine.run("sqlite3 $STATE/catalog.sqlite.before-* '\(version)' '\(points)'") == old)
        try await machine.run(blocks[2].script)
        #expect(try await machine.run("sqlite3 $STATE/catalog.sqlite '\(version)' '\(points)'") == old)
        #expect(try await machine.run("ls $STATE").contains("newer\n"))
        // The program of then is not at hand; this one takes that catalogue as it took it first.
        try await machine.run(blocks[3].script)
        #expect(!(try await machine.points()).isEmpty)
        try await machine.run("systemctl stop holdfast")
    }

    @Test func `repositories and secret are enough on a new machine`() async throws {
        let machine = try Machine()
        try await machine.protect()
        let drive = try await machine.installation.copy(machine.installation.drive(Installation.user), name: "drive")
        let before = try await machine.points()
        machine.environment["SECRET"] = try await machine.run("base64 $STATE/master.key").trimmingCharacters(
            in: .whitespacesAndNewlines)
        try await machine.run(
            """
            systemctl stop holdfast
            mkdir $COPIES
            cp -a $STATE/repositories $TENANT/directory.json $COPIES/
            rm -rf $STATE $TENANT
            """)
        let began = ContinuousClock.now
        var output = ""
        for block in try Self.blocks("disaster.md") { output += try await machine.run(block.script) }
        print("disaster.md took \(ContinuousClock.now - began)")
        #expect(output.contains("is back") || output.contains("are back"), "\(output)")
        #expect(try TreeComparison(drive.path, machine.installation.drive(Installation.user).path).differences == [])
        let restored = machine.installation.folder.appending(path: "restored")
        #expect(try TreeComparison(drive.path, restored.path).differences == [])
        #expect(Set(try await machine.points()).count > before.count)
        try await machine.installation.requireResticIsContent(Installation.user)
        try await machine.run("systemctl stop holdfast")
    }
}
