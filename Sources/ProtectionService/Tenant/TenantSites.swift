import ProtectionRules
package import Connectors
import Foundation

/// A site of the tenant, as clients look for it.
public struct TenantSite: Sendable, Hashable {
    /// The site's id: a UUID in lower case.
    public let id: String
    /// The name in the address.
    public let name: String
    /// The name to show.
    public let displayName: String
    /// The address in a browser.
    public let webURL: String
    /// The host of the address.
    public let host: String

    package init(_ site: DirectorySite) {
        id = site.id
        name = site.name
        displayName = site.displayName
        webURL = site.webURL
        host = URL(string: site.webURL)?.host() ?? ""
    }

    /// The id in Graph's form `host,site collection,site`. Both parts are the one id,
    /// because a site here is a site collection of its own; the parts of a body that names a
    /// site are read alike.
    public var graphID: String { "\(host),\(id),\(id)" }

    /// Whether every word of a search occurs in the name, the address or the name in it, whatever
    /// the case. No word, or `*`, is every site.
    public func matches(search: String) -> Bool {
        let places = [displayName, name, webURL].map { $0.lowercased() }
        let words = search.lowercased().split { $0.isWhitespace || $0 == "\"" }.map {
            $0.hasSuffix("*") ? $0.dropLast() : $0
        }
        return words.allSatisfy { word in word.isEmpty || places.contains { $0.contains(word) } }
    }
}

extension ServiceContext {
    /// Every site of the tenant, sorted by the name in its address.
    /// - Throws: `ServiceError` where the directory cannot be read.
    public func tenantSites() throws -> [TenantSite] {
        do {
            return try dependencies.tenant.sites().map(TenantSite.init)
        } catch {
            throw ServiceError(
                .serviceNotAvailable, "The directory cannot be read now.", detail: "\(error)", isRetryable: true)
        }
    }

    /// The site that a client names as Graph does, or by its own id alone.
    /// - Throws: `itemNotFound`; `serviceNotAvailable` where the directory cannot be read.
    public func tenantSite(_ name: String) throws -> TenantSite {
        guard let id = Identifiers.canonicalSite(name), let site = try tenantSites().first(where: { $0.id == id })
        else {
            throw ServiceError(.itemNotFound, "There is no such site.")
        }
        return site
    }
}
