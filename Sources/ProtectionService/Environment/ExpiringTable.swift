import Foundation
import Synchronization

/// Values that are kept in memory until a moment, within bounds: after a restart they are gone.
final class ExpiringTable: Sendable {
    private struct Entry: Sendable {
        var value: any Sendable
        var expires: Date
        var sizeBytes: Int
    }

    private let maximumCount: Int
    private let maximumBytes: Int
    private let entries = Mutex<[String: Entry]>([:])

    /// - Parameter maximumCount: the most values.
    /// - Parameter maximumBytes: the most memory of all values, as their owners count it.
    init(maximumCount: Int, maximumBytes: Int) {
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
    }

    /// Keeps a value, unless there is no room. Expired values make room.
    func keep(_ value: any Sendable, id: String, until expires: Date, sizeBytes: Int, now: Date) -> Bool {
        entries.withLock { entries in
            entries = entries.filter { $0.value.expires > now }
            let bytes = entries.values.reduce(sizeBytes) { $0 + $1.sizeBytes }
            guard entries.count < maximumCount, bytes <= maximumBytes else { return false }
            entries[id] = Entry(value: value, expires: expires, sizeBytes: sizeBytes)
            return true
        }
    }

    /// The value with an id, if it has not expired.
    func value<Value>(_ id: String, of _: Value.Type, at now: Date) -> Value? {
        guard let entry = entries.withLock({ $0[id] }), entry.expires > now else { return nil }
        return entry.value as? Value
    }
}
