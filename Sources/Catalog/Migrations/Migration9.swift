extension Migration {
    /// More orders that clients may ask for, of all rows, of those of a workload and of those of a
    /// policy: a page costs the same wherever it is.
    static let migration9 = Migration(
        version: 9, name: "more orders of the lists",
        statements: [
            index("protectionUnit", "policyId"),
            index("protectionUnit", "policyId", "status"), index("protectionUnit", "policyId", "lastModifiedDateTime"),
            index("protectionUnit", "policyId", "sourceId"), index("protectionUnit", "policyId", "displayName"),
            index("protectionUnit", "policyId", "email"), index("protectionUnit", "policyId", "siteName"),
            index("protectionUnit", "workload"), index("protectionUnit", "workload", "policyId"),
            index("protectionUnit", "workload", "displayName"), index("protectionUnit", "workload", "email"),
            index("protectionUnit", "workload", "siteName"),
            index("restoreSession", "restoreJobType"), index("restoreSession", "workload"),
            index("restoreSession", "workload", "restoreJobType"),
            index("restoreSession", "workload", "status"), index("restoreSession", "workload", "completedDateTime"),
        ])

    private static func index(_ table: String, _ columns: String...) -> String {
        let names = (columns + ["id"]).map { "\"\($0)\"" }.joined(separator: ", ")
        return "CREATE INDEX \"\(table)_\(columns.joined(separator: "_"))_id\" ON \"\(table)\" (\(names))"
    }
}
