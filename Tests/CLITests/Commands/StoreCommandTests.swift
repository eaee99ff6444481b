import BackupTesting
import Foundation
import ObjectStorage
import ObjectStorageS3
import Testing

@testable import CLI

@Suite struct StoreCommandTests {
    private struct Statement: Decodable {
        var Effect: String
        var Action: OneOrMore
    }

    private struct OneOrMore: Decodable {
        var values: [String]
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            values = try (try? container.decode([String].self)) ?? [container.decode(String.self)]
        }
    }

    private func advice(days: Int?) throws -> BucketAdvice {
        var settings = S3Settings(try #require(S3Place("s3://backups/holdfast")))
        settings.lock = days.map { ObjectLock(.compliance, days: $0, unlocked: []) }
        return BucketAdvice(settings)
    }

    private func allowed(_ advice: BucketAdvice) throws -> Set<String> {
        struct Policy: Decodable { var Statement: [Statement] }
        let policy = try JSONDecoder().decode(Policy.self, from: Data(advice.policy.utf8))
        return Set(policy.Statement.filter { $0.Effect == "Allow" }.flatMap(\.Action.values))
    }

    @Test func `the policy gives no right to delete versions or to end a lock`() throws {
        let rights = try allowed(try advice(days: 30))
        #expect(rights.isSuperset(of: ["s3:PutObject", "s3:PutObjectRetention", "s3:ListBucketVersions"]))
        #expect(!rights.contains { $0.contains("DeleteObjectVersion") || $0.contains("Bypass") || $0.contains("*") })
        #expect(try advice(days: 30).policy.contains("\"31\""))
        #expect(try allowed(try advice(days: nil)).count == 4)
    }

    @Test func `the lifecycle removes hidden versions only where they are kept`() throws {
        let locked = try advice(days: 30).lifecycle
        #expect(locked.contains("NoncurrentVersionExpiration"))
        #expect((try JSONSerialization.jsonObject(with: Data(locked.utf8)) as? [String: Any])?.count == 1)
        let open = try advice(days: nil).lifecycle
        #expect(!open.contains("Noncurrent"))
        #expect((try JSONSerialization.jsonObject(with: Data(open.utf8)) as? [String: Any])?.count == 1)
    }

    @Test func `a comparison names what differs, and no locks`() {
        let here = [
            ObjectInfo(name: "config", sizeBytes: 1), ObjectInfo(name: "data/a", sizeBytes: 2),
            ObjectInfo(name: "index/b", sizeBytes: 3), ObjectInfo(name: "locks/c", sizeBytes: 4),
        ]
        let there = [
            ObjectInfo(name: "config", sizeBytes: 1), ObjectInfo(name: "data/a", sizeBytes: 9),
            ObjectInfo(name: "keys/d", sizeBytes: 3),
        ]
        #expect(
            StoreCheckCommand.differences(here, there) == [
                "data/a: 2 bytes in the store, 9 there", "index/b: only in the store", "keys/d: not in the store",
            ])
        #expect(StoreCheckCommand.differences(here, here) == [])
    }
}
