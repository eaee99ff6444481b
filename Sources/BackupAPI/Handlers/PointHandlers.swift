import ProtectionRules
import ProtectionService
import Catalog
import Foundation
import OData

extension Handlers {
    /// Restore points: list, get, their unit, and search.
    func bindPoints(_ odata: inout ODataService<APICaller>) {
        odata.resource("solutions/backupRestore/restorePoints", restorePointType) {
            $0.list(.pointsRead) { context in try await points(context) }
            $0.get(.search) { context in try await point(context.key) }
            $0.operation(.action("search"), .search, answering: SearchResponse.self) { context, arguments in
                do {
                    return try await search(context, try arguments.values(invalid: .invalidSearchRequest))
                } catch let error as ODataError where error.code == ODataErrorCode.badRequest.rawValue {
                    // An argument of the wrong type is a fault of the search like any other.
                    throw ODataError.refused(.invalidSearchRequest, error.message, target: error.target)
                }
            }
        }
        odata.resource("solutions/backupRestore/restorePoints/protectionUnit", unitBase) {
            $0.get(.search) { context in
                let point = try await point(context.path.key(of: "restorePoints") ?? "")
                guard let unit = try await catalog.find(ProtectionUnit.self, id: point.unitId) else {
                    throw ServiceError(.protectionUnitNotFound, "Unable to find the protection unit.")
                }
                return unit
            }
        }
        odata.expand("protectionUnit", of: restorePointType, to: unitBase) { points, _, _ in
            let byID = try await catalog.records(ProtectionUnit.self, ids: points.map(\.unitId))
            return Dictionary(
                points.map { ($0.id, byID[$0.unitId].map { [$0] } ?? []) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The points of the units that the filter in `$expand=protectionUnit(...)` selects. Source:
    /// contract operations.md, restore points.
    private func points(_ context: RequestContext<APICaller>) async throws -> Page<RestorePoint> {
        let expansion = context.options.expansion(of: "protectionUnit")
        guard context.path.target == .count || (context.options.filter != nil && expansion != nil) else {
            throw ODataError.refused(
                .invalidSearchRequest,
                """
                Name the unit and the period: $expand=protectionUnit($filter=id eq '...') and \
                $filter=protectionDateTime lt 2026-01-01T00:00:00Z.
                """
            )
        }
        try Self.checkUnitIDs(expansion?.options.filter, called: ["id"])
        try Self.checkUnitIDs(context.options.filter, called: ["protectionUnit", "id"])
        let places = RowPlaces.points(for: context.caller.kind)
        var condition = RowPredicate.true
        if let filter = expansion?.options.filter, let relation = places.relations["protectionUnit"] {
            if case .comparison(let path, .equal, .string(let id)) = filter, path.column == "id" {
                // With this condition an index on the unit yields its points in order.
                condition = .equal(relation.column, id)
            } else {
                condition = try await ofUnits(try relation.places.predicate(filter), relation)
            }
        }
        let list = RowList<RestorePoint>(
            catalog: catalog, defaultOrder: "protectionDateTime", places: places, indexed: ListOrders.points)
        // What was taken before a restore belongs to that restore, and no Graph client knows of it.
        return try await list.answer(context, where: .and([condition, .isOfCadence]))
    }

    /// Refuses a malformed unit id, which would find nothing. Source:
    /// contract operations.md, restore points.
    private static func checkUnitIDs(_ filter: FilterExpression?, called names: [String]) throws {
        for test in filter?.tests ?? [] {
            let values: [FilterValue] =
                switch test {
                case .comparison(let path, .equal, let value), .comparison(let path, .notEqual, let value):
                    path.names == names ? [value] : []
                case .oneOf(let path, let values): path.names == names ? values : []
                case .comparison, .text, .and, .or, .not: []
                }
            for case .string(let id) in values { try requireGUID(.invalidProtectionUnitID)(id) }
        }
    }

    /// The points of the units for which a condition holds. An index on the unit finds the points
    /// of a few units; for many units a scan of the points in their order costs less.
    private func ofUnits(_ condition: RowPredicate, _ relation: RowRelation) async throws -> RowPredicate {
        let units = try await catalog.count(Query<ProtectionUnit>(where: condition))
        return .related(column: relation.column, table: relation.table, condition, testsEachRow: units > Self.fewUnits)
    }

    private static let fewUnits = 256

    func point(_ id: String) async throws -> RestorePoint {
        guard let point = try await catalog.find(RestorePoint.self, id: id.lowercased()) else {
            throw ODataError.notFound("There is no such restore point.")
        }
        return point
    }

    private func search(_ context: RequestContext<APICaller>, _ values: ArgumentValues) async throws -> SearchResponse {
        let unitIDs: [String]? = try values.value("protectionUnitIds")
        let period: TimePeriod? = try values.value("protectionTimePeriod")
        let preference: RestorePointPreference? = try values.value("restorePointPreference")
        let tags: Set<RestorePointTag>? = try values.value("tags")
        let query: ArtifactQuery? = try values.value("artifactQuery")
        let policyID: String? = try values.value("policyId")
        let search = PointSearch(
            unitIDs: unitIDs ?? [], start: period?.startDateTime, end: period?.endDateTime,
            preference: preference == .oldest ? .oldest : .latest, tags: RestorePointTag.tags(tags ?? []),
            policyID: policyID)
        if let query {
            try await service.points.checkMailSearch(
                search, expression: query.queryExpression, isStructured: query.structuredQueryExpression != nil)
            throw ODataError.refused(.notImplemented, "This version does not search inside mailboxes.")
        }
        let result = try await service.points.search(search)
        var response = SearchResponse()
        response.searchResponseId = result.searchResponseID
        response.noResultProtectionUnitIds = result.noResultUnitIDs
        response.searchResults = result.found.map { found in
            var entry = SearchResult()
            let unit = context.entity(found.unit, unitBase)
            entry.restorePoint = context.entity(
                found.point, restorePointType, expanded: [("protectionUnit", .one(unit))])
            return entry
        }
        return response
    }
}
