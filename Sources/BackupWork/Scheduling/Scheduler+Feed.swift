import Catalog
import Foundation
import ProtectionRules
import ProtectionService
import Synchronization

extension Scheduler {
    /// Forgets changes that no client asks for any more.
    func trimFeed(_ now: Date) async throws {
        let number = try await service.catalog.read { try $0.changeNumber() }
        guard let old = feedAges.withLock({ $0.look(number: number, at: now) }) else { return }
        try await service.catalog.write { try $0.trimChanges(through: old) }
    }
}
