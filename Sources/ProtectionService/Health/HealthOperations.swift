import Catalog
import Logging

/// How the service is, check by check.
public struct HealthOperations: OperationGroup {
    package let context: ServiceContext

    /// Looks at everything that can be looked at now, notes it in the report, and returns every check of
    /// the report. A part of the server that sets checks itself is not asked again.
    public func look() async -> [HealthCheck] {
        let (report, now) = (dependencies.health, now)
        var surroundings = HealthSurroundings(now: now)
        surroundings.isCatalogDamaged = context.catalog.writeGate.isClosed
        surroundings.isStorageUsable = dependencies.isStorageUsable()
        surroundings.certificateExpiry = dependencies.certificateExpiry()
        let standing = dependencies.heartbeats.standing(dependencies.clock)
        surroundings.parts = Heartbeats.Part.allCases.map { part in
            (part, dependencies.heartbeats.lastBeat(of: part), standing.contains(part))
        }
        do {
            surroundings.figures = try await context.figures.read()
        } catch {
            dependencies.logger.error("The catalogue cannot be read.", metadata: ["cause": "\(error)"])
        }
        for finding in surroundings.findings {
            report.set(
                finding.name, to: finding.verdict, message: finding.message, action: finding.action,
                figures: finding.figures, at: now)
        }
        return report.checks.map { check in
            var check = check
            if check.action == nil, check.status != .ok { check.action = HealthFinding.advice[check.name] }
            return check
        }
    }
}

extension ServiceContext {
    public var health: HealthOperations { HealthOperations(context: self) }
}
