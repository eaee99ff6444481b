import Synchronization

/// The names behind the parts of item keys that pages showed lately. A key can be found without it,
/// by trying every name of a folder.
final class BrowsedNames: Sendable {
    private struct State {
        package var latest: [String: [UInt8]] = [:]
        package var earlier: [String: [UInt8]] = [:]
    }

    private static let maximumOfEach = 20_000
    private let state = Mutex(State())

    subscript(part: String) -> [UInt8]? { state.withLock { $0.latest[part] ?? $0.earlier[part] } }

    /// Remembers a name. Those of twenty thousand others ago are forgotten.
    func remember(_ name: [UInt8], part: String) {
        state.withLock { state in
            if state.latest.count >= Self.maximumOfEach { (state.earlier, state.latest) = (state.latest, [:]) }
            state.latest[part] = name
        }
    }
}
