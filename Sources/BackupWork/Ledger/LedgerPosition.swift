import Synchronization

/// What is known of a ledger while one holder works with its repository.
final class LedgerPosition: Sendable {
    private let state: Mutex<Int?>

    init(_ sequence: Int?) { state = Mutex(sequence) }

    /// The sequence number of the newest entry, which lies beside the repository; nil where it has
    /// to be looked for.
    var sequence: Int? {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
