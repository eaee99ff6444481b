import OData
import Synchronization

/// The OpenAPI documents of the surface, each made when it is first asked for.
final class OpenAPIPages: Sendable {
    private let odata: ODataService<APICaller>
    private let made = Mutex<[ServiceVersion: [UInt8]]>([:])

    private let origin: String

    /// - Parameter origin: the server's address for clients, if it is fixed; empty means the
    ///   address that the document was fetched from.
    init(_ odata: ODataService<APICaller>, origin: String) {
        self.odata = odata
        self.origin = origin
    }

    /// The version whose document a path names: `/openapi.json` and `/v1.0/openapi.json` the stable
    /// one, `/beta/openapi.json` the preview.
    static func version(of rawPath: String) -> ServiceVersion? {
        switch rawPath.lowercased() {
        case "/openapi.json", "/v1.0/openapi.json": .v1
        case "/beta/openapi.json": .beta
        default: nil
        }
    }

    /// The answer to a request for a document, which needs no token; nil for any other request.
    func answer(_ request: ODataRequest) -> ODataResponse? {
        guard let version = Self.version(of: request.rawPath) else { return nil }
        let identity = odata.identity(of: request)
        guard request.method == "GET" else {
            return ODataError.methodNotAllowed(request.method, allow: ["GET"]).response(for: identity)
        }
        var answer = ODataResponse(status: 200, headers: ["Content-Type": "application/json"], body: document(version))
        answer.addCommonHeaders(identity)
        return answer
    }

    private func document(_ version: ServiceVersion) -> [UInt8] {
        if let known = made.withLock({ $0[version] }) { return known }
        let document = odata.openAPI(
            version, title: "Holdfast",
            description:
                """
                The Microsoft 365 Backup Storage API of Microsoft Graph, served from your own storage. Made from \
                the table that routes requests.
                """,
            origin: origin)
        made.withLock { $0[version] = document }
        return document
    }
}
