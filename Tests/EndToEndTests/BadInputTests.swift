import Foundation
import SampleData
import Testing

/// What a person sees who gives the program something wrong: a non-zero exit, the thing's name, and
/// what to do. Nothing is lost.
struct BadInputTests {
    private func fails(_ arguments: [String], naming words: String...) async throws {
        let result = try await Program.run(Program.holdfast, arguments)
        #expect(result.status != 0, "\(arguments): \(result.text)")
        for word in words {
            #expect(result.text.contains(word), "\(arguments) should mention '\(word)': \(result.text)")
        }
        for word in [
            "descriptor:", "errno", "DecodingError", "dataCorrupted", "CodingKeys", "invalidDirectory",
            "NSCocoaErrorDomain", "Error(", "Optional(",
        ] {
            #expect(
                !result.text.contains(word),
                "\(arguments) names '\(word)', which only the program's authors know: \(result.text)")
        }
    }

    @Test func `a tenant folder that is not there`() async throws {
        let installation = try Installation()
        let missing = installation.folder.appending(path: "nowhere").path
        try await fails(
            ["serve", "--tenant", missing, "--state", installation.state.path, "--listen", "127.0.0.1:0"],
            naming: missing, "--tenant")
        #expect(!FileManager.default.fileExists(atPath: installation.state.path))
    }

    @Test func `a folder that is no state folder`() async throws {
        let installation = try Installation()
        let file = installation.state.appending(path: "mine.txt")
        try FileManager.default.createDirectory(at: installation.state, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: file)
        try await fails(
            [
                "serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen",
                "127.0.0.1:0",
            ],
            naming: installation.state.path, "not empty")
        for command in ["token", "backup"] {
            try await fails(
                [command, "--state", installation.state.path], naming: installation.state.path, "settings.json")
        }
        #expect(try Data(contentsOf: file) == Data("mine".utf8))
    }

    @Test func `a state folder of a newer version`() async throws {
        let installation = try Installation()
        try await installation.start()
        _ = try await installation.stop()
        let settings = installation.state.appending(path: "settings.json")
        let text = try String(contentsOf: settings, encoding: .utf8)
        let newer = text.replacing("\"formatVersion\" : 1", with: "\"formatVersion\" : 99")
        #expect(newer != text)
        try newer.write(to: settings, atomically: false, encoding: .utf8)
        try await fails(
            [
                "serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen",
                "127.0.0.1:0",
            ],
            naming: "newer", "99")
        #expect(try String(contentsOf: settings, encoding: .utf8) == newer)
    }

    @Test func `a state folder that others can read`() async throws {
        let installation = try Installation()
        try await installation.start()
        _ = try await installation.stop()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: installation.state.appending(path: "master.key").path)
        try await fails(["token", "--state", installation.state.path], naming: "master.key", "chmod 600")
    }

    @Test func `a state folder that may not be looked into`() async throws {
        let installation = try Installation()
        try await installation.start()
        _ = try await installation.stop()
        // The tests may run as root, to whom every folder is open.
        let asNobody = getuid() == 0 ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : []
        if asNobody.isEmpty {
            try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: installation.state.path)
        }
        for command in [["token"], ["serve", "--tenant", "/", "--listen", "127.0.0.1:0"]] {
            let arguments = asNobody + [Program.holdfast.path] + command + ["--state", installation.state.path]
            let result = try await Program.run(URL(filePath: "/usr/bin/env"), arguments)
            #expect(result.status != 0)
            #expect(result.errors.contains("may not be read by this account (permission denied)"), "\(result.text)")
        }
    }

    @Test(arguments: ["0", "-1", "nan", "inf", "1e9"])
    func `a token for no time`(hours: String) async throws {
        let installation = try Installation()
        try await installation.start()
        _ = try await installation.stop()
        try await fails(
            ["token", "--state", installation.state.path, "--hours=\(hours)"], naming: "--hours", "more than 0")
    }

    @Test func `a second program of one name`() async throws {
        let installation = try Installation()
        try await installation.start()
        _ = try await installation.stop()
        let added = try await Program.holdfast("client", "add", "--state", installation.state.path, "nightly")
        let id = try #require(
            added.split(separator: "\n").first { $0.hasPrefix("client_id=") }?.dropFirst("client_id=".count))
        try await fails(
            ["client", "add", "--state", installation.state.path, "nightly"], naming: "nightly", String(id),
            "program remove")
        let list = try await Program.holdfast("client", "list", "--state", installation.state.path)
        #expect(list.split(separator: "\n").count == 1)
    }

    @Test(arguments: [
        ["--public-url", "backup.example"], ["--public-url", "https://backup.example/graph"],
        ["--trusted-proxy", "10.0.0.1/8"], ["--trusted-proxy", "nginx"],
    ])
    func `a proxy's address that is none`(options: [String]) async throws {
        let installation = try Installation()
        try await fails(
            [
                "serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen",
                "127.0.0.1:0",
            ] + options,
            naming: options[0], options[1])
    }

    @Test func `a port in use`() async throws {
        let installation = try Installation()
        try await installation.start()
        let address = installation.baseURL.replacing("http://", with: "")
        let other = try Installation()
        try await fails(
            ["serve", "--tenant", other.tenant.path, "--state", other.state.path, "--listen", address], naming: address)
        _ = try await installation.stop()
    }

    @Test(arguments: ["127.0.0.1", "127.0.0.1:nan", ":", "127.0.0.1:70000"])
    func `an address that is none`(address: String) async throws {
        let installation = try Installation()
        try await fails(
            ["serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen", address],
            naming: "--listen")
    }

    @Test(arguments: [
        ("{", "not valid JSON"), (#"{"users": [{"id": 7}]}"#, "users[0]"),
        (#"{"users": [{"userPrincipalName": "a/b"}]}"#, "'a/b'"),
    ])
    func `a directory that cannot be understood`(text: String, word: String) async throws {
        let installation = try Installation()
        try Data(text.utf8).write(to: installation.tenant.appending(path: "directory.json"))
        try await fails(
            [
                "serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen",
                "127.0.0.1:0",
            ],
            naming: "directory.json", word)
    }

    @Test(arguments: ["settings.json", "sandbox.json"])
    func `a file of the state folder that cannot be understood`(name: String) async throws {
        let installation = try Installation()
        let isSandbox = name == "sandbox.json"
        try await (isSandbox ? installation.startSandbox() : installation.start())
        _ = try await installation.stop()
        try Data("{".utf8).write(to: installation.state.appending(path: name))
        let tenant = isSandbox ? ["--sandbox"] : ["--tenant", installation.tenant.path]
        try await fails(
            ["serve", "--state", installation.state.path, "--listen", "127.0.0.1:0"] + tenant, naming: name,
            "not valid JSON")
    }

    @Test func `a certificate that is none`() async throws {
        let installation = try Installation()
        let file = installation.folder.appending(path: "certificate.pem")
        try Data("none".utf8).write(to: file)
        for path in [file.path, file.path + ".missing"] {
            try await fails(
                [
                    "serve", "--tenant", installation.tenant.path, "--state", installation.state.path, "--listen",
                    "127.0.0.1:0",
                    "--tls-certificate", path, "--tls-key", path,
                ], naming: path)
        }
    }

    @Test func `a unit that does not exist`() async throws {
        let installation = try Installation()
        try await installation.start()
        let unknown = "00000000-0000-4000-8000-000000000000"
        for command in [["repository", "path"], ["repository", "password"], ["repository", "check"], ["backup"]] {
            try await fails(command + ["--state", installation.state.path, unknown], naming: unknown)
        }
        _ = try await installation.stop()
    }

    @Test func `a damaged pack is named, by us and by restic, and the drive is not touched`() async throws {
        let installation = try Installation()
        try installation.fillTenant(seed: 5)
        try await installation.start()
        let steps = try await installation.client()
        try await installation.enableService(steps)
        let users = try await steps.users().filter { $0.userPrincipalName == Installation.user }
        let unit = try #require(try await steps.protect(users).first).id
        let repository = URL(
            filePath: try await Program.holdfast("repository", "path", "--state", installation.state.path, unit))
        let packs = try FileManager.default.subpathsOfDirectory(atPath: repository.appending(path: "data").path).filter
        { $0.count == 67 }
        let pack = try #require(packs.sorted().first)
        let file = repository.appending(path: "data/\(pack)")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 3] ^= 0x40
        try bytes.write(to: file)
        try await fails(
            ["repository", "check", "--state", installation.state.path, unit, "--read-data"],
            naming: String(pack.suffix(64)))
        let restic = try await installation.restic(unit).attemptWhenUnlocked(["check", "--read-data"])
        #expect(
            restic.status != 0,
            "the damage is real, restic sees it too: \(restic.output)\(restic.errors)")
        #expect(
            !restic.wasLockedOut,
            "the damage is real, restic sees it too: \(restic.output)\(restic.errors)")
        _ = try await installation.stop()
    }

    @Test func `help is there for every command`() async throws {
        for command in [[], ["serve"], ["token"], ["backup"], ["repository"], ["repository", "check"], ["demo"]] {
            let result = try await Program.run(Program.holdfast, command + ["--help"])
            #expect(result.status == 0)
            #expect(result.output.contains("USAGE: holdfast"), "\(command)")
        }
    }
}
