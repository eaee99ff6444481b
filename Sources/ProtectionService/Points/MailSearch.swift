import Catalog
import ProtectionRules

extension PointOperations {
    /// Checks a search inside of a mailbox: everything that can be said without looking into mail.
    /// - Parameters:
    ///   - expression: `(subject -contains 'x') -and (hasAttachment -eq true)` and the like.
    ///   - isStructured: whether the typed form stands for the expression.
    /// - Throws: `invalidSearchRequest` (not exactly one unit, a unit that is no mailbox, an
    ///   expression that cannot be read), `filterTooLong`, and what `search` throws.
    public func checkMailSearch(_ search: PointSearch, expression: String?, isStructured: Bool) async throws {
        guard search.unitIDs.count == 1 else {
            throw ServiceError(
                .invalidSearchRequest, "A search with artifactQuery names exactly one protection unit, a mailbox.")
        }
        _ = try await self.search(search)
        let id = search.unitIDs[0].lowercased()
        guard try await look({ try $0.find(ProtectionUnit.self, id: id) })?.workload ?? .exchange == .exchange else {
            throw ServiceError(
                .invalidSearchRequest, "A search with artifactQuery is for mailboxes; browse drives and sites instead.")
        }
        guard let expression else {
            guard isStructured else {
                throw ServiceError(.invalidSearchRequest, "artifactQuery needs a queryExpression.")
            }
            return
        }
        try MailExpression.check(expression, lengthLimit: limits.queryExpressionBytes)
    }
}
