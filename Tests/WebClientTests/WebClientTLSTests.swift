import BackupTesting
import Foundation
import Testing
import WebClient

/// TLS, with the server of openssl on the other side.
@Suite(.timeLimit(.minutes(1))) struct WebClientTLSTests {
    /// `openssl s_server`, which answers every request with a page about the connection.
    private final class Server {
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-tls-\(UUID().uuidString)")
        private let process = Process()
        let port: Int
        var certificate: String { folder.appending(path: "cert.pem").path }

        static let openssl = URL(filePath: "/usr/bin/openssl")

        /// - Parameter names: the certificate's names, as openssl writes them: `IP:127.0.0.1`.
        init(names: String, protocols: [String] = []) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let key = folder.appending(path: "key.pem").path
            let making = Process()
            making.executableURL = Self.openssl
            making.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=holdfast test", "-addext", "subjectAltName=\(names)", "-keyout", key, "-out",
                folder.appending(path: "cert.pem").path,
            ]
            making.standardError = FileHandle.nullDevice
            try making.run()
            making.waitUntilExit()
            try #require(making.terminationStatus == 0)
            let output = Pipe()
            process.executableURL = Self.openssl
            process.arguments =
                [
                    "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", folder.appending(path: "cert.pem").path,
                    "-key", key,
                ] + protocols
            process.standardInput = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            var text = ""
            while text.firstMatch(of: /ACCEPT [^\n]*:(\d+)\n/) == nil {
                let more = output.fileHandleForReading.availableData
                try #require(!more.isEmpty, "openssl ended: \(text)")
                text += String(decoding: more, as: UTF8.self)
            }
            port = try #require(text.firstMatch(of: /ACCEPT [^\n]*:(\d+)\n/).flatMap { Int($0.1) })
        }

        deinit {
            process.terminate()
            try? FileManager.default.removeItem(at: folder)
        }
    }

    private func failure(_ server: Server, trusted: Bool, host: String = "127.0.0.1") async -> WebFailure? {
        let client = trusted ? WebClient(.file(server.certificate)) : WebClient()
        return await #expect(throws: WebFailure.self) {
            _ = try await client.answer(WebRequest("GET", "https://\(host):\(server.port)/"))
        }
    }

    @Test func `a certificate that nobody vouches for is refused, and taken once its authority is given`() async throws
    {
        let server = try Server(names: "IP:127.0.0.1,DNS:localhost")
        guard case .untrusted? = await failure(server, trusted: false) else {
            Issue.record("a certificate that nobody vouches for was taken")
            return
        }
        for host in ["127.0.0.1", "localhost"] {
            let client = WebClient(.file(server.certificate))
            let answer = try await client.answer(WebRequest("GET", "https://\(host):\(server.port)/"))
            #expect(answer.status == 200)
            #expect(String(decoding: answer.body, as: UTF8.self).contains("s_server"))
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a trusted certificate of another name is refused`(host: String) async throws {
        let server = try Server(names: "DNS:other.example,IP:192.0.2.1")
        let failure = await failure(server, trusted: true, host: host)
        guard case .untrusted? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(try !#require(failure).isTransient)
    }

    @Test func `a server that speaks old TLS only is refused`() async throws {
        let server = try Server(names: "IP:127.0.0.1", protocols: ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
        guard case .noTLS? = await failure(server, trusted: true) else {
            Issue.record("TLS 1.1 was taken")
            return
        }
    }

    @Test func `a server of plain HTTP is told from one whose certificate is bad`() async throws {
        let plain = try ScriptedServer { connection, _ in
            _ = connection.receive()
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        let failure = await #expect(throws: WebFailure.self) {
            _ = try await WebClient().answer(WebRequest("GET", "https://127.0.0.1:\(plain.port)/"))
        }
        #expect(failure == .noTLS("the server speaks plain HTTP"))
    }

    @Test func `a file of authorities that is not there, or holds none, is told`() async throws {
        let server = try Server(names: "IP:127.0.0.1")
        #expect(try WebClient.certificates(inFile: server.certificate) == 1)
        let empty = server.folder.appending(path: "empty.pem")
        try Data("no certificate".utf8).write(to: empty)
        for path in [empty.path, "/nonexistent/ca.pem"] {
            #expect(throws: (any Error).self) { try WebClient.certificates(inFile: path) }
            await #expect(throws: WebFailure.self) {
                _ = try await WebClient(.file(path)).answer(WebRequest("GET", "https://127.0.0.1:\(server.port)/"))
            }
        }
    }
}
