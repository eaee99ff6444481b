import ProtectionService
import Foundation
import Synchronization

/// Token buckets by key: each key may take `burst` tokens at once and `perSecond` in the long
/// run. Memory is bounded.
///
/// Above the bound, full buckets are forgotten first, because they say nothing, then
/// those used longest ago.
final class TokenBuckets: Sendable {
    private struct Bucket {
        var level: Double
        var used: Date
    }

    /// The rate at which a bucket fills, in tokens a second.
    let perSecond: Double
    /// The capacity of a bucket, in tokens.
    let burst: Double
    private let maximumKeys: Int
    private let clock: any WallClock
    /// How many servers share the rate and the capacity.
    private let sharers: @Sendable () -> Int
    private let buckets = Mutex<[String: Bucket]>([:])

    /// Makes full buckets for every key.
    init(
        perSecond: Double, burst: Double, maximumKeys: Int = 10_000, clock: any WallClock,
        sharers: @escaping @Sendable () -> Int = { 1 }
    ) {
        self.sharers = sharers
        self.perSecond = perSecond
        self.burst = burst
        self.maximumKeys = maximumKeys
        self.clock = clock
    }

    /// How many keys are kept.
    var count: Int { buckets.withLock { $0.count } }

    /// - Returns: nil if a token was taken, or else the seconds until one is there.
    func take(_ key: String) -> Double? {
        let now = clock.now()
        return buckets.withLock { buckets in
            var bucket = level(buckets[key], now)
            guard bucket.level >= 1 else {
                // The kept time must not lie in the future: after a clock was set back, the bucket
                // would fill only once the clock has caught up.
                if let kept = buckets[key], kept.used > now { buckets[key] = bucket }
                return wait(bucket)
            }
            bucket.level -= 1
            if buckets[key] == nil, buckets.count >= maximumKeys { makeRoom(&buckets, now) }
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

    /// The present level. A clock that was set back changes nothing.
    private func level(_ bucket: Bucket?, _ now: Date) -> Bucket {
        guard let bucket else { return Bucket(level: capacity, used: now) }
        let elapsed = max(0, now.timeIntervalSince(bucket.used))
        return Bucket(level: min(capacity, bucket.level + elapsed * perSecond / Double(sharers())), used: now)
    }

    /// Of this server; a bucket holds one token at least.
    private var capacity: Double { max(1, burst / Double(sharers())) }

    private func wait(_ bucket: Bucket) -> Double { (1 - bucket.level) * Double(sharers()) / perSecond }

    private func makeRoom(_ buckets: inout [String: Bucket], _ now: Date) {
        buckets = buckets.filter { level($0.value, now).level < capacity }
        guard buckets.count >= maximumKeys else { return }
        // A quarter at once, so that many additions share the cost of sorting.
        for (key, _) in buckets.sorted(by: { $0.value.used < $1.value.used }).prefix(max(1, maximumKeys / 4)) {
            buckets[key] = nil
        }
    }
}
