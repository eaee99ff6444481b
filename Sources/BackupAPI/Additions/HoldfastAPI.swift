public import OData

/// The additions below `/holdfast/v1.0`: an OData service of its own beside the Graph surface.
public struct HoldfastAPI: GraphAPI {
    private let surface: Surface

    /// Binds the additions to a service.
    public init(_ settings: SurfaceSettings) {
        var odata = settings.odata(additionsModel)
        let handlers = Handlers(service: settings.service)
        handlers.bindDirectoryLists(&odata)
        handlers.bindPolicyPreviews(&odata)
        handlers.bindUnitStates(&odata)
        handlers.bindOverview(&odata)
        handlers.bindHealth(&odata)
        handlers.bindConfiguration(&odata)
        handlers.bindRestorePoints(&odata)
        handlers.bindBackups(&odata)
        handlers.bindDifferences(&odata)
        handlers.bindPlans(&odata)
        handlers.bindRestoreFollowing(&odata)
        handlers.bindIncidents(&odata)
        handlers.bindChangeSeries(&odata)
        handlers.bindDownloads(&odata)
        handlers.bindEvents(&odata, graph: BackupGraphAPI(settings.withoutAdmission), clock: settings.pacing)
        handlers.bindFileSearches(&odata)
        handlers.bindFileVersions(&odata)
        handlers.bindPeople(&odata)
        handlers.bindAudit(&odata)
        handlers.bindReports(&odata)
        handlers.bindMails(&odata)
        surface = Surface(odata, openAPI: .additions(odata, origin: settings.publicURL ?? ""))
    }

    /// Whether a path, as it was sent, is one of the additions, known or not.
    public static func owns(rawPath: String) -> Bool { additionsModel.root.owns(rawPath: rawPath) }

    public func respond(to request: ODataRequest, principal: Principal?) async -> ODataResponse {
        await surface.respond(to: request, principal: principal)
    }

    public func methods(at rawPath: String) -> [String] { surface.methods(at: rawPath) }

    public func route(at rawPath: String) -> String? { surface.route(at: rawPath) }

    public func refusal(_ error: ODataError, to request: ODataRequest) -> ODataResponse {
        surface.refusal(error, to: request)
    }
}
