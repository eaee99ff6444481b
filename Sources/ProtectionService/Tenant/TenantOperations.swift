public import Catalog
import Connectors
import Foundation
import ProtectionRules
import Texts

/// What the tenant's directory knows: people, sites, and what is protected and not there.
public struct TenantOperations: OperationGroup {
    package let context: ServiceContext

    /// The person with a directory id or a sign-in name.
    /// - Throws: `ServiceError` where the directory cannot be read.
    public func user(_ key: String) throws -> TenantUser? {
        var users = NameTable<TenantUser>(.anyCase)
        for user in try self.users() {
            if user.id.isExactly(key.lowercased()) { return user }
            users.insert(user, for: user.userPrincipalName)
        }
        return users[key]
    }

    /// Every person of the tenant, sorted by sign-in name.
    /// - Throws: `ServiceError` where the directory cannot be read.
    public func users() throws -> [TenantUser] {
        do {
            return try dependencies.tenant.users().map { user in
                TenantUser(
                    id: user.id, userPrincipalName: user.userPrincipalName, displayName: user.displayName,
                    mail: user.mail,
                    hasDrive: user.hasDrive, driveWebURL: user.driveWebURL)
            }
        } catch {
            throw ServiceError(
                .serviceNotAvailable, "The directory cannot be read now.", detail: "\(error)", isRetryable: true)
        }
    }

    /// Every site of the tenant, sorted by the name in its address.
    /// - Throws: `ServiceError` where the directory cannot be read.
    public func sites() throws -> [TenantSite] {
        do {
            return try dependencies.tenant.sites().map(TenantSite.init)
        } catch {
            throw ServiceError(
                .serviceNotAvailable, "The directory cannot be read now.", detail: "\(error)", isRetryable: true)
        }
    }

    /// The site that a client names as Graph does, or by its own id alone.
    /// - Throws: `itemNotFound`; `serviceNotAvailable` where the directory cannot be read.
    public func site(_ name: String) throws -> TenantSite {
        guard let id = Identifiers.canonicalSite(name), let site = try sites().first(where: { $0.id == id })
        else {
            throw ServiceError(.itemNotFound, "There is no such site.")
        }
        return site
    }

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
    public func inventory() throws -> TenantInventory {
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

extension ServiceContext {
    public var tenant: TenantOperations { TenantOperations(context: self) }
}
