import Catalog

/// Expressions over mail. Source: contract behaviour.md, section 7.
package enum MailExpression {
    private static let terms: [String: (operators: Set<String>, isFlag: Bool)] = [
        "subject": (["contains"], false), "sender": (["eq"], false), "recipient": (["eq"], false),
        "hasattachment": (["eq"], true),
    ]

    package static func check(_ text: String, lengthLimit: Int) throws(ServiceError) {
        guard text.utf8.count <= lengthLimit else {
            throw ServiceError(.filterTooLong, "The queryExpression is longer than \(lengthLimit) bytes.")
        }
        do throws(QueryExpression.Fault) {
            guard try QueryExpression(text).usesOnly(terms) else {
                throw QueryExpression.Fault(
                    message: "subject -contains, sender -eq, recipient -eq and hasAttachment -eq are offered")
            }
        } catch {
            throw ServiceError(.invalidSearchRequest, "The queryExpression cannot be read: \(error.message).")
        }
    }
}
