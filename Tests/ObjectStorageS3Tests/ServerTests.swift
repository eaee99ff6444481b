import BackupTesting
import Foundation
import ObjectStorage
import Testing

@testable import ObjectStorageS3

/// The promises of a store on real servers: moto knows conditions, and rclone looks at signatures
/// and at the clock.
@Suite(.serialized, .timeLimit(.minutes(20))) struct ServerTests {
    private func bucket(
        on kind: S3Server.Kind, _ change: (inout S3Settings) -> Void = { _ in }
    ) async throws -> S3Bucket {
        let server = try await S3Server.shared(kind)
        var settings = try S3Settings(
            "s3://\(try await server.makeBucket())/place", at: server.address, checksum: .auto)
        change(&settings)
        return S3Bucket(settings, .real, logger: .quiet)
    }

    /// rclone does not know conditions, so two creators at once may both be told there that it was
    /// they who stored the object.
    private static let creation = "of creators at once one stores its bytes, and what is there stays"

    @Test(arguments: ObjectStoreConformance.all)
    func `a store on moto keeps the promise`(_ check: ObjectStoreConformance) async throws {
        #expect(try await check.violations(of: try await bucket(on: .moto).store(at: "unit")) == [])
    }

    @Test(arguments: ObjectStoreConformance.all)
    func `a store on SeaweedFS keeps the promise`(_ check: ObjectStoreConformance) async throws {
        #expect(try await check.violations(of: try await bucket(on: .seaweed).store(at: "unit")) == [])
    }

    @Test(arguments: ObjectStoreConformance.all)
    func `a store in a bucket with versions keeps the promise`(_ check: ObjectStoreConformance) async throws {
        let server = try await S3Server.shared(.seaweed)
        let settings = try S3Settings(
            "s3://\(try await server.makeLockedBucket())/place", at: server.address, checksum: .auto)
        let store = S3Bucket(settings, .real, logger: .quiet).store(at: "unit")
        #expect(try await check.violations(of: store) == [])
    }

    @Test(arguments: ObjectStoreConformance.all.filter { $0.description != creation })
    func `a store on rclone keeps the promise`(_ check: ObjectStoreConformance) async throws {
        #expect(try await check.violations(of: try await bucket(on: .rclone).store(at: "unit")) == [])
    }

    @Test func `what is there is not created again without conditions either`() async throws {
        let store = try await bucket(on: .rclone).store(at: "unit")
        #expect(try await store.create("config", [1]))
        #expect(try await !store.create("config", [2]))
        #expect(try await store.read("config") == [1])
    }

    @Test(arguments: S3Server.Kind.allCases)
    func `neighbours are not in each other's lists`(kind: S3Server.Kind) async throws {
        let bucket = try await bucket(on: kind)
        for folder in ["unit", "unit.beside", "unit2"] { try await bucket.store(at: folder).write("a/b", [1]) }
        #expect(try await bucket.store(at: "unit").list(prefix: "").map(\.name) == ["a/b"])
        #expect(try await bucket.folders(at: "") == ["unit", "unit.beside", "unit2"])
        #expect(try await bucket.folders(at: "unit") == ["a"])
        #expect(try await bucket.folders(at: "none") == [])
    }

    @Test(arguments: S3Server.Kind.allCases)
    func `a list of more than a page is whole, and is deleted at once`(kind: S3Server.Kind) async throws {
        let store = try await bucket(on: kind).store(at: "unit")
        let names = (0..<1001).map { "data/\($0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { try await store.write(name, [1]) } }
            try await group.waitForAll()
        }
        try await store.write("keys/stays", [1])
        #expect(try await Set(store.list(prefix: "data/").map(\.name)) == Set(names))
        try await store.deleteAll(names + ["data/none"])
        #expect(try await store.list(prefix: "").map(\.name) == ["keys/stays"])
    }

    @Test(arguments: S3Server.Kind.allCases)
    func `a long object is read in parts into one buffer`(kind: S3Server.Kind) async throws {
        let store = try await bucket(on: kind).store(at: "unit")
        let bytes = (0..<20 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
        let draft = try await store.draft()
        for start in stride(from: 0, to: bytes.count, by: 4 << 20) {
            try draft.append(Array(bytes[start..<start + (4 << 20)]))
        }
        try await draft.publish(as: "data/long")
        var buffer: [UInt8] = []
        for start in stride(from: 0, to: UInt64(bytes.count), by: 7 << 20) {
            let range = start..<min(start + (7 << 20), UInt64(bytes.count))
            try await store.read("data/long", range: range, into: &buffer)
            #expect(buffer.elementsEqual(bytes[Int(range.lowerBound)..<Int(range.upperBound)]))
        }
    }

    // MARK: The start

    @Test func `a store that keeps what is asked for passes, and leaves nothing behind`() async throws {
        let moto = try await bucket(on: .moto)
        #expect(try await moto.examine() == [])
        #expect(try await moto.store(at: "").list(prefix: "") == [])
        let rclone = try await bucket(on: .rclone)
        #expect(
            try await rclone.examine() == [
                "The store does not know If-None-Match, so no two servers may ever use the same prefix at once."
            ])
        #expect(try await rclone.store(at: "").list(prefix: "") == [])
    }

    @Test func `a bucket that is not there is told by name`() async throws {
        for kind in S3Server.Kind.allCases {
            let server = try await S3Server.shared(kind)
            let settings = try S3Settings("s3://nobody-has-this/place", at: server.address)
            let bucket = S3Bucket(settings, .real, logger: .quiet)
            let refusal = await #expect(throws: S3Refusal.self) { try await bucket.examine() }
            #expect(refusal?.description.contains("no such bucket") ?? false, "\(kind): \(String(describing: refusal))")
        }
    }

    @Test(arguments: [
        (S3Server.accessKeyID, "wrong", "Is the secret key right?"), ("NOBODY", "wrong", "refuses access"),
    ])
    func `wrong keys are told at the start`(id: String, secret: String, words: String) async throws {
        let server = try await S3Server.shared(.rclone)
        let settings = try S3Settings("s3://\(try await server.makeBucket())/place", at: server.address)
        var environment = S3Environment.real
        environment.variables = ["AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret]
        let bucket = S3Bucket(settings, environment, logger: .quiet)
        let refusal = await #expect(throws: S3Refusal.self) { try await bucket.examine() }
        #expect(refusal?.description.contains(words) ?? false, "\(String(describing: refusal))")
    }

    @Test func `a clock that is off by hours is refused and corrected`() async throws {
        let server = try await S3Server.shared(.rclone)
        let settings = try S3Settings("s3://\(try await server.makeBucket())/place", at: server.address)
        var environment = S3Environment.real
        environment.now = { Int(Date().timeIntervalSince1970) - 7200 }
        let store = S3Bucket(settings, environment, logger: .quiet).store(at: "unit")
        try await store.write("config", [1])
        #expect(try await store.read("config") == [1])
    }

    // MARK: TLS

    private func certificate(in folder: TemporaryFolder, days: String = "2") throws -> S3Server.TLSFiles {
        let (certificate, key) = (folder.path + "/cert.pem", folder.path + "/key.pem")
        let making = Process()
        making.executableURL = URL(filePath: "/usr/bin/openssl")
        making.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", days, "-subj",
            "/CN=holdfast test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
        ]
        making.standardError = FileHandle.nullDevice
        try making.run()
        making.waitUntilExit()
        try #require(making.terminationStatus == 0)
        return S3Server.TLSFiles(certificate: certificate, key: key)
    }

    @Test func `a private authority is trusted where it is given, and only there`() async throws {
        let folder = try TemporaryFolder()
        let files = try certificate(in: folder)
        let server = try await S3Server(.rclone, tls: files)
        var settings = try S3Settings("s3://\(try await server.makeBucket())/place", at: server.address)
        let strange = S3Bucket(settings, .real, logger: .quiet)
        let refusal = await #expect(throws: S3Refusal.self) { try await strange.examine() }
        #expect(refusal?.description.contains("s3.ca-file") ?? false, "\(String(describing: refusal))")
        settings.authorities = files.certificate
        let bucket = S3Bucket(settings, .real, logger: .quiet)
        try await bucket.store(at: "unit").write("config", [7])
        #expect(try await bucket.store(at: "unit").read("config") == [7])
    }
}
