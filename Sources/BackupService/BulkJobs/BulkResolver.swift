import Catalog
import Connectors
import Foundation

/// Finds what the entries of a bulk addition job name.
struct BulkResolver: Sendable {
    private let workload: Workload
    private let lookup: SourceLookup
    private let byAddress: [String: ProtectionSource]

    /// Reads the tenant's directory. Blocks while it does.
    init(_ tenant: any Tenant, _ workload: Workload) throws(ServiceError) {
        self.workload = workload
        lookup = try SourceLookup(tenant, workload)
        var byAddress: [String: ProtectionSource] = [:]
        for source in lookup.all {
            let names = workload == .sharePoint ? [source.webURL] : [source.userPrincipalName, source.mail].compactMap { $0 }
            for name in names { byAddress[Self.folded(name, workload)] = source }
        }
        self.byAddress = byAddress
    }

    /// The sources of a job, none twice, in the order of the job, and a detail for each entry that names none.
    func resolve(_ job: BulkAdditionJob) -> (sources: [ProtectionSource], missing: [PublicErrorDetail]) {
        var sources: [ProtectionSource] = [], seen: Set<String> = [], missing: [PublicErrorDetail] = []
        func take(_ source: ProtectionSource?, _ text: String, _ code: ServiceErrorCode, _ message: String) {
            guard let source else {
                missing.append(PublicErrorDetail(code: code.rawValue, message: message, target: text))
                return
            }
            if seen.insert(source.id.objectID).inserted { sources.append(source) }
        }
        for text in job.addresses.values {
            let source = byAddress[Self.folded(text, workload)]
            if workload == .sharePoint {
                take(source, text, .siteWebURLNotFound, "No site has this address.")
            } else {
                take(source, text, .emailNotFound, "No account has this address, or it has no \(workload.sourceKind.rawValue).")
            }
        }
        for text in job.objectIds.values {
            let source = (try? SourceLookup.key(text, workload)).flatMap { lookup[$0] }
            if workload == .sharePoint {
                take(source, text, .siteIDNotFound, "No site has this id.")
            } else {
                take(source, text, .directoryObjectIDNotFound, "No account has this id, or it has no \(workload.sourceKind.rawValue).")
            }
        }
        return (sources, missing)
    }

    /// Addresses compare without regard to letter case; those of sites also without a slash at their end, and percent-decoded.
    private static func folded(_ text: String, _ workload: Workload) -> String {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        guard workload == .sharePoint else { return trimmed.lowercased() }
        let bare = trimmed.hasSuffix("/") ? String(trimmed.dropLast()) : trimmed
        return (bare.removingPercentEncoding ?? bare).lowercased()
    }
}
