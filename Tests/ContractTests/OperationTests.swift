import BackupAPI
import Foundation
import OData
import Testing

/// Walks `operations.json`: every entry answers as the contract says, in the
/// versions where it exists.
@Suite struct OperationTests {
    /// The families of the surface: the first segment below the root.
    static let families = Set(Vectors.operations.map(family)).sorted()

    private static func family(_ operation: ContractOperation) -> String {
        operation.path.split(separator: "/").dropFirst(2).first.map { String($0.prefix { $0 != "(" }) } ?? ""
    }

    @Test(arguments: families) func `every operation of a family answers as the contract says`(
        family: String
    ) async throws {
        let walk = OperationWalk(world: try await World(), ids: [:])
        let ids = try await walk.world.filled().merging(walk.world.fillRulesAndBrowsing()) { first, _ in first }
            .merging(walk.world.fillJobsAndItems()) { first, _ in first }
        let filled = OperationWalk(world: walk.world, ids: ids)
        for operation in Vectors.operations where Self.family(operation) == family {
            let faults = await filled.faults(of: operation)
            if KnownGaps.operations.contains(operation.name) {
                #expect(
                    !faults.isEmpty, "\(operation.name) is implemented now: take it off the table of known gaps"
                )
            } else {
                #expect(faults.isEmpty, "\(operation.name): \(faults.joined(separator: "; "))")
            }
        }
    }

    @Test func `the table of gaps names operations of the contract only`() {
        let names = Set(Vectors.operations.map(\.name))
        #expect(Vectors.operations.count == 347)
        #expect(KnownGaps.operations.subtracting(names).isEmpty)
    }

    @Test func `the documentation tells how many operations are answered and how many refused`() throws {
        let page = try String(
            contentsOf: Vectors.folder.appending(path: "../../../docs/graph-surface.md"), encoding: .utf8)
        let counts = Dictionary(grouping: Vectors.operations, by: \.implement).mapValues(\.count)
        for (treatment, words) in [
            (ContractOperation.Treatment.required, "documented"), (.recommended, "implied by the schema"),
            (.rejectByState, "refused by the state"),
            (.reject405, "generic create"), (.reject404, "`getStatisticsByWorkload`"),
        ] {
            let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| \(words)") }, "\(words)")
            #expect(row.contains("| \(counts[treatment] ?? 0) |"), "\(row)")
        }
    }

    @Test func `the table of readings names operations that their entries treat otherwise`() {
        for (name, reading) in KnownReadings.operations {
            let entries = Vectors.operations.filter { $0.name == name }
            #expect(!entries.isEmpty, "\(name)")
            #expect(entries.allSatisfy { $0.implement != reading.treatment }, "\(name)")
        }
    }
}

/// Asks one operation every question that can be derived from its entry.
struct OperationWalk {
    let world: World
    let ids: [String: String]

    /// What is wrong; empty where the operation is as the contract has it.
    func faults(of operation: ContractOperation) async -> [String] {
        var faults: [String] = []
        for version in ["v1.0", "beta"] {
            let found: [String]
            if operation.versions.contains(version) {
                switch operation.treatment {
                case .required, .recommended: found = await offered(operation, version)
                case .rejectByState: found = await refusedByState(operation, version)
                case .reject405: found = await notAllowed(operation, version)
                case .reject404: found = await expect(404, operation, version)
                }
            } else {
                found = await expect(404, operation, version)
            }
            faults += found.map { "\(version): \($0)" }
        }
        return faults
    }

    private func url(_ operation: ContractOperation, _ version: String, existing: Bool) -> String {
        operation.url(version) { name in
            // Behind a cast the base's key is that of a unit of the derived type.
            let cast = operation.path.split(separator: "/").first {
                $0.hasPrefix("graph.") || $0.hasPrefix("microsoft.graph.")
            }
            let kind =
                name == "protectionUnitBase-id"
                ? cast.flatMap { $0.split(separator: ".").last }.map { "\($0)-id" } ?? name : name
            return name == "nextFetchToken" ? "abc" : existing ? ids[kind] ?? World.unknown : World.unknown
        }
    }

    private func ask(
        _ operation: ContractOperation, _ version: String, existing: Bool = false, as principal: Principal
    ) async -> ODataResponse {
        var target = url(operation, version, existing: existing)
        // Both options are mandatory there. Source: contract operations.md, restore points.
        if operation.name == "GET /restorePoints" {
            target +=
                """
                ?$expand=protectionUnit($filter=id eq '\(World.unknown)')&$filter=protectionDateTime lt \
                2100-01-01T00:00:00Z
                """
        }
        let body = operation.method == "POST" || operation.method == "PATCH" ? "{}" : nil
        let headers: Headers = operation.kind == "count" ? ["Accept": "text/plain;q=0.9"] : [:]
        return await world.send(operation.method, target, body, headers: headers, as: principal)
    }

