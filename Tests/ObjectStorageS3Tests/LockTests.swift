import BackupTesting
import Foundation
import ObjectStorage
import Testing

@testable import ObjectStorageS3

/// What is locked, until when, and what a bucket must keep.
@Suite(.serialized, .timeLimit(.minutes(20))) struct LockTests {
    private func bucket(
        on kind: S3Server.Kind = .seaweed, locked: Bool = true, mode: ObjectLock.Mode = .compliance,
        key: String = S3Server.accessKeyID
    ) async throws -> S3Bucket {
        let server = try await S3Server.shared(kind)
        let name = try await locked ? server.makeLockedBucket() : server.makeBucket()
        var settings = try S3Settings("s3://\(name)/place", at: server.address, checksum: .auto)
        settings.lock = ObjectLock(mode, days: 30, unlocked: ["locks", "folders"])
        var environment = S3Environment.real
        environment.variables["AWS_ACCESS_KEY_ID"] = key
        return S3Bucket(settings, environment, logger: .quiet)
    }

    private func versions(_ bucket: S3Bucket) throws -> any ObjectVersions {
        try #require(bucket.store(at: "unit").versions)
    }

    // MARK: What is locked

    @Test func `what restores need is locked for the days of the setting, and nothing else`() async throws {
        let bucket = try await bucket()
        let (store, versions) = (bucket.store(at: "unit"), try versions(bucket))
        let start = S3Environment.real.now()
        let draft = try await store.draft()
        try draft.append([1, 2, 3])
        try await draft.publish(as: "data/ab/pack")
        try await store.write("index/one", [1])
        #expect(try await store.create("config", [1]))
        try await store.write("locks/one", [1])
        try await store.write("folders", [1])
        var ends: [String: Int?] = [:]
        for version in try await versions.list(prefix: "") {
            ends.updateValue(try await versions.retention(of: version), forKey: version.name)
        }
        for name in ["data/ab/pack", "index/one", "config"] {
            let end = try #require(ends[name] ?? nil)
            #expect((start + 30 * 86_400...start + 30 * 86_400 + 600).contains(end), "\(name)")
        }
        #expect(ends["locks/one"] == .some(nil))
        #expect(ends["folders"] == .some(nil))
    }

    @Test func `each locked object carries a checksum`() async throws {
        for checksum in [S3Settings.Checksum.sha256, .md5] {
            let scripted = try ScriptedStore([.ok()]) { settings in
                settings.checksum = checksum
                settings.lock = ObjectLock(.governance, days: 7, unlocked: ["locks"])
            }
            try await scripted.store.write("index/one", [1])
            try await scripted.store.write("locks/one", [1])
            #expect(scripted.headers("x-amz-object-lock-mode") == ["GOVERNANCE", nil])
            #expect(
                scripted.headers("x-amz-object-lock-retain-until-date") == [
                    WireTime.isoTime(scripted.time.now + 7 * 86_400), nil,
                ])
            let field = checksum == .md5 ? "content-md5" : "x-amz-checksum-sha256"
            #expect(scripted.headers(field).allSatisfy { $0 != nil })
        }
    }

    @Test func `a store that wants a checksum with each lock takes what is locked`() async throws {
        let store = try await bucket(on: .moto).store(at: "unit")
        try await store.write("index/one", [1])
        let version = try #require(try await store.versions?.list(prefix: "index/one").first)
        try await store.versions?.makeCurrent(version)
        #expect(try await store.versions?.list(prefix: "index/one").count == 2)
        #expect(try await store.read("index/one") == [1])
    }

    /// The rest of the program has no way to ask for it.
    @Test func `only the examination asks to delete a version`() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
        #expect(files.count > 100)
        let asking = try files.filter { file in
            try String(contentsOf: sources.appending(path: file), encoding: .utf8).contains("(.deleteVersion,")
        }
        #expect(asking == ["ObjectStorageS3/S3LockExamination.swift"])
    }

    @Test func `what is deleted in a locked bucket is hidden by requests without a version`() async throws {
        let scripted = try ScriptedStore([.ok("<DeleteResult></DeleteResult>")]) { settings in
            settings.lock = ObjectLock(.compliance, days: 7, unlocked: [])
        }
        try await scripted.store.delete("index/one")
        try await scripted.store.deleteAll(["index/one", "index/two"])
        #expect(scripted.requests == ["DELETE /bucket/place/unit/index/one HTTP/1.1", "POST /bucket?delete HTTP/1.1"])
        #expect(!scripted.server.requests.contains { $0.lowercased().contains("versionid") })
    }

    // MARK: Versions

    @Test func `versions are told apart, read, kept for longer and brought back`() async throws {
        let bucket = try await bucket()
        let (store, versions) = (bucket.store(at: "unit"), try versions(bucket))
        try await store.write("index/one", Array("ours".utf8))
        try await store.write("index/one", Array("other bytes".utf8))
        try await store.delete("index/one")
        try await store.write("index/one.beside", [1])
        let found = try await versions.list(prefix: "index/one")
        #expect(found.map(\.sizeBytes) == [0, 11, 4])
        #expect(found.map(\.isMark) == [true, false, false])
        #expect(found.map(\.isNewest) == [true, false, false])
        let ours = try #require(found.last)
        #expect(try await versions.read(ours, range: nil) == Array("ours".utf8))
        #expect(try await versions.read(ours, range: 1..<3) == Array("ur".utf8))
        let end = try #require(try await versions.retention(of: ours))
        try await versions.retain(ours, until: end + 86_400)
        #expect(try await versions.retention(of: ours) == end + 86_400)
        let shortening = await failure { try await versions.retain(ours, until: end) }
        #expect(shortening?.code == .permissionDenied)
        try await versions.makeCurrent(ours)
        #expect(try await store.read("index/one") == Array("ours".utf8))
        let newest = try #require(try await versions.list(prefix: "index/one").first)
        #expect(newest.isLike(ours))
        #expect(try await versions.retention(of: newest) ?? 0 >= end)
    }

    @Test func `a list of versions of more than a page is whole, hidden ones included`() async throws {
        let bucket = try await bucket()
        let (store, versions) = (bucket.store(at: "unit"), try versions(bucket))
        let names = (0..<700).map { "locks/\($0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for name in names { group.addTask { try await store.write(name, [1]) } }
            try await group.waitForAll()
        }
        try await store.deleteAll(names)
        let found = try await versions.list(prefix: "locks/")
        #expect(found.count == 1400)
        #expect(Set(found.map(\.name)) == Set(names))
        #expect(try await bucket.folders(at: "") == [])
        #expect(try await bucket.foldersOfVersions(at: "") == ["unit"])
    }

    @Test func `a store without a lock tells of no versions`() async throws {
        let server = try await S3Server.shared(.moto)
        let settings = try S3Settings("s3://\(try await server.makeBucket())", at: server.address)
        #expect(S3Bucket(settings, .real, logger: .quiet).store(at: "unit").versions == nil)
    }

    // MARK: The start

    @Test func `a bucket that keeps what is locked passes`() async throws {
        #expect(try await bucket().examine() == [])
        #expect(try await bucket(mode: .governance).examine() == [])
    }

    private func refusal(of bucket: S3Bucket) async -> String? {
        await #expect(throws: S3Refusal.self) { _ = try await bucket.examine() }?.description
    }

    @Test func `a bucket without versions or lock is refused before anything is written`() async throws {
        for kind in [S3Server.Kind.seaweed, .moto] {
            let bucket = try await bucket(on: kind, locked: false)
            #expect(await refusal(of: bucket)?.contains("keeps no versions") ?? false)
            #expect(try await bucket.store(at: "").list(prefix: "") == [])
        }
    }

    @Test func `a bucket whose locks these credentials can end is refused`() async throws {
        let bypassing = try await bucket(mode: .governance, key: S3Server.administratorKeyID)
        let words = await refusal(of: bypassing)
        #expect(words?.contains("s3:BypassGovernanceRetention") ?? false, "\(words ?? "")")
        // moto lets the lock of compliance be shortened.
        let shortened = await refusal(of: try await bucket(on: .moto))
        #expect(shortened?.contains("shorten the lock") ?? false, "\(shortened ?? "")")
    }

    @Test func `an administrator cannot end a lock of compliance either`() async throws {
        #expect(try await bucket(key: S3Server.administratorKeyID).examine() == [])
    }
}
