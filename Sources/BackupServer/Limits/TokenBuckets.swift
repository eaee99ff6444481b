import ProtectionService
import Foundation
import Synchronization

/// Token buckets by key: each key may take `burst` at once and `perSecond` in the long
/// run. Memory is bounded.
///
/// When more keys are known than are kept, the full buckets go first, which say nothing, then those
/// that were used longest ago.
final class TokenBuckets: Sendable {
    private struct Bucket {
        var level: Double
        var used: Date
    }

    /// What an empty bucket fills with, in tokens a second.
    let perSecond: Double
    /// What a bucket holds, in tokens.
    let burst: Double
    private let keysMost: Int
    private let clock: any WallClock
    private let buckets = Mutex<[String: Bucket]>([:])

    /// Makes full buckets for every key.
    init(perSecond: Double, burst: Double, keysMost: Int = 10_000, clock: any WallClock) {
        self.perSecond = perSecond
        self.burst = burst
        self.keysMost = keysMost
        self.clock = clock
    }

    /// How many keys are kept.
    var count: Int { buckets.withLock { $0.count } }

    /// Takes a token.
    /// - Returns: nil where there was one, or else the seconds until there is;
    ///   nothing is taken then.
    func take(_ key: String) -> Double? {
        let now = clock.now()
        return buckets.withLock { buckets in
            var bucket = level(buckets[key], now)
            guard bucket.level >= 1 else {
                // What is kept never lies in the future, or a clock that was set back would fill
                // nothing until it has caught up.
                if let kept = buckets[key], kept.used > now { buckets[key] = bucket }
                return wait(bucket)
            }
            bucket.level -= 1
            if buckets[key] == nil, buckets.count >= keysMost { makeRoom(&buckets, now) }
            buckets[key] = bucket
            return nil
        }
    }

    /// The seconds until there is a token, or nil where there is one. Takes nothing.
    func wait(_ key: String) -> Double? {
        let now = clock.now()
        return buckets.withLock { buckets in
            let bucket = level(buckets[key], now)
            return bucket.level >= 1 ? nil : wait(bucket)
        }
    }

    /// A clock that was set back fills nothing and takes nothing.
    private func level(_ bucket: Bucket?, _ now: Date) -> Bucket {
        guard let bucket else { return Bucket(level: burst, used: now) }
        let elapsed = max(0, now.timeIntervalSince(bucket.used))
        return Bucket(level: min(burst, bucket.level + elapsed * perSecond), used: now)
    }

    private func wait(_ bucket: Bucket) -> Double { (1 - bucket.level) / perSecond }

    private func makeRoom(_ buckets: inout [String: Bucket], _ now: Date) {
        buckets = buckets.filter { level($0.value, now).level < burst }
        guard buckets.count >= keysMost else { return }
        // A quarter at once, so that the sorting is paid for by many additions.
        for (key, _) in buckets.sorted(by: { $0.value.used < $1.value.used }).prefix(max(1, keysMost / 4)) {
            buckets[key] = nil
        }
    }
}
