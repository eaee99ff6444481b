import Catalog
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// Searches for names of files across restore points.
    func bindFileSearches(_ odata: inout ODataService<APICaller>) {
        odata.resource("fileSearches", fileSearchType) {
            $0.create(.restoreWrite) { context, body in
                try await service.access.requireMayChange(.restore, caller(context))
                var search = FileSearchEntity()
                try body.entity().apply(to: &search)
                return EntityAnswer(
                    FileSearchEntity(try await service.fileSearch.create(search.request, caller(context))))
            }
            $0.get(.restoreWrite) { context in
                FileSearchEntity(try await service.fileSearch.search(id: context.key))
            }
            $0.delete(.restoreWrite) { context in
                try await service.fileSearch.delete(id: context.key, caller(context))
            }
            $0.operation(
                .function("results"), .restoreWrite, answeringPageOf: FileResultValue.self
            ) { context, arguments in
                _ = try arguments.values()
                let page = try await service.fileSearch.results(
                    id: context.key, from: context.position, pageSize: context.pageSize)
                let units = try await catalog.records(ProtectionUnit.self, ids: page.results.map(\.unitID))
                return ValuePage(
                    page.results.map { result in
                        FileResultValue(
                            result, of: units[result.unitID] ?? ProtectionUnit().with { $0.id = result.unitID })
                    }, nextPosition: page.next)
            }
        }
    }

    /// The states that the points of a unit have of one path.
    func bindFileVersions(_ odata: inout ODataService<APICaller>) {
        odata.resource("protectionUnits", unitType) {
            $0.operation(
                .function("versions"), .restoreWrite, answeringPageOf: FileVersionValue.self
            ) { context, arguments in
                let path: String = try arguments.values().value("path")
                let versions = try await service.fileSearch.versions(unitID: context.key, path: path)
                let start = context.position.flatMap { Int($0) } ?? 0
                guard (0...versions.count).contains(start) else { return ValuePage([]) }
                let page = versions[start...].prefix(max(1, context.pageSize))
                return ValuePage(
                    page.map(FileVersionValue.init),
                    nextPosition: page.endIndex < versions.count ? "\(page.endIndex)" : nil)
            }
        }
    }
}
