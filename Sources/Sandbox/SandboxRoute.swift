import Foundation
import OData

/// The paths of the control surface and what each does.
struct SandboxRoute: Sendable {
    let control: SandboxControl

    /// Answers a request; `path` is what follows `/sandbox`.
    func answer(_ request: ODataRequest, _ path: [String]) async throws -> ODataResponse {
        switch path.first {
        case "clock" where path.count == 1: return try await clock(request)
        case "idle" where path.count == 1:
            return try Self.json(try await require("POST", request) { try await control.idle() })
        case "reset" where path.count == 1:
            try await require("POST", request) { try await control.reset() }
            return ODataResponse(status: 204)
        case "tenant" where path.count == 1: return try await tenant(request)
        case "faults" where path.count <= 2: return try faults(request, id: path.dropFirst().first)
        case "drives" where path.count == 2: return try await files(request) { try control.tenant.drive(path[1]) }
        case "sites" where path.count == 3:
            return try await files(request) { try control.tenant.library(path[2], ofSite: path[1]) }
        default: throw ODataError.unknownSegment(path.last ?? "sandbox")
        }
    }

    // MARK: Clock

    private struct ClockAnswer: Encodable {
        var now: String
        var frozen: Bool
        var waitingJobs: Int?
        var nextJob: String?
    }

    private func clock(_ request: ODataRequest) async throws -> ODataResponse {
        let clock = control.clock
        if request.method == "GET" {
            return try Self.json(ClockAnswer(now: SandboxDates.text(clock.now()), frozen: clock.isFrozen))
        }
        try Self.require(["GET", "POST"], request)
        let body = try ClockBody.read(request.body)
        guard body.now == nil || body.advance == nil else {
            throw ODataError.badRequest("Give 'now' or 'advance', not both.")
        }
        let end =
            try body.now.map(Self.date)
            ?? body.advance.map { clock.now().addingTimeInterval(try Self.period($0, "advance")) }
        let step = try body.step.map { try Self.period($0, "step") }
        if body.frozen == true { try clock.freeze(true) }
        let idle: SandboxControl.Idle? =
            if let end { try await control.advance(to: end, stepSeconds: step) } else { nil }
        if let isFrozen = body.frozen, !isFrozen { try clock.freeze(false) }
        return try Self.json(
            ClockAnswer(
                now: SandboxDates.text(clock.now()), frozen: clock.isFrozen, waitingJobs: idle?.waitingJobs,
                nextJob: idle?.nextJob))
    }

    private static func date(_ text: String) throws(ODataError) -> Date {
        guard let date = SandboxDates.date(text) else {
            throw .badRequest("'\(text)' is not a moment such as 2027-01-31T12:00:00Z.", target: "now")
        }
        return date
    }

    private static func period(_ text: String, _ field: String) throws(ODataError) -> Double {
        guard let period = SandboxPeriod(text) else {
            throw .badRequest(
                "'\(text)' is not a period of weeks, days, hours, minutes and seconds such as P40D or PT12H.",
                target: field)
        }
        return period.seconds
    }

    // MARK: Faults

    private struct FaultList: Encodable {
        var value: [FaultAnswer]
    }

    private func faults(_ request: ODataRequest, id: String?) throws -> ODataResponse {
        switch (request.method, id) {
        case ("GET", nil): return try Self.json(FaultList(value: control.faults.faults.map(FaultAnswer.init)))
        case ("POST", nil):
            let ordered = try FaultOrder.fault(from: FaultBody.read(request.body))
            guard let fault = control.faults.order(ordered) else {
                throw ODataError(.requestEntityTooLarge, "\(FaultBook.maximumFaults) faults are in order; remove some.")
            }
            return try Self.json(FaultAnswer(fault), status: 201)
        case ("DELETE", nil):
            control.faults.removeAll()
            return ODataResponse(status: 204)
        case ("DELETE", let id?):
            guard control.faults.remove(id: id) else {
                throw ODataError.notFound("There is no fault '\(id)'; it may have struck for the last time.")
            }
            return ODataResponse(status: 204)
        default:
            throw ODataError.methodNotAllowed(
                request.method, allow: id == nil ? ["GET", "POST", "DELETE"] : ["DELETE"])
        }
    }

    // MARK: Tenant and files

    private func tenant(_ request: ODataRequest) async throws -> ODataResponse {
        try Self.require(["GET", "PUT"], request)
        if request.method == "PUT" {
            let body = try TenantBody.read(request.body)
            try await control.changing { try control.tenant.replace(by: body) }
        }
        return try Self.json(try control.tenant.summary())
    }

    private struct FilesAnswer: Encodable {
        var value: [SandboxFiles.Entry]
        var damage: SandboxFiles.Damage?
    }

    private func files(
        _ request: ODataRequest, _ find: @escaping @Sendable () throws -> SandboxFiles
    ) async throws -> ODataResponse {
        try Self.require(["GET", "POST"], request)
        guard request.method == "POST" else { return try Self.json(FilesAnswer(value: try find().list())) }
        let body = try FilesBody.read(request.body)
        try SandboxFiles.check(body.write.map(\.path))
        try SandboxFiles.check(body.delete)
        let damage = try await control.changing {
            let files = try find()
            try files.requireRoom(for: body)
            for (path, content) in body.write { try files.write(path, content) }
            for path in body.delete { try files.delete(path) }
            return try body.ransomwareSeed.map { try files.attack(seed: $0) }
        }
        return try Self.json(FilesAnswer(value: try find().list(), damage: damage))
    }

    // MARK: Helpers

    private static func require(_ methods: [String], _ request: ODataRequest) throws(ODataError) {
        guard methods.contains(request.method) else { throw .methodNotAllowed(request.method, allow: methods) }
    }

    private func require<Value>(
        _ method: String, _ request: ODataRequest, _ body: () async throws -> Value
    ) async throws -> Value {
        try Self.require([method], request)
        return try await body()
    }

    private static func json(_ value: some Encodable, status: Int = 200) throws -> ODataResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ODataResponse(
            status: status, headers: ["Content-Type": "application/json; charset=utf-8"],
            body: Array(try encoder.encode(value)))
    }
}
