import Catalog
import Foundation
import Logging
public import OData
import ProtectionRules
public import ProtectionService

/// The pages below `/portal/`, and the sessions behind them. A function from requests to
/// answers, without any socket.
public struct PortalSite: Sendable {
    let service: ServiceContext
    let configuration: PortalConfiguration
    let provider: any IdentityProvider
    let rules: DoorRules
    let check: PersonCheck
    let clock: any WallClock
    private let attempts = SignInAttempts()

    static let callback = "/portal/callback"
    static let signIn = "/portal/sign-in"
    static let firstRun = "/portal/first-run"

    /// - Parameter clock: of sign-ins; the service's clock may be turned in a sandbox.
    public init(
        service: ServiceContext, configuration: PortalConfiguration, provider: any IdentityProvider,
        limits: any SignInLimits, clock: any WallClock
    ) {
        (self.service, self.configuration, self.provider, self.clock) = (service, configuration, provider, clock)
        rules = DoorRules(publicNames: configuration.publicNames)
        check = PersonCheck(service: service, limits: limits)
    }

    /// The longest form that is read.
    public static let bodyLimitBytes = 64 << 10

    /// Answers a request to a page or a file.
    public func answer(_ request: PortalRequest) async -> ODataResponse {
        if let refusal = rules.hostRefusal(request) {
            // Without a page: its addresses would be those of the foreign name.
            return Self.plain(refusal.error.message + "\n", status: 403, request)
        }
        do {
            return try await page(request)
        } catch let error as ServiceError {
            service.report(error)
            let status = error.code.kind == .unavailable ? 503 : 500
            return (try? message("This cannot be done now", error.message, status: status, request))
                ?? Self.plain(error.message + "\n", status: status, request)
        } catch {
            service.report(ServiceError(.internalServerError, "A page could not be made.", detail: "\(error)"))
            return Self.plain("The server could not do that. Its log says why.\n", status: 500, request)
        }
    }

    private func page(_ request: PortalRequest) async throws -> ODataResponse {
        switch (request.method, request.path) {
        case ("GET", "/portal"): return redirect(to: PortalPlace.start, request)
        case ("GET", Self.signIn): return try await beginSignIn(request)
        case ("GET", Self.callback): return try await finishSignIn(request)
        case ("GET", Self.firstRun): return try await showFirstRun(request)
        case ("POST", Self.firstRun): return try await doFirstRun(request)
        case ("GET", Self.device): return try showDevice(request)
        case ("POST", Self.device): return try await decideDevice(request)
        case ("POST", "/portal/sign-out"): return try await signOut(request)
        case ("POST", "/portal/step-up"): return try await stepUp(request)
        case ("GET", _): return try file(request)
        default:
            var answer = Self.plain("Nothing here takes that.\n", status: 405, request)
            answer.headers["Allow"] = "GET, HEAD"
            return answer
        }
    }

    /// A file, or the shell for every address that the portal's own routes may know.
    private func file(_ request: PortalRequest) throws -> ODataResponse {
        let files = try configuration.files()
        let accepts = request.question.headers.all("Accept-Encoding").contains { $0.lowercased().contains("gzip") }
        if let file = files.answer(rawPath: request.path, acceptsGzip: accepts) { return file }
        // A file of a set that is no longer served, or never was, must not become a page.
        guard !Self.looksLikeFile(request.path) else {
            return Self.plain("There is no such file.\n", status: 404, request)
        }
        return ODataResponse(
            status: 200, headers: PortalHeaders.shell(isSecure: request.isSecure),
            body: files.page(
                .shell,
                ["tenant": configuration.tenantName, "version": configuration.version, "language": "en"]))
    }

