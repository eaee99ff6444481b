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
