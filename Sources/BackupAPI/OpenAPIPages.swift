import OData
import Synchronization

/// The OpenAPI documents of a surface, each made when it is first asked for.
final class OpenAPIPages: Sendable {
    private let odata: ODataService<APICaller>
    private let made = Mutex<[ServiceVersion: [UInt8]]>([:])
    /// The versions by the path of their document, in lower case.
    private let paths: [String: ServiceVersion]
    private let title: String
    private let description: String
    private let origin: String

    /// - Parameter paths: the path of each document, in lower case.
    /// - Parameter origin: the server's address for clients, if it is fixed; empty means the
    ///   address that the document was fetched from.
    private init(
        _ odata: ODataService<APICaller>, at paths: [String: ServiceVersion], title: String, description: String,
        origin: String
    ) {
        self.odata = odata
        self.paths = paths
        self.title = title
        self.description = description
        self.origin = origin
    }

    /// The documents of the Graph surface: `/openapi.json` and `/v1.0/openapi.json` the stable
    /// one, `/beta/openapi.json` the preview.
    static func graph(_ odata: ODataService<APICaller>, origin: String) -> OpenAPIPages {
        OpenAPIPages(
            odata, at: ["/openapi.json": .v1, "/v1.0/openapi.json": .v1, "/beta/openapi.json": .beta],
            title: "Holdfast",
            description:
                """
                The Microsoft 365 Backup Storage API of Microsoft Graph, served from your own storage. Made from \
                the table that routes requests.
                """,
            origin: origin)
    }

    /// The document of the additions, `/holdfast/v1.0/openapi.json`.
    static func additions(_ odata: ODataService<APICaller>, origin: String) -> OpenAPIPages {
        OpenAPIPages(
            odata, at: ["/\(odata.model.root.path(of: .v1))/openapi.json": .v1], title: "Holdfast additions",
            description:
                """
                What Holdfast offers beside the Microsoft 365 Backup Storage API: the state of everything that can \
                be protected, changes, plans for restores, searches. Made from the table that routes requests.
                """,
            origin: origin)
    }

    /// The version whose document a path names.
    func version(of rawPath: String) -> ServiceVersion? { paths[rawPath.lowercased()] }

    /// The answer to a request for a document, which needs no token; nil for any other request.
    func answer(_ request: ODataRequest) -> ODataResponse? {
        guard let version = version(of: request.rawPath) else { return nil }
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
        let document = odata.openAPI(version, title: title, description: description, origin: origin)
        made.withLock { $0[version] = document }
        return document
    }
}
