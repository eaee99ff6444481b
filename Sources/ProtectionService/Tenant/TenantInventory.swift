import Catalog
package import Connectors
import Foundation
import ProtectionRules

/// How much a tenant has, for people: `3 drives, 1 site`.
public struct TenantInventory: Sendable, Hashable, CustomStringConvertible {
    /// Drives of people.
    public var drives: Int
    public var sites: Int

    package init(_ sources: Set<SourceID>) {
        drives = sources.count { $0.kind == .drive }
        sites = sources.count { $0.kind == .site }
    }

    /// Whether there is nothing to protect.
    public var isEmpty: Bool { drives + sites == 0 }

    /// For example `3 drives, 1 site`; `no drives` where there is nothing.
    public var description: String {
        guard !isEmpty else { return "no drives" }
        return [(drives, "drive"), (sites, "site")].filter { $0.0 > 0 }.map { "\($0) \($1)\($0 == 1 ? "" : "s")" }
            .joined(separator: ", ")
    }
}
