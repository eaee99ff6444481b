import BackupRepository
import Catalog
import Foundation
import ProtectionRules
import ProtectionService

// What time brings is looked for by one process at a time: every look is a few dozen questions, and
// reads the directory. That two look at once does no harm, because each change is made in a
// transaction in which it is still due; so a look that somebody asked for waits for nobody's turn.

extension Scheduler {
    private static let turn = "look"
    /// How long a process may be at its turn before another takes it over. One that takes longer is not
    /// alone any more, which does no harm.
    private static let turnSeconds = 60
    /// After how long a process asks again whether it is its turn.
    private static let secondsBetweenAsks = 10.0

    /// Looks for what is due where it is this process's turn, or where something was asked for.
    /// - Returns: the moment of the next look, which `look` tells.
    func lookInTurn(isAskedFor: Bool, _ look: () async throws -> Date) async throws -> Date {
        guard service.dependencies.isShared, !isAskedFor else { return try await look() }
        let (owner, asked) = (service.dependencies.process.description, service.now)
        // It looks before it writes, so that whoever waits makes no commits.
        let turn = try await service.catalog.find(ScheduleTurn.self, id: Self.turn)
        guard turn.map({ $0.nextDateTime <= asked && ($0.leaseExpiresDateTime ?? asked) <= asked }) ?? true else {
            return asked.addingTimeInterval(Self.secondsBetweenAsks)
        }
        let isOurs = try await service.catalog.write(.plain) {
            try $0.takeTurn(Self.turn, owner: owner, now: asked, leaseSeconds: Self.turnSeconds)
        }
        guard isOurs else { return asked.addingTimeInterval(Self.secondsBetweenAsks) }
        let next = try await look()
        try await service.catalog.write(.plain) { try $0.endTurn(Self.turn, owner: owner, next: next) }
        return min(next, service.now.addingTimeInterval(Self.secondsBetweenAsks))
    }
}
