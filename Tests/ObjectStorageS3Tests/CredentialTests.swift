import BackupTesting
import Foundation
import ObjectStorage
import Synchronization
import Testing

@testable import ObjectStorageS3

@Suite struct CredentialTests {
    private let time = TurnedTime()

    private func settings(file: String? = nil) throws -> S3Settings {
        var settings = try S3Settings("s3://bucket", at: "http://127.0.0.1:1")
        settings.credentialsFile = file
        return settings
    }

    private func source(_ variables: [String: String], _ settings: S3Settings) throws -> CredentialSource {
        try CredentialSource.chosen(settings, time.environment(variables))
    }

    // MARK: Which

    @Test func `the first place that is set counts`() throws {
        var variables = [
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
            "AWS_ROLE_ARN": "arn:aws:iam::1:role/r", "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B",
            "AWS_SESSION_TOKEN": "C",
        ]
        var settings = try settings(file: "/credentials")
        settings.usesInstanceCredentials = true
        #expect(try source(variables, settings).words == "the file /credentials")
        settings.credentialsFile = nil
        #expect(
            try source(variables, settings)
                == .environment(S3Credentials(accessKeyID: "A", secretAccessKey: "B", sessionToken: "C")))
        variables["AWS_ACCESS_KEY_ID"] = ""
        #expect(try source(variables, settings).words == "the role arn:aws:iam::1:role/r")
        variables["AWS_ROLE_ARN"] = nil
        #expect(try source(variables, settings).words == "the container's agent")
        #expect(try source([:], settings).words == "the machine's metadata service")
        settings.usesInstanceCredentials = false
        #expect(throws: CredentialFault.self) { try source([:], settings) }
        #expect(throws: CredentialFault.self) { try source(["AWS_ACCESS_KEY_ID": "A"], settings) }
    }

    @Test(arguments: [
        ("http://169.254.170.23/v1/credentials", true), ("http://127.0.0.1:5000/x", true),
        ("https://a.example/x", true), ("http://192.0.2.1/x", false), ("http://127.0.0.1.example.org/x", false),
        ("http://localhost@192.0.2.1/x", false),
    ])
    func `the container's token goes to this machine or through TLS`(address: String, isAllowed: Bool) throws {
        let settings = try settings()
        let chosen = try? source(["AWS_CONTAINER_CREDENTIALS_FULL_URI": address], settings)
        #expect((chosen != nil) == isAllowed)
    }

    // MARK: A file

    private func write(_ text: String, mode: Int = 0o600, to path: String) throws {
        // A new file in place of the old one, as tools that rotate keys leave it.
        let next = path + ".next"
        try Data(text.utf8).write(to: URL(filePath: next))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: next)
        try #require(unsafe rename(next, path) == 0)
    }

    @Test func `a file that changes is read again`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/keys"
        try write("FIRST\nsecret\n", to: path)
        let scripted = try ScriptedStore([.ok()]) { $0.credentialsFile = path }
        try await scripted.store.write("config", [1])
        try write("SECOND\nsecret\n", to: path)
        try await scripted.store.write("config", [1])
        let ids = scripted.headers("authorization").map { $0?.firstMatch(of: /Credential=(\w+)/)?.1 }
        #expect(ids == ["FIRST", "SECOND"])
    }

    @Test(arguments: [
        ("ID\nSECRET\n", 0o640, "chmod 600"), ("ID\n", 0o600, "two lines"), ("", 0o600, "two lines"),
        ("[default]\naws_access_key_id = ID\naws_secret_access_key = SECRET\n", 0o600, "two lines"),
    ])
    func `a file that cannot be used is told`(text: String, mode: Int, words: String) async throws {
        let folder = try TemporaryFolder()
        try write(text, mode: mode, to: folder.path + "/keys")
        let scripted = try ScriptedStore([.ok()]) { $0.credentialsFile = folder.path + "/keys" }
        let failure = try #require(await failure { try await scripted.store.write("config", [1]) })
        #expect(failure.code == .permissionDenied)
        #expect(failure.message.contains(words), "\(failure)")
        #expect(scripted.requests == [])
    }

    @Test func `keys that are refused are read anew once`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/keys"
        try write("FIRST\nsecret\n", to: path)
        let server = try ScriptedServer { connection, number in
            guard let request = connection.request() else { return }
            guard request.contains("Credential=FIRST") else { return connection.answer(200) }
            // The keys are replaced while the request is under way.
            try? self.write("SECOND\nsecret\n", to: path)
            connection.answer(403, [:], "<Error><Code>InvalidAccessKeyId</Code></Error>")
        }
        var settings = try S3Settings("s3://bucket", at: server.address)
        settings.credentialsFile = path
        try await S3Bucket(settings, time.environment(), logger: .quiet).store(at: "unit").write("config", [1])
        #expect(server.requests.count == 2)
    }

    // MARK: Temporary ones

    /// A server that gives credentials which end after an hour, numbered in their order.
    private func agent(_ time: TurnedTime, failsFrom bound: Int = .max) throws -> ScriptedServer {
        try ScriptedServer { connection, number in
            guard connection.request() != nil else { return }
            guard number < bound else { return connection.answer(500) }
            let end = Date(timeIntervalSince1970: Double(time.now + 3600)).formatted(.iso8601)
            connection.answer(
                200, [:],
                """
                {"AccessKeyId":"ID\(number)","SecretAccessKey":"S","Token":"T\(number)","Expiration":"\(end)"}
                """)
        }
    }

    @Test func `the container's agent is asked again before credentials end`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("token", "secret-of-the-agent\n")
        let agent = try agent(time)
        let environment = time.environment([
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": agent.address + "/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": folder.path + "/token",
        ])
        let scripted = try ScriptedStore([.ok()], time: time, environment: environment)
        try await scripted.store.write("config", [1])
        time.turn(seconds: 3290)
        try await scripted.store.write("config", [1])
        time.turn(seconds: 20)
        try await scripted.store.write("config", [1])
        #expect(scripted.headers("x-amz-security-token") == ["T0", "T0", "T1"])
        #expect(agent.requests.count == 2)
        #expect(agent.requests[0].contains("secret-of-the-agent"))
    }

    @Test func `a failed renewal keeps the old ones until they end`() async throws {
        let agent = try agent(time, failsFrom: 1)
        let environment = time.environment(["AWS_CONTAINER_CREDENTIALS_FULL_URI": agent.address + "/credentials"])
        let scripted = try ScriptedStore([.ok()], time: time, environment: environment)
        try await scripted.store.write("config", [1])
        time.turn(seconds: 3400)
        try await scripted.store.write("config", [1])
        #expect(scripted.headers("x-amz-security-token") == ["T0", "T0"])
        time.turn(seconds: 300)
        #expect(await failure { try await scripted.store.write("config", [1]) }?.code == .unavailable)
    }

    @Test func `a role is taken by the token of a web identity`() async throws {
        let folder = try TemporaryFolder()
        try folder.write("token", "a.b+c\n")
        let service = try ScriptedServer { connection, _ in
            guard connection.request() != nil else { return }
            connection.answer(
                200, [:],
                """
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">\
                <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ID</AccessKeyId>\
                <SecretAccessKey>S</SecretAccessKey><SessionToken>T/+=</SessionToken>\
                <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
                </AssumeRoleWithWebIdentityResponse>
                """)
        }
        let environment = time.environment([
            "AWS_WEB_IDENTITY_TOKEN_FILE": folder.path + "/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
            "AWS_ENDPOINT_URL_STS": service.address,
        ])
        let scripted = try ScriptedStore([.ok()], time: time, environment: environment)
        try await scripted.store.write("config", [1])
        #expect(scripted.headers("x-amz-security-token") == ["T/+="])
        let body = service.requests.first?.components(separatedBy: "\r\n\r\n").last
        #expect(
            body == """
                Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&\
                RoleSessionName=holdfast&WebIdentityToken=a.b%2Bc
                """)
    }

    @Test func `the metadata service is asked with a token of its own`() async throws {
        let service = try ScriptedServer { connection, _ in
            guard let request = connection.request() else { return }
            if request.hasPrefix("PUT /latest/api/token ") {
                connection.answer(200, [:], "TOKEN")
            } else if !request.lowercased().contains("x-aws-ec2-metadata-token: token\r\n") {
                connection.answer(401)
            } else if request.hasPrefix("GET /latest/meta-data/iam/security-credentials/ ") {
                connection.answer(200, [:], "the-role\n")
            } else if request.hasPrefix("GET /latest/meta-data/iam/security-credentials/the-role ") {
                connection.answer(
                    200, [:],
                    #"{"AccessKeyId":"ID","SecretAccessKey":"S","Token":"T","Expiration":"2099-01-01T00:00:00Z"}"#)
            } else {
                connection.answer(404)
            }
        }
        let environment = time.environment(["AWS_EC2_METADATA_SERVICE_ENDPOINT": service.address])
        let scripted = try ScriptedStore([.ok()], time: time, environment: environment) {
            $0.usesInstanceCredentials = true
        }
        try await scripted.store.write("config", [1])
        #expect(scripted.headers("x-amz-security-token") == ["T"])
    }
}
