import ObjectStorage
import Texts

/// The versions beneath a prefix, page by page.
struct S3VersionListing {
    private let client: S3Client
    private let prefix: String
    private let subject: String

    /// - Parameter prefix: unlike that of a list of objects it may be a whole name; what only begins
    ///   with it is left out then.
    init(_ client: S3Client, prefix: String, subject: String) {
        (self.client, self.prefix, self.subject) = (client, prefix, subject)
    }

    /// Every version, those of one object together and newest first. Names are whole keys.
    func versions() async throws(ObjectStoreError) -> [ObjectVersion] {
        var found: [String: [ObjectVersion]] = [:]
        var count = 0
        var place: VersionPage.Place? = VersionPage.Place()
        while let start = place {
            let page = try await page(from: start)
            for version in page.versions {
                guard version.name.utf8.starts(with: prefix.utf8) else {
                    throw failure("the store lists '\(version.name.prefix(200))', which lies elsewhere")
                }
                guard prefix.isEmpty || prefix.hasSuffix("/") || version.name == prefix else { continue }
                found[version.name, default: []].append(version)
                count += 1
            }
            if count > S3Limits.listedObjects { throw failure("the list of the store has no end") }
            if let next = page.next, next == start { throw failure("the list of the store does not go on") }
            place = page.next
        }
        return found.sorted { $0.key < $1.key }.flatMap { Self.inOrder($0.value) }
    }

    /// The folders right beneath the prefix that hold any version, without the prefix and their slash.
    func folders() async throws(ObjectStoreError) -> [String] {
        var found: Set<String> = []
        var place: VersionPage.Place? = VersionPage.Place()
        while let start = place {
            let page = try await page(from: start, delimiter: "&delimiter=%2F")
            for folder in page.folders where folder.utf8.starts(with: prefix.utf8) {
                found.insert(String(folder.dropFirst(prefix.count).dropLast(folder.hasSuffix("/") ? 1 : 0)))
            }
            if found.count > S3Limits.listedObjects { throw failure("the list of the store has no end") }
            if let next = page.next, next == start { throw failure("the list of the store does not go on") }
            place = page.next
        }
        return found.sorted()
    }

    /// The newest first. A store lists the versions of one object in that order, but marks and versions
    /// apart at some; within a second the one that is read counts as the newest.
    private static func inOrder(_ versions: [ObjectVersion]) -> [ObjectVersion] {
        versions.enumerated().sorted { left, right in
            if left.element.isNewest != right.element.isNewest { return left.element.isNewest }
            if left.element.modified != right.element.modified {
                return left.element.modified > right.element.modified
            }
            return left.offset < right.offset
        }.map(\.element)
    }

    private func page(
        from place: VersionPage.Place, delimiter: String = ""
    ) async throws(ObjectStoreError) -> VersionPage {
        var query = "versions&encoding-type=url&max-keys=1000&prefix=\(PercentEncoding.query(prefix))" + delimiter
        if !place.key.isEmpty { query += "&key-marker=\(PercentEncoding.query(place.key))" }
        if !place.version.isEmpty { query += "&version-id-marker=\(PercentEncoding.query(place.version))" }
        let request = S3Request(.listVersions, "GET", subject: subject, query: query)
        return try await client.perform(request) { answer, _ in try VersionPage(try await answer.bytes()) }
    }

    private func failure(_ message: String) -> ObjectStoreError {
        ObjectStoreError(.inputOutput, name: subject, message: message)
    }
}

/// A page of a list of versions.
struct VersionPage {
    /// From where a page begins.
    struct Place: Hashable {
        var key = ""
        var version = ""
    }

    var versions: [ObjectVersion] = []
    var folders: [String] = []
    var next: Place?

    init(_ bytes: [UInt8]) throws(XMLFault) {
        let root = try XMLReader.root(of: bytes)
        guard root.name == "ListVersionsResult" || root.name == "ListVersionResult" else {
            throw XMLFault(words: "it is '\(root.name)' instead of a list of versions")
        }
        let isEncoded = root["EncodingType"]?.text == "url"
        for element in root.children where element.name == "Version" || element.name == "DeleteMarker" {
            versions.append(try Self.version(element, isEncoded: isEncoded))
        }
        for element in root.all("CommonPrefixes") {
            folders.append(try ListPage.key(element["Prefix"], isEncoded: isEncoded))
        }
        guard root["IsTruncated"]?.text == "true" else { return }
        // Otherwise half of a list would count as the whole.
        guard let key = root["NextKeyMarker"], !key.text.isEmpty else {
            throw XMLFault(words: "it is cut and does not say where")
        }
        next = Place(
            key: try ListPage.key(key, isEncoded: isEncoded), version: root["NextVersionIdMarker"]?.text ?? "")
    }

    private static func version(_ element: XMLElement, isEncoded: Bool) throws(XMLFault) -> ObjectVersion {
        let isMark = element.name == "DeleteMarker"
        guard let id = element["VersionId"]?.text, !id.isEmpty,
            let modified = element["LastModified"].flatMap({ WireTime.seconds(ofISO: $0.text) })
        else { throw XMLFault(words: "a version has no id or no time") }
        let size = element["Size"].flatMap { UInt64($0.text) }
        guard isMark || size != nil else { throw XMLFault(words: "a version has no size") }
        return ObjectVersion(
            name: try ListPage.key(element["Key"], isEncoded: isEncoded), id: id, sizeBytes: isMark ? 0 : size ?? 0,
            tag: isMark ? nil : element["ETag"]?.text ?? "", modified: modified,
            isNewest: element["IsLatest"]?.text == "true")
    }
}
