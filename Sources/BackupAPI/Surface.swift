import Catalog
import ProtectionRules
public import ProtectionService
import Foundation
import OData

/// What the surfaces of one server share: the service, and what stands before every request.
public struct SurfaceSettings: Sendable {
    let service: ServiceContext
    let sign: @Sendable ([UInt8]) -> [UInt8]
    let publicURL: String?
    let admission: [Admission]
    let report: @Sendable (_ requestID: String, _ failure: String) -> Void
    /// Paces events. Not the service's clock, which a sandbox stops.
    let pacing: any WallClock

    /// - Parameter sign: a keyed digest for page tokens, so that foreign ones are refused.
    /// - Parameter publicURL: the scheme and authority that clients use, if configured; for
    ///   documents that are not created per request.
    /// - Parameter admission: called before each request, also within a batch; the first error
    ///   refuses the request before anything happens.
    /// - Parameter report: receives failures that the client sees only as a request id.
    public init(
        service: ServiceContext, sign: @escaping @Sendable ([UInt8]) -> [UInt8],
        publicURL: String? = nil, admission: [Admission] = [],
        pacing: any WallClock = SystemClock(),
        report: @escaping @Sendable (_ requestID: String, _ failure: String) -> Void
    ) {
        self.pacing = pacing
        self.service = service
        self.sign = sign
        self.publicURL = publicURL
        self.admission = admission
        self.report = report
    }

    /// The same for requests of the server itself, which are not counted.
    var withoutAdmission: SurfaceSettings {
        SurfaceSettings(service: service, sign: sign, publicURL: publicURL, pacing: pacing, report: report)
    }

    /// A service of a model without handlers: its clock, limits, errors and rights.
    func odata(_ model: Model) -> ODataService<APICaller> {
        var odata = ODataService<APICaller>(model: model, configuration: configuration)
        odata.authorization = { [service] operation, caller in
            guard let area = operation.readArea else { return }
            try await service.access.requireMayRead(area, applicationID: caller.principal.applicationID)
        }
        let audit = Audit(service: service, report: report)
        odata.witness = { try await audit.witness($0, $1) }
        if !admission.isEmpty {
            // `first` of a lazy sequence would call the refusing admission twice.
            odata.admission = { [admission] request, caller in
                for admit in admission {
                    if let refusal = admit(request, caller.principal) { return refusal }
                }
                return nil
            }
        }
        return odata
    }

    /// What clients are told of a failure; nil for one that only the log may know. Reads ask the
    /// catalogue themselves, and a database that is away for a moment is no fault of the program.
    static func told(_ error: any Error) -> ServiceError? {
        if let error = error as? ServiceError { return error }
        guard let error = error as? CatalogError, error.isTransient else { return nil }
        return ServiceError(catalogue: error)
    }

    private var configuration: ServiceConfiguration {
        let dependencies = service.dependencies
        var configuration = ServiceConfiguration(
            now: { dependencies.clock.now() }, makeRequestID: dependencies.makeID, sign: sign,
            mapError: { [report] error, identity in
                guard let error = Self.told(error) else {
                    report(identity.requestID, "\(error)")
                    return .internalServerError
                }
                if let detail = error.detail { report(identity.requestID, "\(error.code): \(detail)") }
                return ErrorTable.error(error)
            })
        configuration.defaultPageSize = dependencies.limits.pageSize
        configuration.maximumPageSize = dependencies.limits.pageSizeMost
        configuration.queryLimits.maximumFilterTerms = dependencies.limits.filterTerms
        return configuration
    }
}

/// One OData service in front of the server: its model with its behaviour, and its documents.
struct Surface: GraphAPI {
    private let odata: ODataService<APICaller>
    private let openAPI: OpenAPIPages

    init(_ odata: ODataService<APICaller>, openAPI: OpenAPIPages) {
        self.odata = odata
        self.openAPI = openAPI
    }

    func respond(to request: ODataRequest, principal: Principal?) async -> ODataResponse {
        if let page = openAPI.answer(request) { return page }
        if let principal { return await odata.respond(to: request, as: APICaller(principal: principal)) }
        return odata.respondWithoutCaller(to: request)
            ?? refusal(
                ODataError(.invalidAuthenticationToken, "Access token is empty."),
                to: request)
    }

    func methods(at rawPath: String) -> [String] {
        openAPI.version(of: rawPath) == nil ? odata.methods(at: rawPath) : ["GET"]
    }

    func route(at rawPath: String) -> String? {
        openAPI.version(of: rawPath) == nil ? odata.route(at: rawPath) : "/openapi.json"
    }

    func refusal(_ error: ODataError, to request: ODataRequest) -> ODataResponse {
        error.response(for: odata.identity(of: request))
    }
}
