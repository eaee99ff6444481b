package import Catalog
package import Connectors
import Foundation
package import ProtectionRules
import Texts

/// Finds what the entries of a bulk addition job name.
package struct BulkResolver: Sendable {
    private let workload: Workload
    private let lookup: SourceLookup
    private let byAddress: NameTable<ProtectionSource>

    /// Reads the tenant's directory. Blocks while it does.
    package init(_ tenant: any Tenant, _ workload: Workload) throws(ServiceError) {
        self.workload = workload
        lookup = try SourceLookup(tenant, workload)
        var byAddress = NameTable<ProtectionSource>(.anyCase)
        let sources = lookup.all
        for source in sources {
            let name = workload == .sharePoint ? source.webURL : source.userPrincipalName
            if let name { byAddress.insert(source, for: Self.address(name, workload)) }
        }
        // A sign-in name goes before a mail address, and the first of two people with one
        // address before the other.
        for source in sources where workload != .sharePoint {
            if let mail = source.mail, !byAddress.contains(mail) { byAddress.insert(source, for: mail) }
        }
        self.byAddress = byAddress
    }

    /// The sources of a job, none twice, in the order of the job, and a detail for each
    /// entry that names none.
    package func resolve(_ job: BulkAdditionJob) -> (sources: [ProtectionSource], missing: [PublicErrorDetail]) {
        var sources: [ProtectionSource] = []
        var seen: Set<String> = []
        var missing: [PublicErrorDetail] = []
        func take(_ source: ProtectionSource?, named text: String, else code: ServiceErrorCode, _ message: String) {
            guard let source else {
                missing.append(PublicErrorDetail(code: code.rawValue, message: message, target: text))
                return
            }
            if seen.insert(source.id.objectID).inserted { sources.append(source) }
        }
        for text in job.addresses.values {
            let found = byAddress.find(Self.address(text, workload))
            let code: ServiceErrorCode = workload == .sharePoint ? .siteWebURLNotFound : .emailNotFound
            switch found {
            case .one(let source): take(source, named: text, else: code, "")
            case .several(let sources):
                let names = sources.map { $0.userPrincipalName ?? $0.webURL }.map { "'\($0.withEscapes)'" }.sorted()
                    .joined(separator: " and ")
                take(
                    nil, named: text, else: code,
                    "The address looks like those of \(names), which are two; name one of them by its id.")
            case .none where workload == .sharePoint: take(nil, named: text, else: code, "No site has this address.")
            case .none:
                take(
                    nil, named: text, else: code,
                    "No account has this address, or it has no \(workload.sourceKind.rawValue).")
            }
        }
        for text in job.objectIds.values {
            let source = (try? SourceLookup.key(text, workload)).flatMap { lookup[$0] }
            if workload == .sharePoint {
                take(source, named: text, else: .siteIDNotFound, "No site has this id.")
            } else {
                take(
                    source, named: text, else: .directoryObjectIDNotFound,
                    "No account has this id, or it has no \(workload.sourceKind.rawValue).")
            }
        }
        return (sources, missing)
    }

    /// Addresses of sites are compared without a slash at their end, and percent-decoded.
    private static func address(_ text: String, _ workload: Workload) -> String {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        guard workload == .sharePoint else { return trimmed }
        let bare = trimmed.endsExactly(with: "/") ? String(trimmed.unicodeScalars.dropLast()) : trimmed
        return bare.removingPercentEncoding ?? bare
    }
}
