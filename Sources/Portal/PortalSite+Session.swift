public import BackupAPI
import Catalog
import Foundation
public import OData
import ProtectionRules
import ProtectionService

/// What the door lets through.
public enum DoorVerdict: Sendable {
    case refused(ODataError)
    /// The session's person, and the request as the API takes it.
    case admitted(Principal, ODataRequest)
}

extension PortalSite {
    /// What the addresses of the API begin with, for pages.
    public static let door = "/portal/api"

    /// Looks at a request to the API, before its body is read.
    public func admit(_ request: PortalRequest) async throws -> DoorVerdict {
        var question = request.question
        question.rawPath = String(request.path.dropFirst(Self.door.count))
        guard Self.isSurface(question.rawPath) else {
            return .refused(
                ODataError(
                    status: 404, code: "itemNotFound", message: "There is no such path."))
        }
        // Links in answers lead through the door again.
        question.origin += Self.door
        for name in ["Cookie", "Authorization", Self.keyField] { question.headers[name] = nil }
        if let id = Self.downloadID(question), rules.hostRefusal(request) == nil {
            return try await admitDownload(id, request, question)
        }
        if let refusal = rules.refusal(request) { return .refused(refusal.error) }
        guard let session = try await session(of: request) else { return .refused(Self.signedOut) }
        return .admitted(Self.principal(session), question)
    }

    static let keyField = "X-Holdfast-Portal"

    private static let signedOut = ODataError(
        .invalidAuthenticationToken, "You are not signed in, or the session has ended. Sign in again.")

    private static func isSurface(_ path: String) -> Bool {
        ["/v1.0", "/beta", "/holdfast/v1.0"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    /// The session whose cookie and page key a request has.
    private func session(of request: PortalRequest) async throws -> LivePortalSession? {
        let keys = request.question.headers.all(Self.keyField)
        guard let cookie = PortalCookie.session.value(in: request), keys.count == 1, let key = keys.first,
            key.utf8.count <= 128
        else { return nil }
        return try await service.portalSessions.find(cookie: cookie, pageKey: key)
    }

    // MARK: Downloads

    /// A link opens a download, and a link sends no page key. The id is random, was made by a POST of
    /// the same person, and is good for ten minutes.
    private static func downloadID(_ question: ODataRequest) -> String? {
        guard question.method == "GET",
            let match = question.rawPath.wholeMatch(of: /\/holdfast\/v1\.0\/downloads\/([A-Za-z0-9_-]{1,100})/)
        else { return nil }
        return String(match.output.1)
    }

    private func admitDownload(
        _ id: String, _ request: PortalRequest, _ question: ODataRequest
    ) async throws -> DoorVerdict {
        guard let cookie = PortalCookie.session.value(in: request),
            let session = try await service.portalSessions.find(cookie: cookie)
        else { return .refused(Self.signedOut) }
        return .admitted(Self.principal(session), question)
    }

    /// The person of a session, as the API knows callers.
    private static func principal(_ live: LivePortalSession) -> Principal {
        let session = live.session
        var principal = Principal(
            applicationID: FirstParty.applicationID, applicationName: FirstParty.applicationName,
            user: Principal.User(id: session.subjectId, displayName: session.displayName, email: session.email),
            permissions: live.rights.scopes)
        principal.unitLimit = live.rights.unitLimit
        principal.expires = live.ends
        principal.session = Principal.Session(
            id: session.id, accountID: session.operatorId, issuer: session.issuer,
            roles: live.rights.roles.map(\.rawValue), began: session.createdDateTime, ends: live.ends,
            lastsUntil: session.expirationDateTime, freshUntil: live.isFresh ? live.freshUntil : nil)
        return principal
    }

    // MARK: Grave steps

    /// The refusal of a step for which the person has to prove who they are; nil where
    /// it may be taken.
    public func stepUpRefusal(_ question: ODataRequest, _ principal: Principal) async throws -> ODataError? {
        if StepUpRules.isBatch(question.rawPath), StepUpRules.batchChanges(question.body) {
            return ODataError(
                .accessDenied, "A batch of the portal only reads. Send changes one by one.")
        }
        guard principal.session?.freshUntil == nil else { return nil }
        let isGrave =
            switch StepUpRules.need(method: question.method, path: question.rawPath, body: question.body) {
            case .none: false
            case .always: true
            case .units(let count): count > configuration.confirmUnits
            case .session(let id): try await service.restores.unitCount(ofSession: id) > configuration.confirmUnits
            }
        return isGrave ? Self.proofNeeded : nil
    }

    private static let proofNeeded = ODataError(
        status: 403, code: ServiceErrorCode.stepUpRequired.rawValue,
        message: "This step needs a fresh proof that it is you. Give your password once more.")

    /// Takes a password, and a code where there is a second factor, as a fresh proof of the person.
    func stepUp(_ request: PortalRequest) async throws -> ODataResponse {
        if let refusal = rules.refusal(request) { return Self.json(refusal.error) }
        guard let live = try await session(of: request) else { return Self.json(Self.signedOut) }
        guard live.session.operatorId != nil else {
            return Self.json(
                ODataError(
                    status: 409, code: "ProveAtIssuer",
                    message: "Your password is known elsewhere: sign in again at /portal/sign-in?fresh=1."))
        }
        guard let body = try? JSONValue(parsing: request.question.body), let password = body["password"]?.stringValue
        else { return Self.json(ODataError(.badRequest, "Send JSON with the password.")) }
        let name = try await service.operators.account(id: live.session.operatorId ?? "").name
        switch try await check.outcome(
            name: name, password: password, code: body["code"]?.stringValue, address: request.address)
        {
        case .refused(let reason):
            return Self.json(ODataError(status: 403, code: ServiceErrorCode.signInFailed.rawValue, message: reason))
        case .accepted(let account):
            guard account.id == live.session.operatorId else { return Self.json(Self.signedOut) }
            try await recorded(.stepUp, id: account.id, name: account.name, request) {
                try await service.portalSessions.prove(id: live.session.id)
            }
            return ODataResponse(status: 204, headers: ["Cache-Control": "no-store"])
        }
    }

    /// Ends a session. Without its page key it ends nothing: the cookie alone opens
    /// nothing, and closes nothing.
    func signOut(_ request: PortalRequest) async throws -> ODataResponse {
        if let refusal = rules.refusal(request) { return Self.json(refusal.error) }
        guard let live = try await session(of: request) else { return Self.json(Self.signedOut) }
        try await recorded(.signOut, id: live.session.subjectId, name: live.session.displayName, request) {
            try await service.portalSessions.end(id: live.session.id)
        }
        return ODataResponse(
            status: 204,
            headers: [
                "Cache-Control": "no-store", "Set-Cookie": PortalCookie.session.removal(isSecure: request.isSecure),
            ])
    }

    private static func json(_ error: ODataError) -> ODataResponse {
        var writer = JSONWriter()
        writer.value(["error": ["code": .string(error.code), "message": .string(error.message)]])
        return ODataResponse(
            status: error.status,
            headers: [
                "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            ], body: writer.bytes)
    }
}
