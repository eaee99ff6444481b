import Catalog
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// Running restores of every client: how far they are, and how they are stopped, repeated and
    /// taken back. Source: additions.md, A7 and A8.
    func bindRestoreFollowing(_ odata: inout ODataService<APICaller>) {
        odata.resource("restoreSessions", followedSessionType) {
            $0.checkID(Self.requireGUID(.invalidRestoreSessionID))
            $0.get(.restoreRead) { context in try await session(context.key, nil) }
            $0.action("cancel", .restoreWrite) { context, _ in
                EntityAnswer(
                    try await service.restores.cancel(id: context.key, caller(context)), status: 202)
            }
            $0.action("retry", .restoreWrite) { context, _ in
                EntityAnswer(try await service.restores.retry(id: context.key, caller(context)), status: 202)
            }
            $0.operation(.action("undo"), .restoreWrite, status: 201, answering: InlineEntity.self) { context, _ in
                let plan = try await service.plans.undo(id: context.key, caller(context))
                return context.entity(try await record(of: plan), restorePlanType)
            }
            $0.operation(.function("progress"), .restoreRead, answering: RestoreProgressValue.self) { context, _ in
                RestoreProgressValue(try await service.restores.progress(ofSession: context.key))
            }
            $0.operation(.function("units"), .restoreRead, answeringPageOf: UnitProgressValue.self) { context, _ in
                let session = try await session(context.key, nil)
                let page = try await rows(
                    Query<RestoreArtifact>(where: .equal("sessionId", session.id), order: [.init("ordinal")]), context)
                let units = try await service.restores.units(of: page.rows, inSession: session.id)
                return ValuePage(
                    units.map { UnitProgressValue($0) }, nextPosition: page.next,
                    count: context.options.counts ? page.count : nil)
            }
        }
        odata.resource("restoreArtifacts", followedArtifactType) {
            $0.get(.restoreRead) { context in try await followedArtifact(context.key) }
            $0.operation(.function("itemErrors"), .restoreRead, answeringPageOf: ItemErrorValue.self) { context, _ in
                let artifact = try await followedArtifact(context.key)
                let page = try await rows(
                    Query<RestoreItemError>(where: .equal("artifactId", artifact.id), order: [.init("ordinal")]),
                    context)
                return ValuePage(
                    page.rows.map { ItemErrorValue($0) }, nextPosition: page.next,
                    count: context.options.counts ? page.count : nil)
            }
        }
    }

    private func followedArtifact(_ id: String) async throws -> RestoreArtifact {
        guard let artifact = try await catalog.find(RestoreArtifact.self, id: id.lowercased()) else {
            throw ServiceError(.itemNotFound, "There is no such restore artifact.")
        }
        return artifact
    }

    /// A page of rows that are numbered from 0 and never change their numbers.
    private func rows<Record>(
        _ query: Query<Record>, _ context: RequestContext<APICaller>
    ) async throws -> (rows: [Record], next: String?, count: Int) {
        let start = context.position.flatMap { Int($0) } ?? 0
        let count = try await catalog.count(query)
        var query = query
        (query.offset, query.limit) = (start, context.pageSize)
        let rows = try await catalog.page(query)
        let next = start + rows.count
        return (rows, next < count && !rows.isEmpty ? "\(next)" : nil, count)
    }
}