    /// The permissions of an operation. Those of a count are inferred in the contract: it is open
    /// to whoever may list.
    private func allowed(_ operation: ContractOperation) -> [(delegated: Bool, names: [String])] {
        let listPath = operation.kind == "count" ? String(operation.path.dropLast("/$count".count)) : operation.path
        let all = [operation] + Vectors.operations.filter { $0.path == listPath && $0.method == operation.method }
        return [(true, all.flatMap(\.permissions.delegated)), (false, all.flatMap(\.permissions.application))]
    }

    /// Whether an answer means that nothing is there.
    private func isMissing(_ answer: ODataResponse) -> Bool {
        answer.status == 405 || answer.status == 501 || answer.errorCode == "InternalServerError"
            || answer.text.contains("not found for the segment")
            || answer.text.contains("is not offered in")
    }

    private func offered(_ operation: ContractOperation, _ version: String) async -> [String] {
        var faults: [String] = []
        for (delegated, names) in allowed(operation) {
            for name in names {
                let answer = await ask(operation, version, as: World.principal(delegated: delegated, [name]))
                if isMissing(answer) { return ["not implemented: \(answer.status) \(answer.text.prefix(160))"] }
                if answer.errorCode == "accessDenied" {
                    faults.append("refused although \(delegated ? "delegated" : "application") has \(name)")
                }
            }
            let others = GraphPermission.all.subtracting(names)
            let refused = await ask(operation, version, as: World.principal(delegated: delegated, others))
            if refused.status != 403 || refused.errorCode != "accessDenied" {
                faults.append(
                    """
                    \(refused.status) instead of 403 for \(delegated ? "delegated" : "application") with none of \
                    \(names)
                    """
                )
            }
        }
        return faults + (operation.method == "GET" ? await read(operation, version) : [])
    }

    /// What nothing stands for, by the end of its path: policies of Entra ID, and a next page
    /// without a token that a page has given out.
    private static let absent: [(suffix: String, status: Int, code: String)] = [
        ("{entraProtectionPolicy-id}", 404, "PolicyNotFound"), ("/browse", 400, "InvalidBrowseRequest"),
        ("/browse(nextFetchToken='{nextFetchToken}')", 400, "InvalidBrowseRequest"),
    ]

    /// What a GET gives where everything that its path names is there.
    private func read(_ operation: ContractOperation, _ version: String) async -> [String] {
        let delegated = !operation.permissions.delegated.isEmpty
        let answer = await ask(operation, version, existing: true, as: World.principal(delegated: delegated))
        if let absent = Self.absent.first(where: { operation.path.hasSuffix($0.suffix) }) {
            return answer.status == absent.status && answer.errorCode == absent.code
                ? [] : ["\(answer.status) \(answer.text.prefix(200))"]
        }
        guard answer.status == 200 else { return ["\(answer.status) \(answer.text.prefix(200))"] }
        switch operation.kind {
        case "count":
            let isNumber = !answer.text.isEmpty && answer.text.allSatisfy(\.isNumber)
            return isNumber && answer.headers["Content-Type"]?.hasPrefix("text/plain") == true
                ? [] : ["no bare number: \(answer.text.prefix(80))"]
        case "collection":
            return answer.json["value"]?.arrayValue == nil || answer.json.objectValue?.names.first != "@odata.context"
                ? ["no collection"] : []
        default:
            guard answer.json.objectValue?.names.first == "@odata.context" else { return ["no context"] }
            return []
        }
    }

    private func notAllowed(_ operation: ContractOperation, _ version: String) async -> [String] {
        let answer = await ask(operation, version, as: World.principal())
        guard answer.status == 405, answer.errorCode == "methodNotAllowed" else {
            return ["\(answer.status) instead of 405: \(answer.text.prefix(160))"]
        }
        let offered = Vectors.operations.filter {
            $0.path == operation.path && $0.isOffered && $0.versions.contains(version)
        }.map(\.method)
        let allow = (answer.headers["Allow"] ?? "missing").split(separator: ",").map { $0.filter { $0 != " " } }
        return Set(allow) == Set(offered) ? [] : ["Allow is \(allow), not \(offered)"]
    }

    private func refusedByState(_ operation: ContractOperation, _ version: String) async -> [String] {
        let answer = await ask(operation, version, as: World.principal())
        if isMissing(answer) || answer.status < 400 { return ["\(answer.status) \(answer.text.prefix(160))"] }
        return []
    }

    private func expect(_ status: Int, _ operation: ContractOperation, _ version: String) async -> [String] {
        let answer = await ask(operation, version, as: World.principal())
        return answer.status == status ? [] : ["\(answer.status) instead of \(status): \(answer.text.prefix(160))"]
    }
}
