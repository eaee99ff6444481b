import ProtectionRules
import ProtectionService
import Catalog
import OData

extension Handlers {
    /// Browse sessions, and browsing: POST, the next page by GET on the same path, and the function
    /// form of the SDKs.
    func bindBrowsing(_ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore/browseSessions", browseBase) { bindBrowsing(nil, &$0) }
        for workload in Workload.browsable {
            odata.resource("solutions/backupRestore/\(workload.browseSessions)", browseType(workload)) {
                bindBrowsing(workload, &$0)
                $0.create(.restoreWrite) { context, body in
                    try await service.access.requireMayChange(.restore, caller(context))
                    var record = BrowseSession()
                    try body.entity(invalid: .invalidRestorePoint).apply(to: &record)
                    let pointID = record.restorePointId.isEmpty ? nil : record.restorePointId
                    return EntityAnswer(
                        try await service.browsing.createSession(
                            restorePointID: pointID, workload: workload, caller(context)))
                }
            }
        }
    }

    private func bindBrowsing(_ workload: Workload?, _ handlers: inout ResourceHandlers<BrowseSession, APICaller>) {
        handlers.list(.restoreWrite) { context in
            var condition = service.browsing.isOpenSession
            let wanted =
                workload
                ?? context.path.cast.flatMap { cast in Workload.browsable.first { $0.browseSessionType == cast } }
            if let wanted { condition = .and([condition, .equal("workload", wanted)]) }
            return try await RowList<BrowseSession>(
                catalog: catalog, defaultOrder: "createdDateTime", places: .browseSessions
            ).answer(context, where: condition)
        }
        handlers.get(.restoreWrite) { context in try await service.browsing.session(id: context.key, workload: workload)
        }
        handlers.operation(.action("browse"), .restoreWrite, answeringPageOf: BrowseResponseItem.self) {
            context, arguments in
            _ = try await service.browsing.session(id: context.key, workload: workload)
            let query = try Self.query(try arguments.values(invalid: .invalidBrowseRequest))
            return Self.page(
                try await service.browsing.page(
                    sessionID: context.key, workload: workload, query, pageSize: context.pageSize))
        }
        handlers.operation(.function("browse"), .restoreWrite, answeringPageOf: BrowseResponseItem.self) {
            context, arguments in
            _ = try await service.browsing.session(id: context.key, workload: workload)
            let position = try Self.position(context, try arguments.values(invalid: .invalidBrowseRequest))
            return Self.page(
                try await service.browsing.page(
                    sessionID: context.key, workload: workload, from: position, pageSize: context.pageSize))
        }
        handlers.recodeInvalidToken(of: .function("browse"), ODataErrorCode(.invalidBrowseRequest))
    }

    private static func query(_ values: ArgumentValues) throws -> BrowseQuery {
        do {
            let key: String? = try values.value("browseLocationItemKey")
            let type: BrowsableResourceType? = try values.value("browseResourceType")
            let filter: String? = try values.value("filter")
            let order: BrowseOrder? = try values.value("orderBy")
            let kind = type.flatMap { $0 == .none ? nil : BrowseItemKind(rawValue: $0.rawValue) }
            return BrowseQuery(locationKey: key, locationKind: kind, filter: filter, order: order ?? .nameAsc)
        } catch {
            throw ODataError.refused(.invalidBrowseRequest, error.message, target: error.target)
        }
    }

    /// Where the next page begins: in `$skiptoken` of a next link, or in the
    /// argument of the function.
    private static func position(_ context: RequestContext<APICaller>, _ values: ArgumentValues) throws -> String {
        if let position = context.position { return position }
        do {
            let token: String = try values.value("nextFetchToken")
            return try context.position(inToken: token)
        } catch {
            throw ODataError.refused(
                .invalidBrowseRequest, "Read the next page with the token of the page before.", target: error.target)
        }
    }

    private static func page(_ page: BrowsePage) -> ValuePage<BrowseResponseItem> {
        // The count is that of this page. Source: contract operations.md, browse.
        ValuePage(page.items.map(BrowseResponseItem.init), nextPosition: page.next, count: page.items.count)
    }
}
