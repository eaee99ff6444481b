/// Where the contract says two things of one operation: which of them we follow,
/// and where it stands.
enum KnownReadings {
    /// By method and path below the root. The walk asks for the reading and not
    /// for what `operations.json` says.
    static let operations: [String: Reading] = [
        // operations.json rejects it as known to the SDKs only.
        "POST /browseSessions/{browseSessionBase-id}/browse": Reading(
            .recommended,
            source:
                """
                operations.md, browse sessions: 'typed path in the pages, /browseSessions/{id}/browse in the SDKs; \
                serve both'; graph-clients.md, browse
                """
        )
    ]

    /// What is described and served beyond `operations.json`, in the spelling of OpenAPI with bare
    /// placeholders, with its source.
    static let surplus: [String: String] = {
        let pages =
            """
            operations.md, browse sessions: the next link is fetched with GET, and as browse(nextFetchToken='…'); \
            'serve both with the same token'
            """
        return [
            "GET /solutions/backupRestore/browseSessions/{}/browse": pages,
            "GET /solutions/backupRestore/oneDriveForBusinessBrowseSessions/{}/browse(nextFetchToken='{}')": pages,
            "GET /solutions/backupRestore/sharePointBrowseSessions/{}/browse(nextFetchToken='{}')": pages,
        ]
    }()

    /// One way to read the contract.
    struct Reading {
        let treatment: ContractOperation.Treatment
        let source: String

        init(_ treatment: ContractOperation.Treatment, source: String) {
            self.treatment = treatment
            self.source = source
        }
    }
}
