import Foundation
import Testing

/// The server's edge, from outside: certificates, slow clients, limits, shutdown.
@Suite struct EdgeTests {
    private static let openssl = URL(filePath: "/usr/bin/openssl")
    private static let curl = URL(filePath: "/usr/bin/curl")

    private func makeCertificate(_ name: String, in folder: URL) async throws {
        let made = try await Program.run(
            Self.openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=\(name)",
                "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.appending(path: "tls.key").path, "-out",
                folder.appending(path: "tls.pem").path,
            ])
        try #require(made.status == 0, "\(made.text)")
    }

    /// The name in the certificate that a new connection gets.
    private func servedName(_ port: String) async throws -> String {
        let shown = try await Program.run(
            Self.openssl, ["s_client", "-connect", "127.0.0.1:\(port)", "-brief"], input: "")
        return String(
            shown.text.split(separator: "\n").first { $0.contains("CN = ") }?.split(separator: "CN = ").last ?? "")
    }

    @Test func `a new certificate is served after SIGHUP, a bad one never, and TLS before 1.2 not at all`() async throws
    {
        let installation = try Installation()
        try await makeCertificate("first.example", in: installation.folder)
        let certificate = installation.folder.appending(path: "tls.pem").path
        try await installation.start([
            "--tls-certificate", certificate, "--tls-key", installation.folder.appending(path: "tls.key").path,
        ])
        let port = try #require(installation.baseURL.split(separator: ":").last.map(String.init))
        #expect(try await servedName(port) == "first.example")

        try await makeCertificate("second.example", in: installation.folder)
        #expect(try await servedName(port) == "first.example")
        installation.server?.signal(SIGHUP)
        try await waitUntil("the new certificate is served") { try await servedName(port) == "second.example" }

        try Data("no certificate".utf8).write(to: URL(filePath: certificate))
        installation.server?.signal(SIGHUP)
        try await waitUntil("the refusal is logged") {
            installation.server?.read("err").contains("The certificate was not changed") == true
        }
        #expect(try await servedName(port) == "second.example")

        for (version, isSpoken) in [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
            let shown = try await Program.run(
                Self.openssl,
                ["s_client", "-connect", "127.0.0.1:\(port)", version, "-cipher", "ALL:@SECLEVEL=0", "-brief"],
                input: "")
            #expect(shown.text.contains("CONNECTION ESTABLISHED") == isSpoken, "\(version): \(shown.text)")
        }
        #expect(try await installation.stop()?.status == 0)
    }

    @Test func `a key that all can read is refused, at the start and later`() async throws {
        let installation = try Installation()
        try await makeCertificate("first.example", in: installation.folder)
        let key = installation.folder.appending(path: "tls.key").path
        let options = ["--tls-certificate", installation.folder.appending(path: "tls.pem").path, "--tls-key", key]
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        let refused = try await Program.run(
            Program.holdfast,
            [
                "serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen",
                "127.0.0.1:0",
            ] + options)
        #expect(
            refused.errors.contains("The key '\(key)' can be read by others (mode 644). Run: chmod 600 '\(key)'"),
            "\(refused.text)")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: key)
        try await installation.start(options)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        installation.server?.signal(SIGHUP)
        try await waitUntil("the refusal is logged") {
            installation.server?.read("err").contains("can be read by others") == true
        }
        _ = try await installation.stop()
    }

    /// What HTTP/1.1 owes also holds where the connection's halves are closed by TLS.
    private static let overTLS = """
        import socket, ssl, sys
        context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
        for text in ["GET /healthz HTTP/1.0\\r\\n\\r\\n", "GET /healthz HTTP/1.1\\r\\n\\r\\n", "HEAD /healthz \
        HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n",
                     "POST /v1.0/x HTTP/1.1\\r\\nHost: a\\r\\nExpect: 100-continue\\r\\nContent-Length: 9\\r\\n\\r\\n"]:
            with context.wrap_socket(socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20)) as \
            connection:
                connection.sendall(text.encode())
                got = b""
                while chunk := connection.recv(65536): got += chunk
                print(got.split(b" ")[1].decode(), len(got.split(b"\\r\\n\\r\\n", 1)[1]) > 0)
        """

    @Test func `over TLS connections end as over plain HTTP`() async throws {
        let installation = try Installation()
        try await makeCertificate("first.example", in: installation.folder)
        try await installation.start([
            "--tls-certificate", installation.folder.appending(path: "tls.pem").path, "--tls-key",
            installation.folder.appending(path: "tls.key").path,
        ])
        let port = try #require(installation.baseURL.split(separator: ":").last.map(String.init))
        let talked = try await Program.run(URL(filePath: "/usr/bin/env"), ["python3", "-c", Self.overTLS, port])
        #expect(talked.output == "200 True\n400 True\n200 False\n401 True\n", "\(talked.text)")
        _ = try await installation.stop()
    }

    @Test func `behind a proxy links name the public address`() async throws {
        let installation = try Installation()
        let settings = installation.folder.appending(path: "settings.json")
        try Data(#"{"trusted-proxies": ["127.0.0.1"], "public-url": "https://wrong.example"}"#.utf8).write(to: settings)
        try await installation.start(["--settings", settings.path, "--public-url", "https://backup.example:8443"])
        let token = try await installation.token()
        let arguments = [
            "-sS", "-H", "Authorization: Bearer \(token)", "-H", "Host: evil.example",
            installation.baseURL + "/v1.0/solutions/backupRestore",
        ]
        let root = try await Program.run(Self.curl, arguments)
        #expect(root.output.contains(#""@odata.context":"https://backup.example:8443/v1.0/"#), "\(root.text)")
        #expect(installation.server?.read("out").contains("(for clients: https://backup.example:8443)") == true)
        #expect(try await installation.stop()?.status == 0)
    }

    /// Sends pieces over a plain connection, and gives what came back once the server closed it.
    private static let trickle = """
        import socket, sys, time
        host, port, piece, pause, most = sys.argv[1], int(sys.argv[2]), \
        sys.argv[3].encode().decode("unicode_escape").encode(), float(sys.argv[4]), int(sys.argv[5])
        connection = socket.create_connection((host, port))
        connection.settimeout(60)
        got = b""
        try:
            for _ in range(most):
                connection.sendall(piece)
                piece = b"x"
                time.sleep(pause)
            while chunk := connection.recv(65536): got += chunk
        except (BrokenPipeError, ConnectionResetError): pass
        print("closed", got[:60])
        """

    @Test(arguments: [
        ("a head that trickles", "GET / HTTP/1.1\\r\\nHost: a\\r\\nX-Slow: ", 200),
        (
            "a body that trickles", "POST /v1.0/users HTTP/1.1\\r\\nHost: a\\r\\nAUTHContent-Length: 1000\\r\\n\\r\\n",
            200
        ),
        (
            "a body that nobody waits for",
            "POST /v1.0/users HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 1000\\r\\n\\r\\n", 200
        ),
        (
            "silence behind a body that nobody waited for",
            "POST /v1.0/users HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 2\\r\\n\\r\\n", 3
        ), ("silence", "", 0),
    ])
    func `a client that is too slow is cut off, and others are served meanwhile`(
        name: String, begin: String, pieces: Int
    ) async throws {
        let installation = try Installation()
        try await installation.start(["--set", "head-seconds=1", "--set", "body-seconds=1"])
        let port = try #require(installation.baseURL.split(separator: ":").last.map(String.init))
        let authorization = "Authorization: Bearer \(try await installation.token())\\r\\n"
        async let slow = Program.run(
            URL(filePath: "/usr/bin/env"),
            [
                "python3", "-c", Self.trickle, "127.0.0.1", port, begin.replacing("AUTH", with: authorization), "0.2",
                "\(pieces)",
            ])
        let health = try await Program.run(Self.curl, ["-sS", installation.baseURL + "/healthz"])
        #expect(health.output == "ok\n")
        let result = try await slow
        #expect(result.output.hasPrefix("closed"), "\(name): \(result.text)")
        _ = try await installation.stop()
    }

    @Test func `bodies, headers and paths beyond their limits are refused, and the server goes on`() async throws {
        let installation = try Installation()
        try await installation.start([
            "--set", "body-bytes=2048", "--set", "header-bytes=4096", "--set", "header-fields=20", "--set",
            "url-bytes=512",
        ])
        let token = try await installation.token()
        let root = installation.baseURL + "/v1.0/solutions/backupRestore"
        func status(_ options: [String], _ url: String) async throws -> String {
            let arguments =
                ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Authorization: Bearer \(token)"] + options + [
                    url
                ]
            return try await Program.run(Self.curl, arguments).output
        }
        let long = String(repeating: "a", count: 3000)
        #expect(try await status(["-H", "Content-Type: application/json", "-d", long], root + "/serviceApps") == "413")
        #expect(try await status([], root + "?x=" + long.prefix(600)) == "414")
        for headers in [["-H", "X-Long: \(long)\(long)"], (0..<40).flatMap { ["-H", "X-\($0): a"] }] {
            let refused = try await status(headers, root)
            #expect(["000", "400", "431"].contains(refused), "\(refused)")
        }
        #expect(try await status([], root) == "200")
        #expect(try await installation.stop()?.status == 0)
    }

    @Test func `a request that does not say where its body ends is refused, one in chunks or without a body is taken`()
        async throws
    {
        let installation = try Installation()
        try await installation.start()
        let token = try await installation.token()
        func ask(_ options: [String]) async throws -> String {
            let arguments =
                [
                    "-sS", "-w", " %{http_code}", "-H", "Authorization: Bearer \(token)", "-H",
                    "Content-Type: application/json",
                ] + options
            return try await Program.run(
                Self.curl, arguments + [installation.baseURL + "/v1.0/solutions/backupRestore/serviceApps"]
            ).output
        }
        for method in ["POST", "PATCH"] {
            let silent = try await ask(["-X", method])
            #expect(silent.hasPrefix(#"{"error":{"code":"lengthRequired""#), "\(silent)")
            #expect(silent.hasSuffix(" 411"), "\(silent)")
        }
        #expect(try await ask(["-d", "{}", "-H", "Transfer-Encoding: chunked"]).hasSuffix(" 201"))
        #expect(try await ask(["-d", ""]).hasSuffix(" 201"))
        #expect(try await ask([]).hasSuffix(" 200"))
        #expect(try await installation.stop()?.status == 0)
    }

    @Test(arguments: ["nonsense=1", "requests-per-second=-1", "requests-per-second=many", "requests-per-second"])
    func `a setting that makes no sense keeps the server from starting`(assignment: String) async throws {
        let installation = try Installation()
        let result = try await Program.run(
            Program.holdfast,
            [
                "serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen",
                "127.0.0.1:0", "--set", assignment,
            ])
        #expect(result.status == 78)
        #expect(result.errors.contains("--set"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: installation.state.path))
    }

    @Test func `settings come from the file, the environment and the command line, the last one winning`() async throws
    {
        let installation = try Installation()
        let file = installation.folder.appending(path: "settings.json")
        try Data(#"{"url-bytes": 300, "requests-per-second": 1, "request-burst": 2}"#.utf8).write(to: file)
        try await installation.start(["--settings", file.path, "--set", "request-burst=1"])
        let token = try await installation.token()
        let arguments = ["-sS", "-D", "-", "-o", "/dev/null", "-H", "Authorization: Bearer \(token)"]
        let root = installation.baseURL + "/v1.0/solutions/backupRestore"
        let first = try await Program.run(Self.curl, arguments + [root, "--next"] + arguments + [root])
        #expect(first.output.contains("200 OK"))
        #expect(first.output.contains("429 Too Many Requests"))
        #expect(first.output.lowercased().contains("retry-after: 1"))
        let long = try await Program.run(Self.curl, arguments + [root + "?" + String(repeating: "a", count: 400)])
        #expect(long.output.contains(" 414 "))
        _ = try await installation.stop()
    }
}
