import Foundation
import SampleData
import Testing

/// Bytes that no honest client sends, over plain sockets: an answer below 500 or a closed
/// connection, no word about the inside, and a server that goes on.
@Suite(.serialized) struct HostileClientTests {
    /// Sends each request over a connection of its own, and prints the head of what comes back, one
    /// JSON text a line.
    private static let sender = """
        import json, socket, sys
        host, port = "127.0.0.1", int(sys.argv[1])
        for text in json.load(open(sys.argv[2])):
            got = b""
            try:
                with socket.create_connection((host, port), timeout=10) as connection:
                    try: connection.sendall(text.encode("latin-1"))
                    except (BrokenPipeError, ConnectionResetError): pass
                    connection.shutdown(socket.SHUT_WR)
                    while chunk := connection.recv(65536): got += chunk
            except (ConnectionResetError, BrokenPipeError): pass
            except (TimeoutError, OSError) as error: got += b" timeout " + str(error).encode()
            print(json.dumps(got[:4000].decode("latin-1")))
        """

    private static let root = "/v1.0/solutions/backupRestore"

    /// What is sent; `AUTH` becomes a header with a good token.
    private static let requests: [String] = {
        func get(_ target: String, _ headers: String = "") -> String {
            "GET \(target) HTTP/1.1\r\nHost: a\r\nAUTH\(headers)Connection: close\r\n\r\n"
        }
        func post(_ headers: String, _ body: String) -> String {
            """
            POST \(root)/serviceApps HTTP/1.1\r\nHost: a\r\nAUTHContent-Type: application/json\r\nConnection: \
            close\r\n\(headers)\r\n\(body)
            """
        }
        let framing = [
            post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
            post("Content-Length: 2\r\nContent-Length: 5\r\n", "{}"),
            post("Content-Length: 2, 5\r\n", "{}"), post("Content-Length: -1\r\n", "{}"),
            post("Content-Length: 99999999999999999999\r\n", "{}"),
            post("Content-Length: 0x2\r\n", "{}"), post("Content-Length: +2\r\n", "{}"),
            post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
            post("Transfer-Encoding: chunked\r\n", "-2\r\n{}\r\n0\r\n\r\n"),
            post("Transfer-Encoding: chunked, identity\r\n", "2\r\n{}\r\n0\r\n\r\n"),
            post("Transfer-Encoding: xchunked\r\n", "2\r\n{}\r\n0\r\n\r\n"),
            post("Transfer-Encoding : chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"),
            post("Transfer-Encoding: chunked\r\n", "2;a=\(String(repeating: "x", count: 100_000))\r\n{}\r\n0\r\n\r\n"),
            post("Content-Length: 10\r\n", "{}"),
            post("Expect: 200-ok\r\nContent-Length: 2\r\n", "{}"), post("Upgrade: h2c\r\nContent-Length: 2\r\n", "{}"),
        ]
        let heads = [
            get("/", "X: a\u{0}b\r\n"), get("/", "X: a\r\n b\r\n"), get("/", "X Y: a\r\n"), get("/", ": a\r\n"),
            get("/", "X\r\n"), get("/", "X: a\nY: b\r\n"),
            get("/", "X: \u{1b}[2J\r\n"), get("/", "X: \u{ff}\u{fe}\r\n"),
            get("/", String(repeating: "X: a\r\n", count: 5000)),
            get("/", "X: \(String(repeating: "a", count: 200_000))\r\n"),
            get("/", String(repeating: "Y", count: 100_000) + ": a\r\n"), get(root, "Authorization: Bearer x\r\n"),
            get(root, "X-HTTP-Method-Override: DELETE\r\n"),
            get(root, "Prefer: odata.maxpagesize=-1\r\n"),
            get(root, "Prefer: odata.maxpagesize=99999999999999999999\r\n"),
            get(root, "Accept: \(String(repeating: "a/b;q=0.1,", count: 500))\r\n"),
            get(root, "client-request-id: \u{1b}]0;x\u{7}\r\n"),
            get(root, "If-Match: \(String(repeating: "\"x\",", count: 2000))\r\n"),
            get(root, "X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\n"),
            "GET / HTTP/1.1\r\nAUTHConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a@b:c/d?e\r\nConnection: close\r\n\r\n",
            "GET /\r\n\r\n", "GET / HTTP/0.9\r\n\r\n", "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.10\r\nHost: a\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "get / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "\(String(repeating: "A", count: 100_000)) / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}", String(repeating: "\u{0}", count: 10_000),
            String(repeating: "\r\n", count: 10_000), "\u{ff}\u{f4}\u{ff}\u{fd}\u{6}",
            "TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "CONNECT a:443 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        ]
        let targets = [
            "/v1.0/../../../../etc/passwd", "/v1.0/%2e%2e/%2e%2e/etc/passwd", "/v1.0/..%2f..%2fetc%2fpasswd",
            "/v1.0/..%5c..%5cetc", "/v1.0/%00", "/%c0%ae%c0%ae/etc/passwd", "/v1.0/%",
            "/v1.0/%zz", "//etc/passwd", "///", "/v1.0//users", "/v1.0/users//", "/v1.0/users/%0d%0aSet-Cookie:%20a=b",
            "http://evil.example/v1.0/users", "https://a:b@c/v1.0/users", "*", "v1.0/users",
            "/v1.0/users?$filter=\(String(repeating: "(", count: 5000))",
            "/v1.0/users?$filter=" + Array(repeating: "mail%20eq%20'a'", count: 600).joined(separator: "%20or%20"),
            "/v1.0/users?$expand=" + String(repeating: "drive($expand=", count: 500), "/v1.0/users?$top=-1",
            "/v1.0/users?$top=1e9", "/v1.0/users?$skip=99999999999999999999",
            "/v1.0/users?$skiptoken=AAAA", "/v1.0/users?$orderby=" + String(repeating: "mail,", count: 2000) + "mail",
            "/v1.0/users?$select=*,*,*", "/v1.0/users#fragment", "/\u{e9}\u{ff}",
            root + "/driveProtectionUnits('a''b')",
            root + "/driveProtectionUnits(\(String(repeating: "9", count: 5000)))", root + "/restorePoints/../../users",
            "/sandbox/clock", "/metrics/../healthz",
        ]
        return framing + heads + targets.map { get($0) }
    }()

