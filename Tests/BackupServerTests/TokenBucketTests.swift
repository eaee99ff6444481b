import BackupTesting
import Foundation
import Testing

@testable import BackupServer

@Suite struct TokenBucketTests {
    private let clock = ManualClock()

    @Test func `a key may take its burst at once, and then what has filled in since`() {
        let buckets = TokenBuckets(perSecond: 2, burst: 3, clock: clock)
        for _ in 0..<3 { #expect(buckets.take("a") == nil) }
        #expect(buckets.take("a") == 0.5)
        #expect(buckets.take("b") == nil)
        clock.turn(seconds: 0.5)
        #expect(buckets.take("a") == nil)
        #expect(buckets.take("a") == 0.5)
        clock.turn(seconds: 100)
        for _ in 0..<3 { #expect(buckets.take("a") == nil) }
        #expect(buckets.take("a") != nil)
    }

    @Test func `of servers that share a key each gives its part`() {
        let servers = (0..<4).map { _ in TokenBuckets(perSecond: 2, burst: 8, clock: clock, sharers: { 4 }) }
        for server in servers {
            for _ in 0..<2 { #expect(server.take("a") == nil) }
            #expect(server.take("a") == 2)
        }
        clock.turn(seconds: 2)
        for server in servers {
            #expect(server.take("a") == nil)
            #expect(server.take("a") == 2)
        }
    }

    @Test func `a server that takes its part of very little gives something all the same`() {
        let buckets = TokenBuckets(perSecond: 1, burst: 2, clock: clock, sharers: { 5 })
        #expect(buckets.take("a") == nil)
        #expect(buckets.take("a") == 5)
    }

    @Test func `looking takes nothing`() {
        let buckets = TokenBuckets(perSecond: 1, burst: 1, clock: clock)
        for _ in 0..<5 { #expect(buckets.wait("a") == nil) }
        #expect(buckets.take("a") == nil)
        #expect(buckets.wait("a") == 1)
        #expect(buckets.wait("a") == 1)
    }

    @Test func `a clock that is set back neither fills nor takes`() {
        let buckets = TokenBuckets(perSecond: 1, burst: 1, clock: clock)
        #expect(buckets.take("a") == nil)
        clock.turn(seconds: -1000)
        #expect(buckets.take("a") == 1)
        clock.turn(seconds: 1)
        #expect(buckets.take("a") == nil)
    }

    @Test func `memory is bounded, and an exhausted key is not forgotten for the sake of idle ones`() {
        let buckets = TokenBuckets(perSecond: 0.001, burst: 2, maximumKeys: 100, clock: clock)
        for number in 0..<99 { #expect(buckets.take("idle \(number)") == nil) }
        clock.turn(seconds: 2000)
        for _ in 0..<2 { #expect(buckets.take("busy") == nil) }
        for number in 0..<50 { #expect(buckets.take("new \(number)") == nil) }
        #expect(buckets.take("busy") != nil)
        for number in 0..<10_000 { _ = buckets.take("flood \(number)") }
        #expect(buckets.count <= 100)
    }
}
