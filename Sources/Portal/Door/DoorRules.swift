import OData

/// What a request has to be before its session counts, so that no page of another origin acts in a
/// person's name. Source: the portal's README, section 3.2.
struct DoorRules: Sendable {
    /// The names, in lower case and without ports, that this server is asked by, besides loopback.
    var publicNames: Set<String>

    enum Refusal: String, Sendable, Hashable, CaseIterable {
        /// A name that is not ours: someone made it lead here.
        case foreignHost
        /// A page of another site or another port asked.
        case foreignSite
        /// A change that does not say which page asked for it, or says another one.
        case foreignOrigin

        var error: ODataError {
            switch self {
            case .foreignHost:
                ODataError(
                    .accessDenied,
                    "This server is not asked by that name. Name it in the setting server.public-names.")
            case .foreignSite: ODataError(.accessDenied, "Only pages of the portal itself may ask here.")
            case .foreignOrigin: ODataError(.accessDenied, "Only pages of the portal itself may change anything.")
            }
        }
    }

    static let loopbackNames: Set<String> = ["localhost", "127.0.0.1", "[::1]"]

    /// The refusal of a request to the portal, pages and files included.
    func hostRefusal(_ request: PortalRequest) -> Refusal? {
        let asked = [request.host, Self.authority(of: request.question.origin)]
        return asked.allSatisfy { isOurs(Self.name(of: $0)) } ? nil : .foreignHost
    }

    /// The refusal of a request to the API's door.
    func refusal(_ request: PortalRequest) -> Refusal? {
        if let refusal = siteRefusal(request) { return refusal }
        return Self.reads(request.method) ? nil : originRefusal(request, isNeeded: true)
    }

    /// The refusal of a form that was sent. A browser without `Origin` says at least where it was.
    func formRefusal(_ request: PortalRequest) -> Refusal? {
        if let refusal = siteRefusal(request) { return refusal }
        let isTold = request.question.headers["Sec-Fetch-Site"] != nil
        return originRefusal(request, isNeeded: !isTold)
    }

    private func siteRefusal(_ request: PortalRequest) -> Refusal? {
        if let refusal = hostRefusal(request) { return refusal }
        return (request.question.headers["Sec-Fetch-Site"] ?? "same-origin") == "same-origin" ? nil : .foreignSite
    }

    private func originRefusal(_ request: PortalRequest, isNeeded: Bool) -> Refusal? {
        let origins = request.question.headers.all("Origin")
        guard let origin = origins.first else { return isNeeded ? .foreignOrigin : nil }
        return origins.count == 1 && origin.lowercased() == request.question.origin.lowercased() ? nil : .foreignOrigin
    }

    static func reads(_ method: String) -> Bool { ["GET", "HEAD"].contains(method) }

    private func isOurs(_ name: String) -> Bool { Self.loopbackNames.contains(name) || publicNames.contains(name) }

    /// An origin without its scheme.
    private static func authority(of origin: String) -> String {
        for scheme in ["https://", "http://"] where origin.hasPrefix(scheme) {
            return String(origin.dropFirst(scheme.count))
        }
        return origin
    }

    /// An authority without its port, in lower case.
    static func name(of authority: String) -> String {
        let text = authority.lowercased()
        if text.hasPrefix("[") { return String(text.prefix { $0 != "]" }) + "]" }
        return String(text.prefix { $0 != ":" })
    }
}