    @Test func `malformed requests get a refusal or a closed connection, and never a word about the inside`()
        async throws
    {
        let installation = try Installation()
        try await installation.start(["--set", "head-seconds=5", "--set", "body-seconds=5"])
        let authorization = "Authorization: Bearer \(try await installation.token())\r\n"
        let file = installation.folder.appending(path: "requests.json")
        try JSONEncoder().encode(Self.requests.map { $0.replacing("AUTH", with: authorization) }).write(to: file)
        let port = try #require(installation.baseURL.split(separator: ":").last.map(String.init))
        let sent = try await Program.run(
            URL(filePath: "/usr/bin/env"), ["python3", "-c", Self.sender, port, file.path])
        let answers = try sent.output.split(separator: "\n").map {
            try JSONDecoder().decode(String.self, from: Data($0.utf8))
        }
        try #require(answers.count == Self.requests.count, "\(sent.errors)")
        for (request, answer) in zip(Self.requests, answers) {
            let shown = "\(request.prefix(160).debugDescription) -> \(answer.prefix(300))"
            #expect(!answer.contains(" timeout "), "no answer in time: \(shown)")
            guard let status = answer.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                #expect(answer.isEmpty, "\(shown)")
                continue
            }
            #expect((200..<500).contains(status) || status == 501 || status == 505, "\(shown)")
            for word in [
                ".swift", installation.state.path, installation.tenant.path, "Fatal", "smuggled", "root:x:",
                "Set-Cookie",
            ] { #expect(!answer.contains(word), "\(shown)") }
        }
        let health = try await Program.run(URL(filePath: "/usr/bin/curl"), ["-sS", installation.baseURL + "/healthz"])
        #expect(health.output == "ok\n")
        let log = installation.server?.read("err") ?? ""
        #expect(!log.contains("\u{1b}"), "no byte of a client acts on the terminal that shows the log")
        #expect(try await installation.stop()?.status == 0)
    }

