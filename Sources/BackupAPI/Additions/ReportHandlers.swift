import Foundation
import OData
import ProtectionService

/// The place of reports that are of no single thing.
struct ReportsRecord: Sendable, Identifiable {
    var id = "reports"
}

let reportsType = EntityType<ReportsRecord>("reports") {
    BoundOperation.function("protection", returns: .stream, argumentsInQuery: true)
    BoundOperation.function(
        "access", parameters: [Parameter("start", Date?.self), Parameter("end", Date?.self)], returns: .stream,
        argumentsInQuery: true)
}

extension Handlers {
    /// Reports as a file, for people who have no access here. Source: additions.md, A13.
    func bindReports(_ odata: inout ODataService<APICaller>) {
        let formats = [ReportWriter.csv]
        odata.resource("reports", reportsType) {
            $0.stream(.function("protection"), .monitorRead, formats: formats) { context, _ in
                answer(try await service.reports.protection(namesPeople: namesPeople(context)), context)
            }
            $0.stream(.function("access"), .monitorRead, formats: formats) { context, _ in
                let values = try context.callArguments().values()
                let (start, end): (Date?, Date?) = (try values.value("start"), try values.value("end"))
                return answer(
                    try await service.reports.access(start: start, end: end, namesPeople: namesPeople(context)),
                    context)
            }
        }
        odata.resource("restorePlans", restorePlanType) {
            $0.stream(.function("report"), .monitorRead, formats: formats) { context, _ in
                answer(
                    try await service.reports.restore(plan: context.key, namesPeople: namesPeople(context)), context)
            }
        }
    }

    private func namesPeople(_ context: RequestContext<APICaller>) -> Bool { context.caller.kind == .delegated }

    private func answer(_ report: Report, _ context: RequestContext<APICaller>) -> ODataResponse {
        let isCSV = context.options.format == ReportWriter.csv
        let writer = ReportWriter(report, made: service.dependencies.clock.now(), tenantID: service.tenantID)
        var headers = ContentAnswer.headers(fileName: writer.fileName(isCSV ? "csv" : "json"))
        headers["Content-Type"] = isCSV ? "text/csv; charset=utf-8; header=present" : ODataResponse.jsonContentType
        return ODataResponse(
            status: 200, headers: headers,
            stream: BodyStream { sink in
                try await isCSV ? writer.csv { try await sink.write($0) } : writer.json { try await sink.write($0) }
            })
    }
}
