import Catalog
import Foundation
import Logging
import ProtectionRules

/// Whether the service can do its work now.
public struct ReadinessOperations: OperationGroup {
    package let context: ServiceContext

    /// The names of what keeps it from that: `catalog` (which cannot be read, or is damaged),
    /// `storage`, `scheduler`, `worker`. Writes nothing.
    public func failing() async -> [String] {
        var failing: [String] = []
        let isReadable = await isCatalogReadable()
        if !isReadable || context.catalog.writeGate.isClosed { failing.append("catalog") }
        if !dependencies.isStorageUsable() { failing.append("storage") }
        return failing + dependencies.heartbeats.standing(dependencies.clock).map(\.rawValue)
    }

    /// Whether it is open and has the tables of this program.
    func isCatalogReadable() async -> Bool {
        do {
            _ = try await look { try $0.find(ServiceState.self, id: "") }
            return true
        } catch {
            dependencies.logger.error("The catalogue cannot be read.", metadata: ["cause": "\(error)"])
            return false
        }
    }
}

extension ServiceContext {
    public var readiness: ReadinessOperations { ReadinessOperations(context: self) }
}
