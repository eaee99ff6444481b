public import Catalog
import Connectors
import Crypto
import Foundation
import Logging
import ProtectionRules
import ProtectionService
import Synchronization

/// What a scheduler knows of the names in the directory.
struct NamesSeen: Sendable {
    /// When the directory was read last; nil before the first time.
    var moment: Date?
    /// What it said, once every row agrees with it.
    var digest: String?
}

extension Scheduler {
    /// Gives units and exclusions the names that the directory has now, at most once a cadence; a
    /// directory that says what it said last costs no look at the rows. A person who is not there
    /// any more leaves the name behind as the last known one.
    func followNames(_ now: Date) async throws {
        let cadence = Double(service.intervals.cadenceSeconds)
        let seen = namesSeen.withLock { $0 }
        // A clock that was put back must not keep the names for as long.
        if let moment = seen.moment, moment <= now, now < moment.addingTimeInterval(cadence) { return }
        let names: DirectoryNames
        do throws(TenantError) {
            names = try DirectoryNames(service.dependencies.tenant)
        } catch {
            service.dependencies.logger.warning(
                "The directory could not be read for names.", metadata: ["cause": "\(error)"])
            return
        }
        if names.digest != seen.digest {
            try await follow(names, ProtectionUnit.self)
            try await follow(names, ExclusionUnit.self)
        }
        namesSeen.withLock { $0 = NamesSeen(moment: now, digest: names.digest) }
    }

    private func follow<Record: NamedSource>(_ names: DirectoryNames, _: Record.Type) async throws {
        var after: [SQLValue]?
        repeat {
            let query = Query<Record>(after: after, limit: unitsPerChange)
            let rows = try await service.catalog.page(query)
            let changes = rows.compactMap { row in
                var named = row
                named.follow(names)
                return named.nameColumns == row.nameColumns ? nil : named
            }
            if !changes.isEmpty {
                try await service.catalog.write { writer in
                    for row in changes {
                        try writer.update(Record.self, where: .equal("id", row.id), set: row.nameColumns)
                    }
                }
            }
            after = rows.count < unitsPerChange ? nil : rows.last.map { query.key(of: $0) }
        } while after != nil
    }
}

/// The names of people and sites in a tenant's directory.
struct DirectoryNames: Sendable {
    private let people: [String: ProtectionSource]
    private let sites: [String: ProtectionSource]
    /// Tells two directories apart by everything that rows show of them: SHA-256.
    let digest: String

    /// Reads the directory. Blocks while it does.
    init(_ tenant: any Tenant) throws(TenantError) {
        let people = try tenant.users().map { user in
            ProtectionSource(
                id: SourceID(kind: .drive, objectID: user.id), displayName: user.displayName,
                userPrincipalName: user.userPrincipalName, mail: user.mail, webURL: user.driveWebURL)
        }
        let sites = try tenant.sites().map { site in
            ProtectionSource(
                id: SourceID(kind: .site, objectID: site.id), displayName: site.displayName, webURL: site.webURL)
        }
        var hash = SHA256()
        for source in people + sites {
            for text in [
                source.id.description, source.displayName, source.userPrincipalName, source.mail, source.webURL,
            ] {
                // The length in front keeps "ab","c" apart from "a","bc".
                hash.update(data: Data("\(text?.utf8.count ?? -1):\(text ?? "")".utf8))
            }
        }
        digest = hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        self.people = Dictionary(people.map { ($0.id.objectID, $0) }) { first, _ in first }
        self.sites = Dictionary(sites.map { ($0.id.objectID, $0) }) { first, _ in first }
    }

    /// What the directory says of a source; nil where it does not know it.
    func source(_ kind: SourceKind, _ objectID: String) -> ProtectionSource? {
        kind == .site
            ? sites[objectID]
            : people[objectID].map { person in
                var person = person
                person.id.kind = kind
                return person
            }
    }

    /// Whether a person is known to be gone. A directory without anybody is one that is not
    /// there, and tells nothing.
    func isGone(_ objectID: String) -> Bool { !people.isEmpty && people[objectID] == nil }
}

/// A row that shows the names of a source.
protocol NamedSource: CatalogRecord {
    /// Takes over what the directory says.
    mutating func follow(_ names: DirectoryNames)
    /// The columns that hold names.
    var nameColumns: [String: SQLValue] { get }
}

extension ProtectionUnit: NamedSource {
    mutating func follow(_ names: DirectoryNames) {
        if let source = names.source(workload.sourceKind, sourceId) {
            describe(source)
        } else if workload != .sharePoint, names.isGone(sourceId) {
            loseOwner()
        }
    }

    var nameColumns: [String: SQLValue] {
        [
            "displayName": displayName.sqlValue, "email": email.sqlValue, "siteName": signInOrSiteName.sqlValue,
            "siteWebUrl": siteWebUrl.sqlValue, "searchText": searchText.sqlValue,
            "lastDisplayName": lastDisplayName.sqlValue, "lastEmail": lastEmail.sqlValue,
        ]
    }
}

extension ExclusionUnit: NamedSource {
    mutating func follow(_ names: DirectoryNames) {
        if let source = names.source(workload.sourceKind, sourceId) { describe(source) }
    }

    var nameColumns: [String: SQLValue] {
        [
            "displayName": displayName.sqlValue, "email": email.sqlValue, "siteName": siteName.sqlValue,
            "siteWebUrl": siteWebUrl.sqlValue,
        ]
    }
}
