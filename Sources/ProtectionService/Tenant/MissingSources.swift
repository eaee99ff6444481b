import ProtectionRules
public import Catalog
package import Connectors
import Foundation

extension ServiceContext {
    /// The protected units whose drive or site the tenant does not have now: an unmounted disk, a
    /// wrong folder, or somebody who is gone.
    /// - Throws: `ServiceError` where the tenant cannot be read.
    public func missingSources() async throws -> [ProtectionUnit] {
        let statuses: [ProtectionUnitStatus] = [.protected, .protectRequested]
        let wanted = RowPredicate.and([
            .oneOf("status", statuses), .oneOf("workload", [Workload.oneDriveForBusiness, .sharePoint]),
        ])
        let units = try await catalog.page(
            Query<ProtectionUnit>(where: wanted, order: [.init("createdDateTime"), .init("id")]))
        guard !units.isEmpty else { return [] }
        let present = try presentSources()
        return units.filter { !present.contains($0.source) }
    }

    /// What the tenant has now.
    public func tenantInventory() throws -> TenantInventory {
        TenantInventory(try presentSources())
    }

    private func presentSources() throws -> Set<SourceID> {
        do {
            return Set(try dependencies.tenant.sources().map(\.id))
        } catch {
            throw ServiceError(.serviceNotAvailable, "The tenant cannot be read: \(error.message)", isRetryable: true)
        }
    }
}

/// How much a tenant has, for people: `3 drives, 1 site`.
public struct TenantInventory: Sendable, Hashable, CustomStringConvertible {
    /// Drives of people.
    public var drives: Int
    /// Sites.
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
