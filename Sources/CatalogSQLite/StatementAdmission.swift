import Synchronization

/// Which statements are kept prepared on every connection.
///
/// GRDB would keep any number of statements, and clients' filters can make any number of
/// different ones. So only the first ones are kept, which are those that every request uses;
/// later ones are prepared each time.
final class StatementAdmission: Sendable {
    /// The most statements kept on a connection.
    static let limit = 512

    private let admitted = Mutex<Set<String>>([])
    private let steps = Atomic<Int>(0)

    /// The steps of SQLite's machine that all statements took so far: what they cost, whatever the
    /// machine that they ran on.
    var stepsTaken: Int { steps.load(ordering: .relaxed) }

    /// Counts the steps of a statement that ran.
    func count(_ steps: Int32) { self.steps.wrappingAdd(Int(steps), ordering: .relaxed) }

    /// Whether a statement is to be kept.
    func admits(_ sql: String) -> Bool {
        admitted.withLock { admitted in
            if admitted.contains(sql) { return true }
            guard admitted.count < Self.limit else { return false }
            admitted.insert(sql)
            return true
        }
    }
}
