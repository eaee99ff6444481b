import Catalog
import OData
import ProtectionService

extension Handlers {
    /// What a policy would choose, before anything is saved.
    func bindPolicyPreviews(_ odata: inout ODataService<APICaller>) {
        odata.root {
            $0.operation(
                .action("policyPreviews"), .configurationRead, answering: PolicyPreviewValue.self
            ) { _, arguments in
                let values = try arguments.values()
                let draft = PolicyPreviewDraft(
                    workload: try values.value("workload"),
                    isEverything: try values.value("everything", as: Bool?.self) ?? false,
                    expression: try values.value("expression"),
                    addresses: try values.value("addresses", as: [String]?.self) ?? [],
                    objectIDs: try values.value("objectIds", as: [String]?.self) ?? [],
                    policyID: try values.value("policyId"))
                return PolicyPreviewValue(try await service.policies.preview(draft))
            }
        }
    }
}