    /// Opens many connections that say nothing, and tells how many the server holds open
    /// at the same time.
    private static let crowd = """
        import socket, sys, time
        held = []
        for _ in range(int(sys.argv[2])):
            try:
                connection = socket.socket()
                connection.setblocking(False)
                connection.connect_ex(("127.0.0.1", int(sys.argv[1])))
                held.append(connection)
            except OSError: break
        print(len(held), flush=True)
        sys.stdin.readline()
        """

    @Test
    func
        `more connections than are allowed wait, and clients get in when idle ones are cut off`()
        async throws
    {
        let installation = try Installation()
        try await installation.start(["--set", "open-connections=30", "--set", "head-seconds=2"])
        let port = try #require(installation.baseURL.split(separator: ":").last.map(String.init))
        let crowd = try RunningProgram(URL(filePath: "/usr/bin/env"), ["python3", "-c", Self.crowd, port, "400"])
        try await waitUntil("the crowd is there") { crowd.read("out").contains("\n") }
        let server = try #require(installation.server)
        func sockets() -> Int {
            let folder = "/proc/\(server.processID)/fd"
            let links = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return links.filter {
                (try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + $0))?.hasPrefix("socket:")
                    == true
            }.count
        }
        var most = 0
        async let health = Program.run(
            URL(filePath: "/usr/bin/curl"), ["-sS", "--max-time", "110", installation.baseURL + "/healthz"])
        for _ in 0..<40 {
            most = max(most, sockets())
            try await Task.sleep(for: .milliseconds(50))
        }
        // The listening socket, and what was accepted at once in one turn of the loop, come on
        // top of the bound.
        #expect(most >= 10, "\(most) sockets")
        #expect(most < 100, "\(most) sockets")
        #expect(try await health.output == "ok\n")
        _ = try await crowd.finish(input: "")
        #expect(try await installation.stop()?.status == 0)
    }

    @Test func `names that act on terminals are printed and logged as escapes`() async throws {
        let installation = try Installation()
        try installation.fillTenant(seed: 31)
        let evil = "a\u{1b}[2J\nforged line\u{202e}"
        let drive = installation.drive(Installation.user)
        // A chain of folders that is too deep for a path is told by its name.
        let chain = try await Program.run(
            URL(filePath: "/usr/bin/env"),
            [
                "python3", "-c",
                """
                import os,sys\nos.chdir(sys.argv[1])\nfor name in [sys.argv[2]]+['d'*200]*40: os.mkdir(name); \
                os.chdir(name)
                """,
                drive.path, evil,
            ])
        try #require(chain.status == 0, "\(chain.text)")
        try await installation.start()
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let unit = try #require(
            try await steps.protect(try await steps.users().filter { $0.userPrincipalName == Installation.user }).first
        ).id
        try await waitUntil("the failure is logged") {
            installation.server?.read("err").contains("An item could not be read") == true
        }
        let log = installation.server?.read("err") ?? ""
        #expect(log.contains(#"a\u{1b}[2J\u{a}forged line\u{202e}"#), "\(log.suffix(1500))")
        #expect(!log.contains("\u{1b}"))
        #expect(!log.contains("\nforged"))
        _ = try await Program.holdfast("client", "add", "--state", installation.state.path, evil)
        let clients = try await Program.holdfast("client", "list", "--state", installation.state.path)
        #expect(clients.contains(#"a\u{1b}[2J\u{a}forged line\u{202e}"#))
        #expect(!clients.contains("\u{1b}"))
        let packs = installation.state.appending(path: "repositories/\(unit)/data")
        try FileManager.default.removeItem(at: packs)
        let check = try await Program.run(
            Program.holdfast, ["repository", "check", "--state", installation.state.path, unit])
        #expect(check.status != 0)
        #expect(!check.text.contains("\u{1b}"))
        _ = try await installation.stop()
    }
}
