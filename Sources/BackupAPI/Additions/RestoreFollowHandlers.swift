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
                let page = try await service.restores.units(
                    ofSession: context.key, from: context.start, limit: context.pageSize)
                return context.page(page.units.map { UnitProgressValue($0) }, of: page.count)
            }
        }
        odata.resource("restoreArtifacts", followedArtifactType) {
            $0.get(.restoreRead) { context in try await service.restores.artifact(id: context.key) }
            $0.operation(.function("itemErrors"), .restoreRead, answeringPageOf: ItemErrorValue.self) { context, _ in
                let artifact = try await service.restores.artifact(id: context.key)
                let page = try await service.restores.itemErrors(
                    ofArtifact: artifact.id, from: context.start, limit: context.pageSize)
                return context.page(page.errors.map { ItemErrorValue($0) }, of: page.count)
            }
        }
    }
}

extension RequestContext {
    /// Where a page begins in a list whose places are numbered from 0.
    var start: Int { position.flatMap { Int($0) }.map { max(0, $0) } ?? 0 }

    /// The page that begins at `start`.
    /// - Parameter count: how many values the whole list has.
    func page<Value>(_ values: [Value], of count: Int) -> ValuePage<Value> {
        let next = start + values.count
        return ValuePage(
            values, nextPosition: next < count && !values.isEmpty ? "\(next)" : nil,
            count: options.counts ? count : nil)
    }
}
