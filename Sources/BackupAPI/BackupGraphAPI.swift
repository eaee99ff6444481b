import ProtectionRules
public import ProtectionService
import Catalog
import Foundation
public import OData
import Texts

/// The Microsoft 365 Backup Storage surface: the declared model with its behaviour.
public struct BackupGraphAPI: GraphAPI {
    private let surface: Surface

    /// Binds the surface to a service.
    public init(_ settings: SurfaceSettings) {
        var odata = settings.odata(graphModel)
        let handlers = Handlers(service: settings.service)
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
        surface = Surface(odata, openAPI: .graph(odata, origin: settings.publicURL ?? ""))
    }

    /// Binds the surface to a service, with settings of its own.
    public init(
        service: ServiceContext, sign: @escaping @Sendable ([UInt8]) -> [UInt8],
        publicURL: String? = nil, admission: [Admission] = [],
        report: @escaping @Sendable (_ requestID: String, _ failure: String) -> Void
    ) {
        self.init(
            SurfaceSettings(
                service: service, sign: sign, publicURL: publicURL, admission: admission, report: report))
    }

    public func respond(to request: ODataRequest, principal: Principal?) async -> ODataResponse {
        await surface.respond(to: request, principal: principal)
    }

    public func methods(at rawPath: String) -> [String] { surface.methods(at: rawPath) }

    public func route(at rawPath: String) -> String? { surface.route(at: rawPath) }

    public func refusal(_ error: ODataError, to request: ODataRequest) -> ODataResponse {
        surface.refusal(error, to: request)
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
            },
            isFirstParty: service.dependencies.firstPartyApplications.contains(principal.applicationID.lowercasedGUID),
            unitLimit: principal.unitLimit)
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
