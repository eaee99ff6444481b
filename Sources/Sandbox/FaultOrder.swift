import Foundation
import OData

/// Reads the order for a failure, and refuses failures that no client could see
/// from the real service.
enum FaultOrder {
    private static let maximumMessageCharacters = 1000

    static func fault(from body: FaultBody) throws(ODataError) -> Fault {
        let targets = [body.unit != nil, body.artifact != nil, body.request != nil].count { $0 }
        guard targets == 1 else { throw .badRequest("Give one of 'unit', 'artifact' and 'request'.") }
        guard (body.message ?? "").unicodeScalars.count <= maximumMessageCharacters else {
            throw .badRequest("The message is longer than \(maximumMessageCharacters) characters.", target: "message")
        }
        var fault = try body.request == nil ? ofJob(body) : ofRequest(body)
        fault.remaining = body.times
        return fault
    }

    private static func ofJob(_ body: FaultBody) throws(ODataError) -> Fault {
        guard body.status == nil, body.retryAfterSeconds == nil else {
            throw .badRequest(
                "'status' and 'retryAfterSeconds' belong to requests, not to units and artifacts.", target: "status")
        }
        let target: Fault.Target
        switch (body.unit, body.artifact, body.operation) {
        case (let unit?, nil, nil), (let unit?, nil, "backup"): target = .backup(unitID: try id(unit))
        case (let unit?, nil, "restore"): target = .restore(unitID: try id(unit))
        case (nil, let artifact?, nil), (nil, let artifact?, "restore"): target = .artifact(id: try id(artifact))
        default:
            throw .badRequest(
                "'operation' is 'backup' or 'restore'; an artifact has restores only.", target: "operation")
        }
        let known = if case .backup = target { FaultCodes.ofUnits } else { FaultCodes.ofArtifacts }
        guard known.contains(body.code) else {
            throw .badRequest(
                "'\(body.code)' does not occur there. Codes: \(known.sorted().joined(separator: ", ")).", target: "code"
            )
        }
        return Fault(
            id: "", target: target, code: body.code, message: body.message ?? "Ordered through the sandbox.",
            isRetryable: body.retryable ?? false)
    }

    private static func ofRequest(_ body: FaultBody) throws(ODataError) -> Fault {
        guard let request = body.request, body.operation == nil, body.retryable == nil else {
            throw .badRequest(
                "'operation' and 'retryable' belong to units and artifacts, not to requests.", target: "operation")
        }
        guard let usual = FaultCodes.ofRequests[body.code] else {
            throw .badRequest(
                """
                '\(body.code)' is no transient refusal. Codes: \
                \(FaultCodes.ofRequests.keys.sorted().joined(separator: ", ")).
                """,
                target: "code")
        }
        let status = body.status ?? usual
        return Fault(
            id: "", target: .request(method: request.method?.uppercased(), path: PathPattern(request.path)),
            code: body.code,
            message: body.message ?? "Ordered through the sandbox.", status: status,
            retryAfterSeconds: body.retryAfterSeconds ?? (FaultCodes.waitStatuses.contains(status) ? 5 : nil))
    }

    private static func id(_ text: String) throws(ODataError) -> String {
        guard UUID(uuidString: text) != nil else { throw .badRequest("'\(text)' is not the id of a unit or artifact.") }
        return text.lowercased()
    }
}

/// A failure as the control surface shows it.
struct FaultAnswer: Encodable, Sendable {
    struct Request: Encodable, Sendable {
        var method: String?
        var path: String
    }
    var id: String
    var unit: String?
    var operation: String?
    var artifact: String?
    var request: Request?
    var code: String
    var message: String
    var status: Int?
    var retryAfterSeconds: Int?
    var retryable: Bool?
    var timesLeft: Int?
    var timesStruck: Int

    init(_ fault: Fault) {
        id = fault.id
        code = fault.code
        message = fault.message
        timesLeft = fault.remaining
        timesStruck = fault.struck
        switch fault.target {
        case .backup(let unitID):
            unit = unitID
            operation = "backup"
        case .restore(let unitID):
            unit = unitID
            operation = "restore"
        case .artifact(let artifactID): artifact = artifactID
        case .request(let method, let path):
            request = Request(method: method, path: path.description)
            status = fault.status
            retryAfterSeconds = fault.retryAfterSeconds
            return
        }
        retryable = fault.isRetryable
    }
}
