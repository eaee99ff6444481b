import Catalog
import Foundation
import OData
import ProtectionService

extension PortalSite {
    /// Where a person lets a program in that has no browser. Source: RFC 8628, section 3.3.
    public static let device = "/portal/device"

    /// The form. A code in the address is filled in; the person still reads it and presses the button.
    func showDevice(_ request: PortalRequest) throws -> ODataResponse {
        guard provider.isEmbedded else { return try noDevices(request) }
        return try page(.device, ["userCode": request.query["user_code"] ?? ""], request)
    }

    func decideDevice(_ request: PortalRequest) async throws -> ODataResponse {
        guard provider.isEmbedded else { return try noDevices(request) }
        let form = request.form
        func again(_ reason: String, status: Int) throws -> ODataResponse {
            try page(
                .device,
                ["error": reason, "userCode": form["user_code"] ?? "", "name": form["name"] ?? ""], status: status,
                request)
        }
        if let refusal = rules.formRefusal(request) { return try again(refusal.error.message, status: 403) }
        let outcome = try await check.outcome(
            name: form["name"], password: form["password"], code: form["code"], address: request.address)
        guard case .accepted(let account) = outcome else {
            guard case .refused(let reason) = outcome else { return try again("", status: 400) }
            return try again(reason, status: 400)
        }
        // Counted like a password: the codes are short.
        if let seconds = check.limits.seconds(address: request.address, client: Self.device) {
            return try again("Too many codes were wrong. Try again in \(seconds) seconds.", status: 429)
        }
        let allows = form["decision"] != "refuse"
        guard try await service.grants.decide(userCode: form["user_code"] ?? "", allows: allows, account: account)
        else {
            check.limits.failed(address: request.address, client: Self.device)
            return try again("No program waits with this code. Look at it again, or begin anew there.", status: 400)
        }
        try await record(
            .admitProgram, id: account.id, name: account.name, request,
            outcome: allows ? AuditRecord.succeeded : GrantRefusal.accessDenied.rawValue)
        return try message(
            allows ? "The program is signed in" : "The program was refused",
            allows ? "Go back to it; this page can be closed." : "Nothing was allowed; this page can be closed.",
            status: 200, request)
    }

    private func noDevices(_ request: PortalRequest) throws -> ODataResponse {
        try message(
            "There is nothing here", "People of this server sign in elsewhere; programs get their tokens there.",
            status: 404, request)
    }
}
