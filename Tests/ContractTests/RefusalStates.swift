import BackupAPI
import BackupServer
import ProtectionRules
import BackupTesting
import Catalog
import Foundation
import OData

@testable import Sandbox

extension Refusal {
    /// What the world is like before the request.
    enum State: Sendable {
        /// One row of everything; policies inactive, sessions drafts.
        case filled
        /// As `filled`, with policies active.
        case active
        /// As `filled`, with sessions active.
        case running
        /// The service is off.
        case disabled
        /// The caller is not the controller.
        case foreign
        /// The caller will be the controller later.
        case waiting
        /// The caller will be replaced as the controller by another application.
        case handOver
        /// Others than the controller are registered.
        case others
        /// As many sessions run as may.
        case crowded
        /// As many artifacts were restored today as may.
        case spent
        /// There is a draft without artifacts.
        case empty
        /// There is a second unit with a point.
        case twoPoints
        /// The unit is detached.
        case detached
        /// A dynamic rule protects the unit.
        case ruled
        /// The catalogue cannot be written.
        case failing
        /// The token is no good.
        case stranger
        /// The caller has asked too often.
        case throttled
        /// The server works on as many requests as may.
        case overloaded
        /// The refusal itself was ordered through the sandbox.
        case ordered
    }
}

extension World {
    /// A draft without artifacts.
    static let emptySession = "10000000-0000-4000-8000-000000000001"

    /// A filled world in the state that a refusal asks for.
    static func made(for refusal: Refusal) async throws -> World {
        var limits = ServiceLimits()
        var admission: [Admission] = []
        if refusal.state == .spent { limits.restoreArtifactsPerDay = 1 }
        if refusal.state == .throttled {
            let throttle = RequestThrottle(requestsPerSecond: 0.01, burst: 1, clock: ManualClock(.distantPast))
            _ = throttle.refusal(of: ODataRequest(method: "GET", rawPath: "/"), principal())
            admission = [{ throttle.refusal(of: $0, $1) }]
        }
        let world = try await World(limits: limits, admission: admission)
        _ = try await world.filled()
        try await world.fillRulesAndBrowsing()
        try await world.prepare(refusal.state)
        if refusal.state == .ordered {
            try world.order(["request": ["path": .string(refusal.target)], "code": .string(refusal.code)])
        }
        return world
    }

    /// Orders a failure as the sandbox's control surface does.
    func order(_ body: JSONValue) throws {
        _ = faults.order(try FaultOrder.fault(from: FaultBody.read(body.encoded)))
    }

    private func prepare(_ state: Refusal.State) async throws {
        let now = clock.now()
        try await catalog.store.write { writer in
            switch state {
            case .filled, .failing, .stranger, .throttled, .overloaded, .ordered: break
            case .disabled:
                try writer.update(
                    ServiceState(id: Self.tenantID, status: .disabled).with {
                        $0.lastModifiedDateTime = now
                    })
            case .foreign: try writer.update(self.app(Self.application, .inactive))
            case .waiting: try writer.update(self.app(Self.application, .pendingActive))
            case .handOver:
                try writer.update(self.app(Self.application, .pendingInactive))
                try writer.insert(contentsOf: [
                    self.app(Self.otherApplications[0], .pendingActive), self.app(Self.otherApplications[1], .inactive),
                ])
            case .others: try writer.insert(contentsOf: Self.otherApplications.map { self.app($0, .inactive) })
            case .active:
                for workload in Workload.allCases {
                    try writer.update(self.policy(Self.id(1, workload), .active, workload))
                    try writer.update(
                        self.unit(
                            Self.id(2, workload), of: Self.ines, workload, policy: Self.id(1, workload), .protected))
                }
            case .running:
                for workload in Workload.allCases {
                    try writer.update(self.session(Self.id(4, workload), .active, workload, artifacts: 1))
                }
            case .crowded:
                for number in 0..<25 {
                    try writer.insert(self.session("10000000-0000-4000-8000-0000000000\(10 + number)", .active))
                }
            case .spent: try writer.insert(self.session(World.emptySession, .completed, artifacts: 1))
            case .empty: try writer.insert(self.session(World.emptySession, .draft))
            case .twoPoints:
                try writer.insert(self.unit(Self.secondUnit, of: Self.tomas, policy: nil))
                try writer.insert(self.point(Self.secondPoint, of: Self.secondUnit))
            case .detached: try writer.update(self.unit(Self.id(2, .oneDriveForBusiness), of: Self.ines, policy: nil))
            case .ruled:
                var unit = self.unit(
                    Self.id(2, .oneDriveForBusiness), of: Self.ines, policy: Self.id(1, .oneDriveForBusiness))
                unit.protectionSources = .dynamicRule
                try writer.update(unit)
            }
        }
    }

    private func app(_ id: String, _ status: ServiceAppStatus) -> ServiceApp {
        let isArranged = status == .pendingActive || status == .pendingInactive
        return ServiceApp(
            id: id, status: status, registrationDateTime: clock.now(), lastModifiedDateTime: clock.now()
        ).with {
            $0.effectiveDateTime = isArranged ? clock.now() + 10 * 86_400 : nil
        }
    }
}
