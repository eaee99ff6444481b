import ProtectionRules
public import ProtectionService
import Catalog
import Foundation
public import OData
import Texts

/// The Microsoft 365 Backup Storage surface: the declared model with its behaviour.
public struct BackupGraphAPI: GraphAPI {
    private let odata: ODataService<APICaller>
    private let openAPI: OpenAPIPages

    /// Binds the surface to a service.
    /// - Parameter sign: a keyed digest for page tokens, so that foreign ones are refused.
    /// - Parameter publicURL: the scheme and authority that clients use, if configured; for
    ///   documents that are not created per request.
    /// - Parameter admission: called before each request, also within a batch; the first error
    ///   refuses the request before anything happens.
    /// - Parameter report: receives failures that the client sees only as a request id.
    public init(
        service: ServiceContext, sign: @escaping @Sendable ([UInt8]) -> [UInt8],
        publicURL: String? = nil, admission: [Admission] = [],
        report: @escaping @Sendable (_ requestID: String, _ failure: String) -> Void
    ) {
        let dependencies = service.dependencies
        var configuration = ServiceConfiguration(
            now: { dependencies.clock.now() }, makeRequestID: dependencies.makeID, sign: sign,
            mapError: { error, identity in
                guard let error = error as? ServiceError else {
                    report(identity.requestID, "\(error)")
                    return .internalServerError
                }
                if let detail = error.detail { report(identity.requestID, "\(error.code): \(detail)") }
                return ErrorTable.error(error)
            })
        configuration.defaultPageSize = dependencies.limits.pageSize
        configuration.maximumPageSize = dependencies.limits.pageSizeMost
        configuration.queryLimits.maximumFilterTerms = dependencies.limits.filterTerms
        var odata = ODataService<APICaller>(model: graphModel, configuration: configuration)
        let handlers = Handlers(service: service)
        handlers.bindRoot(&odata)
        handlers.bindPolicies(&odata)
        handlers.bindUnits(&odata)
        handlers.bindRules(&odata)
        handlers.bindBulkJobs(&odata)
        handlers.bindExclusions(&odata)
        handlers.bindPoints(&odata)
        handlers.bindSessions(&odata)
        handlers.bindBrowsing(&odata)
        handlers.bindGranular(&odata)
        handlers.bindBulkRequests(&odata)
        handlers.bindMonitoring(&odata)
        handlers.bindDirectory(&odata)
        handlers.bindExpansions(&odata)
        odata.authorization = { operation, caller in
            guard let area = operation.readArea else { return }
            try await service.access.requireMayRead(area, applicationID: caller.principal.applicationID)
        }
        if !admission.isEmpty {
            // `first` of a lazy sequence would call the refusing admission twice.
            odata.admission = { request, caller in
                for admit in admission {
                    if let refusal = admit(request, caller.principal) { return refusal }
                }
                return nil
            }
        }
        self.odata = odata
        openAPI = OpenAPIPages(odata, origin: publicURL ?? "")
    }

    public func respond(to request: ODataRequest, principal: Principal?) async -> ODataResponse {
        if let page = openAPI.answer(request) { return page }
        if let principal { return await odata.respond(to: request, as: APICaller(principal: principal)) }
        return odata.respondWithoutCaller(to: request)
            ?? refusal(
                ODataError(.invalidAuthenticationToken, "Access token is empty."),
                to: request)
    }

    public func methods(at rawPath: String) -> [String] {
        OpenAPIPages.version(of: rawPath) == nil ? odata.methods(at: rawPath) : ["GET"]
    }

    public func refusal(_ error: ODataError, to request: ODataRequest) -> ODataResponse {
        error.response(for: odata.identity(of: request))
    }
}

/// The behaviour of the declared surface: everything that happens beyond storing.
struct Handlers: Sendable {
    let service: ServiceContext

    var catalog: CatalogStore { service.dependencies.catalog }

    /// The caller as the service expects it.
    func caller(_ context: RequestContext<APICaller>) -> Caller {
        let principal = context.caller.principal
        return Caller(
            application: Identity(
                id: principal.applicationID.lowercasedGUID, displayName: Self.kept(principal.applicationName)),
            user: principal.user.map {
                Identity(id: $0.id.lowercasedGUID, displayName: Self.kept($0.displayName), email: Self.kept($0.email))
            })
    }

    /// A name from a token without NUL, which the catalogue cannot keep and an issuer's
    /// user may have set.
    private static func kept(_ name: String?) -> String? {
        name.map { $0.has("\0") ? $0.parts(at: "\0").joined(separator: "\u{fffd}") : $0 }
    }

    /// A check that refuses an id that is not a GUID.
    static func requireGUID(_ code: ServiceErrorCode) -> @Sendable (String) throws(ODataError) -> Void {
        @Sendable func check(_ id: String) throws(ODataError) {
            guard UUID(uuidString: id) != nil else { throw .refused(code, "'\(id)' is not a valid id.") }
        }
        return check
    }
}

extension String {
    /// A GUID in lower case, in which it is kept and compared; any other text unchanged.
    fileprivate var lowercasedGUID: String { UUID(uuidString: self) == nil ? self : lowercased() }
}
