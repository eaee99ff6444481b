import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService

extension PortalSite {
    /// The form of the first account; with it the page is gone for good.
    func showFirstRun(_ request: PortalRequest) async throws -> ODataResponse {
        guard try await isFirstRunOpen() else { return try gone(request) }
        return try page(.firstRun, [:], request)
    }

    func doFirstRun(_ request: PortalRequest) async throws -> ODataResponse {
        guard try await isFirstRunOpen() else { return try gone(request) }
        let form = request.form
        func again(_ reason: String, status: Int) throws -> ODataResponse {
            try page(
                .firstRun, ["error": reason, "code": form["code"] ?? "", "name": form["name"] ?? ""], status: status,
                request)
        }
        if let refusal = rules.formRefusal(request) { return try again(refusal.error.message, status: 403) }
        if let seconds = check.limits.seconds(address: request.address, client: Self.firstRun) {
            return try again("Too many codes were wrong. Try again in \(seconds) seconds.", status: 429)
        }
        do {
            let account = try await service.firstRun.createAccount(
                code: form["code"] ?? "", name: form["name"] ?? "", password: form["password"] ?? "")
            let person = SignedInPerson(
                operatorID: account.id, issuer: provider.issuerName, subjectID: account.id, displayName: account.name)
            return try await welcome(person, to: "/portal/welcome", request)
        } catch let error as ServiceError where Self.isOfPerson(error.code) {
            if error.code == .firstRunCodeRefused {
                check.limits.failed(address: request.address, client: Self.firstRun)
            }
            return try again(error.message, status: 400)
        }
    }

    /// Whether the first account can be made here. With an issuer elsewhere it never can.
    private func isFirstRunOpen() async throws -> Bool {
        guard provider.isEmbedded else { return false }
        return try await service.firstRun.isOpen()
    }

    private func gone(_ request: PortalRequest) throws -> ODataResponse {
        try message("There is nothing here", "The first account was made. Sign in with it.", status: 404, request)
    }

    private static func isOfPerson(_ code: ServiceErrorCode) -> Bool {
        [.firstRunCodeRefused, .invalidOperator, .passwordRefused, .nameTaken, .firstRunOver].contains(code)
    }
}
