import Catalog
public import OData
import ProtectionRules
import ProtectionService

/// The page at which people sign in with an account of this server. It works without JavaScript.
public struct AuthorizePage: Sendable {
    private let service: ServiceContext
    private let check: PersonCheck
    private let rules: DoorRules
    private let files: @Sendable () throws -> PortalFiles
    private let tenant: String

    init(_ site: PortalSite) {
        service = site.service
        check = site.check
        rules = site.rules
        files = site.configuration.files
        tenant = site.configuration.tenantName
    }

    /// Answers GET with the page, and POST with a code for the program or the page once more.
    public func answer(_ request: PortalRequest) async throws -> ODataResponse {
        let wanted: AuthorizeRequest
        do throws(AuthorizeRequest.Refusal) {
            wanted = try AuthorizeRequest(request.query, origin: request.question.origin)
        } catch {
            return try refusal(error, request)
        }
        guard request.method == "POST" else { return try page(request, wanted, error: "", status: 200) }
        if let refusal = rules.formRefusal(request) {
            return try page(request, wanted, error: refusal.error.message, status: 403)
        }
        let form = request.form
        let outcome = try await check.outcome(
            name: form["name"], password: form["password"], code: form["code"], address: request.address)
        switch outcome {
        case .refused(let reason): return try page(request, wanted, error: reason, status: 400)
        case .accepted(let account):
            let code = try await service.grants.makeCode(wanted.code, account: account)
            let place = AuthorizeRequest.address(wanted.code.redirectURI, [("code", code), ("state", wanted.state)])
            return ODataResponse(
                status: 303, headers: PortalHeaders.redirect(to: place, isSecure: request.isSecure))
        }
    }

    private func page(
        _ request: PortalRequest, _ wanted: AuthorizeRequest, error: String, status: Int
    ) throws -> ODataResponse {
        let values = [
            "action": "\(request.path)?\(request.question.rawQuery)", "error": error,
            "name": request.form["name"] ?? "", "tenant": tenant, "language": "en",
            "program": wanted.code.clientID == FirstParty.applicationID ? "The command line on this computer" : "",
        ]
        let redirect = AuthorizeRequest.loopbackOrigin(wanted.code.redirectURI)
        return ODataResponse(
            status: status, headers: PortalHeaders.form(isSecure: request.isSecure, redirect: redirect),
            body: try files().page(.signIn, values))
    }

    private func refusal(_ refusal: AuthorizeRequest.Refusal, _ request: PortalRequest) throws -> ODataResponse {
        switch refusal {
        case .page(let text):
            let values = ["title": "This sign-in cannot go on", "text": text, "tenant": tenant, "language": "en"]
            return ODataResponse(
                status: 400, headers: PortalHeaders.form(isSecure: request.isSecure),
                body: try files().page(.message, values))
        case .redirect(let address, let error, let description, let state):
            let place = AuthorizeRequest.address(
                address, [("error", error), ("error_description", description), ("state", state)])
            return ODataResponse(
                status: 303, headers: PortalHeaders.redirect(to: place, isSecure: request.isSecure))
        }
    }
}
