import ObjectStorage
import Texts

/// The names beneath a prefix, page by page.
struct S3Listing {
    private let client: S3Client
    private let prefix: String
    private let subject: String
    private static let namesPerPage = 1000

    /// - Parameter prefix: empty, or with a slash at its end: otherwise neighbours whose names only
    ///   begin so would be listed too.
    init(_ client: S3Client, prefix: String, subject: String) {
        precondition(prefix.isEmpty || prefix.hasSuffix("/"), "a prefix without a slash lists neighbours")
        self.client = client
        self.prefix = prefix
        self.subject = subject
    }

    /// Every object beneath the prefix, in the order of the store.
    func objects() async throws(ObjectStoreError) -> [(key: String, sizeBytes: UInt64)] {
        var found: [(key: String, sizeBytes: UInt64)] = []
        var place = Place.start
        while let page = try await nextPage(&place) {
            for object in page.objects { try requireAsked(object.key) }
            found += page.objects
            if found.count > S3Limits.listedObjects { throw failure("the list of the store has no end") }
        }
        return found
    }

    /// The folders right beneath the prefix, without the prefix and their slash.
    func folders() async throws(ObjectStoreError) -> [String] {
        var found: [String] = []
        var place = Place.start
        while let page = try await nextPage(&place, delimiter: "&delimiter=%2F") {
            for folder in page.folders {
                try requireAsked(folder)
                found.append(String(folder.dropFirst(prefix.count).dropLast(folder.hasSuffix("/") ? 1 : 0)))
            }
            if found.count > S3Limits.listedObjects { throw failure("the list of the store has no end") }
        }
        return found
    }

    /// How far a list has been read.
    private enum Place: Equatable {
        case start
        case after(String)
        case end
    }

    private func nextPage(_ place: inout Place, delimiter: String = "") async throws(ObjectStoreError) -> ListPage? {
        guard place != .end else { return nil }
        var query =
            "list-type=2&encoding-type=url&max-keys=\(Self.namesPerPage)&prefix=\(PercentEncoding.query(prefix))"
        query += delimiter
        if case .after(let token) = place { query += "&continuation-token=\(PercentEncoding.query(token))" }
        let request = S3Request(.list, "GET", subject: subject, query: query)
        let page = try await client.perform(request) { answer, _ in try ListPage(try await answer.bytes()) }
        let next = page.nextToken.map { Place.after($0) } ?? .end
        guard next != place else { throw failure("the list of the store does not go on") }
        place = next
        return page
    }

    private func requireAsked(_ key: String) throws(ObjectStoreError) {
        guard key.utf8.starts(with: prefix.utf8) else {
            throw failure("the store lists '\(key.prefix(200))', which lies elsewhere")
        }
    }

    private func failure(_ message: String) -> ObjectStoreError {
        ObjectStoreError(.inputOutput, name: subject, message: message)
    }
}
