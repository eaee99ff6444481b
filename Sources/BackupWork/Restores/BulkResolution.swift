import Catalog
import Connectors
import Foundation
import ProtectionRules
import ProtectionService
import Texts

/// Turns bulk restore requests into artifacts, within one transaction.
struct BulkResolution {
    private let rows: CatalogWriter

    init(_ rows: CatalogWriter) { self.rows = rows }

    /// Turns the entries of a session's bulk requests into artifacts that are being scheduled:
    /// one for each unit.
    func resolveRequests(of session: RestoreSession, _ book: AddressBook?, _ now: Date, makeID: () -> String) throws {
        let requests = try rows.page(
            Query<RestoreBulkRequest>(where: .equal("sessionId", session.id), order: [.init("createdDateTime")]))
        var (ordinal, taken) = (0, Set<String>())
        for artifact in try rows.page(Query<RestoreArtifact>(where: .equal("sessionId", session.id))) {
            ordinal = max(ordinal, artifact.ordinal + 1)
            taken.insert(artifact.unitId)
        }
        for var request in requests where request.status == .active {
            var missing: [PublicErrorDetail] = []
            for entry in request.entries {
                switch try resolve(entry, of: request, book, now) {
                case .failure(let detail): missing.append(detail.value)
                case .success(let point) where taken.insert(point.unitId).inserted:
                    var artifact = RestoreArtifact(
                        id: makeID(), sessionId: session.id, workload: session.workload, ordinal: ordinal,
                        restorePointId: point.id, unitId: point.unitId,
                        destinationType: request.destinationType, status: .initial)
                    artifact.advance(.activate)
                    try rows.insert(artifact)
                    ordinal += 1
                case .success: continue
                }
            }
            guard request.advance(.resolved(missing: missing.count)) else { continue }
            request.lastModifiedDateTime = now
            if !missing.isEmpty {
                request.error = PublicError(
                    code: ServiceErrorCode.protectionResourcesNotFound.rawValue,
                    message: "\(missing.count) of \(request.entries.count) entries could not be resolved.",
                    details: missing)
            }
            try rows.update(request)
        }
    }

    private struct Missing: Error { var value: PublicErrorDetail }

    private func resolve(
        _ entry: BulkEntry, of request: RestoreBulkRequest, _ book: AddressBook?, _ now: Date
    ) throws -> Result<RestorePoint, Missing> {
        guard let unit = try unit(entry, request.workload, book) else {
            return .failure(
                Missing(
                    value: PublicErrorDetail(
                        code: entry.unknownCode(request.workload).rawValue,
                        message: "Nothing of this name was ever protected.",
                        target: entry.text)))
        }
        let search = PointSearch(
            unitIDs: [unit.id], start: request.periodStart, end: request.periodEnd,
            preference: request.restorePointPreference == .oldest ? .oldest : .latest,
            tags: request.tags)
        guard let point = try rows.first(search.query(unitID: unit.id, now)) else {
            return .failure(
                Missing(
                    value: PublicErrorDetail(
                        code: ServiceErrorCode.artifactNotFound.rawValue,
                        message: "There is no restore point in the period with the tags that were asked for.",
                        target: entry.text)))
        }
        return .success(point)
    }

    /// The unit behind an entry: by what the directory says now, or, where the owner has left it, by
    /// what it said last.
    private func unit(_ entry: BulkEntry, _ workload: Workload, _ book: AddressBook?) throws -> ProtectionUnit? {
        func unit(_ column: String, _ value: String) throws -> ProtectionUnit? {
            try rows.first(Query<ProtectionUnit>(where: .and([.equal("workload", workload), .equal(column, value)])))
        }
        switch entry {
        case .objectID(let id): return try unit("sourceId", id)
        case .name(let name):
            if let id = book?.id(of: name, workload) { return try unit("sourceId", id) }
            return try unit(workload == .sharePoint ? "siteWebUrl" : "email", name)
        }
    }
}

/// Who is behind a mail address now, as the tenant's directory says.
struct AddressBook: Sendable {
    /// Object ids by mail address and by sign-in name.
    private var ids = NameTable<String>(.anyCase)
    /// Site ids by address without a slash at the end.
    private var sites = NameTable<String>(.anyCase)

    /// Reads the directory. Blocks while it does.
    init(_ tenant: any Tenant, _ workload: Workload) throws(TenantError) {
        guard workload != .sharePoint else {
            for site in try tenant.sites() { sites.insert(site.id, for: Self.bare(site.webURL)) }
            return
        }
        let users = try tenant.users()
        for user in users { ids.insert(user.id, for: user.userPrincipalName) }
        for user in users { if let mail = user.mail, !ids.contains(mail) { ids.insert(user.id, for: mail) } }
    }

    func id(of name: String, _ workload: Workload) -> String? {
        workload == .sharePoint ? sites[Self.bare(name)] : ids[name]
    }

    private static func bare(_ url: String) -> String {
        url.endsExactly(with: "/") ? String(url.unicodeScalars.dropLast()) : url
    }
}
