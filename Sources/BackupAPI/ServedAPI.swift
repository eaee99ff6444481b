public import OData

/// Everything that a server answers: the Graph surface, and the additions below `/holdfast`.
public struct ServedAPI: GraphAPI {
    private let graph: BackupGraphAPI
    private let additions: HoldfastAPI

    /// Binds both surfaces to one service.
    public init(_ settings: SurfaceSettings) {
        graph = BackupGraphAPI(settings)
        additions = HoldfastAPI(settings)
    }

    public func respond(to request: ODataRequest, principal: Principal?) async -> ODataResponse {
        await surface(of: request.rawPath).respond(to: request, principal: principal)
    }

    public func methods(at rawPath: String) -> [String] { surface(of: rawPath).methods(at: rawPath) }

    public func route(at rawPath: String) -> String? { surface(of: rawPath).route(at: rawPath) }

    public func refusal(_ error: ODataError, to request: ODataRequest) -> ODataResponse {
        surface(of: request.rawPath).refusal(error, to: request)
    }

    private func surface(of rawPath: String) -> any GraphAPI {
        HoldfastAPI.owns(rawPath: rawPath) ? additions : graph
    }
}
