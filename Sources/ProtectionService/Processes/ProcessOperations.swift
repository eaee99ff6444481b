import BackupRepository
public import Catalog
public import Foundation
public import ProtectionRules

extension ServiceContext {
    public var processes: ProcessOperations { ProcessOperations(context: self) }
}

/// The processes that serve one catalogue.
public struct ProcessOperations: OperationGroup {
    package let context: ServiceContext

    /// How often a process shows that it lives.
    public static let secondsBetweenSigns = 20.0
    /// One that showed nothing for longer counts as gone.
    static let patienceSeconds = 60.0
    /// The row of one that was killed is kept for so long, for people who look for it.
    static let keptSeconds = 86_400.0

    /// Those that live, and those that were killed within a day, the longest running first.
    public func all() async throws -> [(process: ServerProcess, isAlive: Bool)] {
        let now = now
        let rows = try await look { try $0.page(Query<ServerProcess>(order: [.init("startedDateTime")])) }
        return rows.map { ($0, now.timeIntervalSince($0.seenDateTime) <= Self.patienceSeconds) }
    }

    /// Shows that this process lives, and counts those that do.
    public func sign(roles: Set<ProcessRole>, version: String, since started: Date) async throws {
        var row = ServerProcess()
        let identity = dependencies.process.identity
        (row.id, row.host, row.version) = (identity.instance, identity.host, version)
        row.roles = StringList(ProcessRole.allCases.filter(roles.contains).map(\.rawValue))
        (row.startedDateTime, row.seenDateTime) = (started, now)
        let gone = RowPredicate.compare("seenDateTime", .less, now.addingTimeInterval(-Self.keptSeconds).sqlValue)
        let alive = RowPredicate.compare(
            "seenDateTime", .greaterOrEqual, now.addingTimeInterval(-Self.patienceSeconds).sqlValue)
        let rows = try await catalog.write(.plain) { [row] writer in
            try writer.save(row)
            _ = try writer.delete(ServerProcess.self, where: gone)
            return try writer.page(Query<ServerProcess>(where: alive))
        }
        dependencies.liveProcesses.note(api: rows.count { $0.roles.values.contains(ProcessRole.api.rawValue) })
    }

    /// Takes this process out of the list: it ends in good order.
    public func leave() async throws {
        let id = dependencies.process.identity.instance
        try await catalog.write(.plain) { _ = try $0.delete(ServerProcess.self, id: id) }
    }
}
