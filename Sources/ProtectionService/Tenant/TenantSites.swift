package import Connectors
import Foundation
import ProtectionRules

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
