package import Catalog
package import Connectors
package import ProtectionRules
import Texts

/// The sources of a tenant by the key with which clients name them.
package struct SourceLookup: Sendable {
    private let sources: [String: ProtectionSource]
    private let workload: Workload

    /// Reads the tenant's directory. Blocks while it does.
    package init(_ tenant: any Tenant, _ workload: Workload) throws(ServiceError) {
        self.workload = workload
        let kind = workload.sourceKind
        do throws(TenantError) {
            let found = workload == .exchange ? try SourceLookup.mailboxes(tenant) : try tenant.sources()
            sources = Dictionary(found.filter { $0.id.kind == kind }.map { ($0.id.objectID, $0) }) { first, _ in first }
        } catch {
            throw ServiceError(readingDirectory: error)
        }
    }

    private static func mailboxes(_ tenant: any Tenant) throws(TenantError) -> [ProtectionSource] {
        try tenant.users().filter(\.hasMailbox).map { user in
            ProtectionSource(
                id: SourceID(kind: .mailbox, objectID: user.id), displayName: user.displayName,
                userPrincipalName: user.userPrincipalName, mail: user.mail, webURL: user.driveWebURL)
        }
    }

    /// The key of a request in its one form.
    /// - Throws: `invalidProtectionUnitID`.
    package static func key(_ text: String, _ workload: Workload) throws(ServiceError) -> String {
        let key =
            switch workload {
            case .sharePoint: Identifiers.canonicalSite(text)
            case .oneDriveForBusiness, .exchange: Identifiers.canonical(text)
            }
        guard let key, key != Identifiers.zero else {
            throw ServiceError(
                .invalidProtectionUnitID,
                "'\(text.shortened())' is not a valid \(workload == .sharePoint ? "siteId" : "directoryObjectId").")
        }
        return key
    }

    /// The source with a key; nil where the directory does not know it.
    package subscript(_ key: String) -> ProtectionSource? { sources[key] }

    /// Every source of the workload, sorted by key.
    package var all: [ProtectionSource] { sources.values.sorted { $0.id.objectID < $1.id.objectID } }
}

extension ProtectionSource {
    /// Its names, and the address of a site, as searches for units see them.
    package var searchText: String {
        let names = [displayName, userPrincipalName, mail, id.kind == .site ? webURL : nil]
        return SearchText(names.compactMap { $0 }.joined(separator: " ")).folded
    }
}

extension Workload {
    /// What the workload protects.
    package var sourceKind: SourceKind {
        switch self {
        case .oneDriveForBusiness: .drive
        case .sharePoint: .site
        case .exchange: .mailbox
        }
    }
}

extension ProtectionUnit {
    /// The unit's source in the tenant.
    package var source: SourceID { SourceID(kind: workload.sourceKind, objectID: sourceId) }

    /// Takes over what the directory says. The API shows `siteWebUrl` for sites only.
    package mutating func describe(_ source: ProtectionSource) {
        siteWebUrl = source.webURL
        searchText = source.searchText
        switch source.id.kind {
        case .drive, .mailbox:
            displayName = source.displayName
            email = source.mail ?? source.userPrincipalName
            signInOrSiteName = source.userPrincipalName
            (lastDisplayName, lastEmail) = (nil, nil)
        case .site:
            signInOrSiteName = source.displayName
        }
    }

    /// Notes that the directory has no such owner any more. The API shows empty names from now on
    /// (contract behaviour.md, section 4), people the last ones.
    package mutating func loseOwner() {
        if let name = displayName, !name.isEmpty { (lastDisplayName, displayName) = (name, "") }
        if let address = email, !address.isEmpty { (lastEmail, email) = (address, "") }
    }
}

extension ExclusionUnit {
    /// Takes over what the directory says.
    package mutating func describe(_ source: ProtectionSource) {
        if source.id.kind == .site {
            siteName = source.displayName
            siteWebUrl = source.webURL
        } else {
            displayName = source.displayName
            email = source.mail ?? source.userPrincipalName
        }
    }
}
