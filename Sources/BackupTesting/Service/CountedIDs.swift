import Synchronization

/// Identifiers that a run repeats: UUIDs in lower case whose last digits count from 1. Their first
/// digits are scattered, so that the order of ids is not that in which they were made.
public final class CountedIDs: Sendable {
    private let made = Mutex<UInt32>(0)

    public init() {}

    /// An id that this source has not given before.
    public func next() -> String {
        let number = made.withLock { made in
            made += 1
            return made
        }
        // Multiplying by an odd number maps no two numbers of 32 bits to the same.
        return "\(hex(number &* 0x9e37_79b1, digits: 8))-0000-4000-8000-\(hex(number, digits: 12))"
    }

    private func hex(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}
