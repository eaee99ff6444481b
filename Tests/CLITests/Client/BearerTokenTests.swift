import Foundation
import Synchronization
import Testing

@testable import CLI

/// Tokens that a command makes for itself.
@Suite struct BearerTokenTests {
    /// A steady clock that a test turns.
    private final class Turned: Sendable {
        private let passed = Mutex(Duration.zero)
        private let start = ContinuousClock.now

        var now: ContinuousClock.Instant { start + passed.withLock { $0 } }
        func advance(seconds: Double) { passed.withLock { $0 += .seconds(seconds) } }
    }

    @Test func `one that somebody gave stays`() async throws {
        let clock = Turned()
        let token = BearerToken("given", now: { clock.now })
        clock.advance(seconds: 100_000)
        #expect(try await token.current() == "given")
    }

    @Test func `one of this machine is made anew in time, once`() async throws {
        let clock = Turned()
        let made = Mutex(0)
        let token = BearerToken(
            "first",
            renewal: .init(after: 150) {
                made.withLock {
                    $0 += 1
                    return "made \($0)"
                }
            }, now: { clock.now })
        clock.advance(seconds: 149)
        #expect(try await token.current() == "first")
        clock.advance(seconds: 1)
        #expect(try await token.current() == "made 1")
        #expect(try await token.current() == "made 1")
        clock.advance(seconds: 150)
        #expect(try await token.current() == "made 2")
    }
}