    /// Below a place of 20 hexadecimal digits.
    private static func looksLikeFile(_ path: String) -> Bool {
        path.prefixMatch(of: /\/portal\/[0-9a-f]{20}\//) != nil
    }

    /// - Parameter formLeadsTo: another origin at which the answer to the page's form goes on.
    func page(
        _ page: PortalPage, _ values: [String: String], status: Int = 200, _ request: PortalRequest,
        formLeadsTo: String? = nil
    ) throws -> ODataResponse {
        let common = ["tenant": configuration.tenantName, "language": "en", "version": configuration.version]
        return ODataResponse(
            status: status, headers: PortalHeaders.form(isSecure: request.isSecure, redirect: formLeadsTo),
            body: try configuration.files().page(page, common.merging(values) { $1 }))
    }

    func message(_ title: String, _ text: String, status: Int, _ request: PortalRequest) throws -> ODataResponse {
        try page(.message, ["title": title, "text": text], status: status, request)
    }

    func redirect(to place: String, _ request: PortalRequest) -> ODataResponse {
        ODataResponse(status: 303, headers: PortalHeaders.redirect(to: place, isSecure: request.isSecure))
    }

    static func plain(_ text: String, status: Int, _ request: PortalRequest) -> ODataResponse {
        var headers: Headers = [
            "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
            "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
        ]
        PortalHeaders.addTransport(to: &headers, isSecure: request.isSecure)
        return ODataResponse(status: status, headers: headers, body: Array(text.utf8))
    }

    // MARK: Signing in

    /// Sends the browser to whoever knows the person.
    private func beginSignIn(_ request: PortalRequest) async throws -> ODataResponse {
        if provider.isEmbedded, try await service.firstRun.isOpen() { return redirect(to: Self.firstRun, request) }
        let (now, fields) = (clock.now(), request.query)
        // 43 characters of base64url: a verifier too.
        let secret = service.portalSessions.makeSecret
        let attempt = SignInAttempt(
            state: secret(), nonce: secret(), verifier: secret(), to: PortalPlace.safe(fields["to"]),
            binding: secret(), ends: now.addingTimeInterval(service.dependencies.signIn.attempt))
        let address: String
        do {
            address = try await provider.signInAddress(
                attempt, origin: request.question.origin, redirectURI: request.question.origin + Self.callback,
                mustProve: fields["fresh"] != nil)
        } catch let error as IdentityRefusal {
            log(error)
            return try message("You cannot sign in now", error.message, status: 503, request)
        }
        attempts.keep(attempt, now: now)
        var answer = redirect(to: address, request)
        answer.headers.add(
            "Set-Cookie",
            PortalCookie.signIn.field(
                attempt.binding, isSecure: request.isSecure, seconds: Int(service.dependencies.signIn.attempt)))
        return answer
    }

    /// Begins the session of a person whom an issuer sent back.
    private func finishSignIn(_ request: PortalRequest) async throws -> ODataResponse {
        let fields = request.query
        let binding = PortalCookie.signIn.value(in: request)
        guard let state = fields["state"], let attempt = attempts.take(state: state, binding: binding, now: clock.now())
        else {
            return try message(
                "Begin again", "This sign-in took too long, was used before, or began in another browser.",
                status: 400, request)
        }
        guard let code = fields["code"], code.utf8.count <= 4096 else {
            // What an issuer says comes through the browser, so it is shown as text and not believed.
            return try message(
                "You are not signed in", fields["error_description"] ?? fields["error"] ?? "The issuer gave no code.",
                status: 400, request)
        }
        let person: SignedInPerson
        do {
            person = try await provider.person(
                code: code, attempt: attempt, redirectURI: request.question.origin + Self.callback)
        } catch let error as IdentityRefusal {
            log(error)
            return try message("You are not signed in", error.message, status: 403, request)
        }
        return try await welcome(person, to: attempt.to, request)
    }

    private func log(_ refusal: IdentityRefusal) {
        guard let cause = refusal.cause else { return }
        service.dependencies.logger.warning(
            "A sign-in failed at the issuer.", metadata: ["issuer": "\(provider.issuerName)", "cause": "\(cause)"])
    }

    /// The page that keeps the page key and goes on. It navigates by itself, because a cookie that is
    /// `Strict` is not sent on a redirect that comes from elsewhere.
    func welcome(_ person: SignedInPerson, to place: String, _ request: PortalRequest) async throws -> ODataResponse {
        let made = try await recorded(.signIn, id: person.subjectID, name: person.displayName, request) {
            try await service.portalSessions.begin(
                person, address: request.address, agent: request.question.headers["User-Agent"] ?? "")
        }
        service.dependencies.logger.notice(
            "A person signed in.",
            metadata: ["name": "\(person.displayName)", "issuer": "\(person.issuer)", "address": "\(request.address)"])
        var answer = try page(.callback, ["pageKey": made.pageKey, "to": place], request)
        answer.headers.add("Set-Cookie", PortalCookie.session.field(made.cookie, isSecure: request.isSecure))
        answer.headers.add("Set-Cookie", PortalCookie.signIn.removal(isSecure: request.isSecure))
        return answer
    }
}
