import BackupTesting
import BackupAPI
import Catalog
import Foundation
import OData
import Testing

@testable import ProtectionService

/// An entry of the vector file.
private struct ContractOperation: Decodable, Sendable {
    struct Grants: Decodable, Sendable {
        var delegated: [String]
        var application: [String]
    }

    var path: String
    var method: String
    var versions: [String]
    var permissions: Grants
    var success: [Int]
    var implement: String
}

private struct ContractFile: Decodable {
    var operations: [ContractOperation]
}

@Suite struct ProtectionContractTests {
    private static let unknown = "0a1b2c3d-000f-4000-8000-00000000000f"

    private func operations() throws -> [ContractOperation] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Vectors/graph/protection-operations.json")
        return try JSONDecoder().decode(ContractFile.self, from: Data(contentsOf: file)).operations
    }

    /// One of everything, by the names that the vector file has for their keys; policies
    /// over whole workloads apart.
    private func makeOneOfEach(_ api: ProtectionAPI) async throws -> [String: String] {
        var ids = ["serviceApp-id": ProtectionAPI.app]
        let person = JSONValue.string(ContosoTenant.personID("adele"))
        for (workload, noun, key, value, list) in [
            ("oneDriveForBusiness", "drive", "directoryObjectId", person, "drives"),
            ("exchange", "mailbox", "directoryObjectId", person, "mailboxes"),
            ("sharePoint", "site", "siteId", JSONValue.string(ContosoTenant.siteID), "siteWebUrls"),
        ] {
            let policies = "\(workload)ProtectionPolicies"
            let policy = try await api.policy(
                policies,
                .object([
                    "displayName": "P",
                    "\(noun)ProtectionUnits": [.object(JSONObject(dictionaryLiteral: (key, value)))],
                ]), active: false)
            let whole = try await api.policy(
                policies, ["displayName": "W", "protectionMode": "fullServiceBackup"], active: false)
            let expression: JSONValue =
                noun == "site"
                ? "webUrl -contains 'x'" : .string("memberOf -any (group.id -in ['\(ContosoTenant.finance)'])")
            func make(_ path: String, _ body: JSONValue) async throws -> String {
                let made = await api.call("POST", path, body, beta: true)
                return try #require(made["id"]?.stringValue, "\(path): \(made)")
            }
            ids["\(workload)ProtectionPolicy-id"] = policy
            ids["whole \(workload)ProtectionPolicy-id"] = whole
            ids["\(noun)ProtectionRule-id"] = try await make(
                "/\(policies)/\(policy)/\(noun)InclusionRules",
                .object(JSONObject(dictionaryLiteral: ("\(noun)Expression", expression))))
            ids["\(noun)ProtectionUnitsBulkAdditionJob-id"] = try await make(
                "/\(policies)/\(policy)/\(noun)ProtectionUnitsBulkAdditionJobs",
                .object(JSONObject(dictionaryLiteral: (list, ["nobody"]))))
            ids["\(noun)ExclusionUnitsBulkAdditionJob-id"] = try await make(
                "/\(policies)/\(whole)/\(noun)ExclusionUnitsBulkAdditionJobs",
                .object(JSONObject(dictionaryLiteral: ("displayName", "x"), (list, ["nobody"]))))
            let excluded = await api.call(
                "PATCH", "/\(policies)/\(whole)",
                .object(
                    JSONObject(
                        dictionaryLiteral: (
                            "\(noun)ExclusionUnits@delta", [.object(JSONObject(dictionaryLiteral: (key, value)))]
                        ))), beta: true)
            ids["\(noun)ExclusionUnit-id"] = try #require(
                excluded["\(noun)ExclusionUnits@delta"]?.arrayValue?.first?.text("id"), "\(excluded)")
            ids["\(noun)ProtectionUnit-id"] = try #require(
                await api.call("GET", "/\(policies)/\(policy)/\(noun)ProtectionUnits").values.first?.text("id"))
        }
        ids["protectionPolicyBase-id"] = ids["oneDriveForBusinessProtectionPolicy-id"]
        ids["exclusionUnitBase-id"] = ids["driveExclusionUnit-id"]
        return ids
    }

    /// The path with ids; the last one is unknown where the request would change something.
    private func path(_ operation: ContractOperation, _ ids: [String: String], harmless: Bool) -> String {
        var path = operation.path.replacingOccurrences(of: "/solutions/backupRestore", with: "")
        let isExclusion = path.contains("Exclusion")
        let cast = ["drive", "site", "mailbox"].first { path.contains("graph.\($0)ProtectionUnit") } ?? "drive"
        let names = path.matches(of: /\{([^}]+)\}/).map { String($0.1) }
        for (place, name) in names.enumerated() {
            var id = ids[name] ?? ids["\(cast)ProtectionUnit-id"] ?? ""
            if isExclusion, let whole = ids["whole \(name)"] { id = whole }
            if harmless, place == names.count - 1, operation.method != "GET", operation.implement != "reject405" {
                id = Self.unknown
            }
            path = path.replacingOccurrences(of: "{\(name)}", with: id)
        }
        return path
    }

    private func principal(_ permissions: [String], delegated: Bool) -> Principal {
        Principal(
            applicationID: ProtectionAPI.app, applicationName: "Console",
            user: delegated
                ? .init(id: "0a1b2c3d-0001-4000-8000-000000000009", displayName: "Ines", email: "ines@contoso.example")
                : nil, permissions: Set(permissions))
    }

    @Test func `every operation answers as its entry says: version, method, permission, status`() async throws {
        let api = try await ProtectionAPI()
        let ids = try await makeOneOfEach(api)
        let operations = try operations()
        #expect(operations.count > 150)
        for operation in operations {
            let body: JSONValue? = operation.method == "POST" || operation.method == "PATCH" ? [:] : nil
            let path = path(operation, ids, harmless: true)
            for version in ["v1.0", "beta"] {
                func ask(_ permissions: [String], delegated: Bool) async -> APIAnswer {
                    await api.call(
                        operation.method, path, body, beta: version == "beta",
                        as: principal(permissions, delegated: delegated))
                }
                let name = "\(version) \(operation.method) \(path)"
                guard operation.versions.contains(version) else {
                    let answer = await ask(Array(GraphPermission.all), delegated: true)
                    #expect(answer.status == 404, "\(name): \(answer)")
                    continue
                }
                if operation.implement == "reject405" {
                    let answer = await ask(Array(GraphPermission.all), delegated: true)
                    #expect(answer.status == 405, "\(name): \(answer)")
                    continue
                }
                let nothing = await ask([], delegated: true)
                #expect(nothing.status == 403, "\(name): \(nothing)")
                #expect(nothing.code == "accessDenied", "\(name): \(nothing)")
                for (grants, delegated) in [
                    (operation.permissions.delegated, true), (operation.permissions.application, false),
                ] {
                    let answer = await ask(
                        grants.isEmpty ? Array(GraphPermission.all) : [grants[0]], delegated: delegated)
                    if grants.isEmpty {
                        #expect(answer.status == 403, "\(name): \(answer)")
                        #expect(answer.code == "accessDenied", "\(name): \(answer)")
                    } else if path.hasPrefix("/entraProtectionPolicies/"), operation.method == "GET",
                        !path.hasSuffix("$count")
                    {
                        // The name is reserved and nothing bears it.
                        #expect(answer.status == 404, "\(name): \(answer)")
                    } else if operation.method == "GET" {
                        #expect(operation.success.contains(answer.status), "\(name): \(answer)")
                    } else {
                        // What it does is tested elsewhere; here it is offered, and says in its own
                        // words what is missing.
                        #expect(![401, 405, 500].contains(answer.status), "\(name): \(answer)")
                        #expect(answer.code != "accessDenied", "\(name): \(answer)")
                    }
                }
            }
        }
    }
}
