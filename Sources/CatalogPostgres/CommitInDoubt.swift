import Catalog
import Foundation

/// A transaction whose connection was lost, or gave no answer, after `COMMIT` was sent.
///
/// Each transaction that changes something leaves a row in `commitMark`, of which only it knows the
/// name. Once the server's process of the lost connection is gone, nothing more can become of the
/// transaction: it was committed where the row is there, and undone where it is not. A server that
/// was promoted has the row where the transaction reached it.
///
/// The row is touched instead of read. That is a commit of its own, so where a standby has to have every
/// commit, the answer comes only when it has this one and all before it. A former primary that has
/// lost its standby gives none.
struct CommitInDoubt {
    private let settings: PostgresSettings
    private let servers: KnownServers
    private let backend: String
    private let markID: String?

    init(_ settings: PostgresSettings, _ servers: KnownServers, backend: String, markID: String?) {
        self.settings = settings
        self.servers = servers
        self.backend = backend
        self.markID = markID
    }

    /// Whether the change was made.
    /// - Throws: `CatalogError` with the code `outcomeUnknown` where no server tells in time.
    func wasCommitted() throws -> Bool {
        // Nothing was changed, so it makes no difference.
        guard let markID else { return false }
        let end = ContinuousClock.now + .seconds(settings.commitSeconds)
        repeat {
            if let answer = try? answer(markID) { return answer }
            Thread.sleep(forTimeInterval: 0.1)
        } while ContinuousClock.now < end
        throw CatalogError(
            .outcomeUnknown,
            """
            The connection to PostgreSQL was lost while a change was made, and no server tells what became of it. The \
            change may have been made: look before you make it again.
            """)
    }

    /// nil while the server's process of the lost connection is still there.
    private func answer(_ markID: String) throws(PostgresFailure) -> Bool? {
        let connection = try servers.connect(settings)
        // One that waits for a statement ends at once; one that commits ends after it.
        let present = try connection.batch(
            """
            SELECT count(pg_terminate_backend("pid")) FROM "pg_stat_activity" \
            WHERE "pid" || ' ' || extract(epoch FROM "backend_start")::text = '\(backend)'
            """)
        guard present == "0" else { return nil }
        let (tags, failure) = connection.tags(
            ofBatch: #"UPDATE "commitMark" SET "dateTime" = "dateTime" WHERE "id" = '\#(markID)'"#,
            within: settings.commitSeconds)
        if let failure { throw failure }
        return tags == ["UPDATE 1"]
    }
}
