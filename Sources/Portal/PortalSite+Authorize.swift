import Catalog
public import OData
import ProtectionRules
import ProtectionService

extension PortalSite {
    /// Answers at the embedded issuer's page, where people sign in with an account of this server:
    /// GET with the page, and POST with a code for the program, or the page once more.
    public func authorize(_ request: PortalRequest) async throws -> ODataResponse {
        let wanted: AuthorizeRequest
        do throws(AuthorizeRequest.Refusal) {
            wanted = try AuthorizeRequest(request.query, origin: request.question.origin)
        } catch {
            return try refusal(error, request)
        }
        guard request.method == "POST" else { return try signInPage(request, wanted, error: "", status: 200) }
        if let refusal = rules.formRefusal(request) {
            return try signInPage(request, wanted, error: refusal.error.message, status: 403)
        }
        let form = request.form
        let outcome = try await check.outcome(
            name: form["name"], password: form["password"], code: form["code"], address: request.address)
        switch outcome {
        case .refused(let reason): return try signInPage(request, wanted, error: reason, status: 400)
        case .accepted(let account):
            let code = try await service.grants.makeCode(wanted.code, account: account)
            return redirect(
                to: AuthorizeRequest.address(wanted.code.redirectURI, [("code", code), ("state", wanted.state)]),
                request)
        }
    }

    private func signInPage(
        _ request: PortalRequest, _ wanted: AuthorizeRequest, error: String, status: Int
    ) throws -> ODataResponse {
        let values = [
            "action": "\(request.path)?\(request.question.rawQuery)", "error": error,
            "name": request.form["name"] ?? "",
            "program": wanted.code.clientID == FirstParty.applicationID ? "The command line on this computer" : "",
        ]
        return try page(
            .signIn, values, status: status, request,
            formLeadsTo: AuthorizeRequest.loopbackOrigin(wanted.code.redirectURI))
    }

    private func refusal(_ refusal: AuthorizeRequest.Refusal, _ request: PortalRequest) throws -> ODataResponse {
        switch refusal {
        case .page(let text): return try message("This sign-in cannot go on", text, status: 400, request)
        case .redirect(let address, let error, let description, let state):
            return redirect(
                to: AuthorizeRequest.address(
                    address, [("error", error), ("error_description", description), ("state", state)]),
                request)
        }
    }
}
