/// The rules about media types and conditions in request headers.
enum Negotiation {
    /// Refuses a body that is not JSON (415). An empty body needs no media type.
    static func checkContentType(_ request: ODataRequest) throws(ODataError) {
        guard !request.body.isEmpty else { return }
        guard let type = request.headers["Content-Type"], mediaType(type) == "application/json" else {
            throw .unsupportedMediaType
        }
    }

    /// Refuses a request that accepts none of `offered` (406). A quality of zero excludes a type.
    static func checkAccept(_ headers: Headers, offered: [String]) throws(ODataError) {
        let fields = headers.all("Accept")
        let ranges = fields.joined(separator: ",").split(separator: ",").filter { !$0.allSatisfy { $0 == " " } }
        guard !ranges.isEmpty else { return }
        for range in ranges where !isRefused(range) {
            let wanted = mediaType(range)
            for type in offered {
                let family = type.prefix { $0 != "/" }
                if wanted == type || wanted == "*/*" || wanted == "\(family)/*" || wanted == "*" { return }
            }
        }
        throw .notAcceptable
    }

    /// Refuses a condition that cannot hold (412). There are no entity tags, so only `If-Match: *`
    /// holds; a changed entity exists, so `If-None-Match: *` does not hold. Conditions on dates are
    /// ignored, because entities have no modification dates here. Source: contract README, request
    /// headers; RFC 9110, sections 13.1 and 13.2.2.
    static func checkCondition(_ request: ODataRequest) throws(ODataError) {
        for condition in request.headers.all("If-Match") where condition.trimmingBlanks() != "*" {
            throw .preconditionFailed
        }
        if request.method != "GET", refusesAny(request.headers) { throw .preconditionFailed }
    }

    /// Whether the reader already has whatever exists, which is answered 304. Source:
    /// RFC 9110, section 13.1.2.
    static func isNotModified(_ request: ODataRequest) -> Bool {
        request.method == "GET" && refusesAny(request.headers)
    }

    private static func refusesAny(_ headers: Headers) -> Bool {
        headers.all("If-None-Match").contains { $0.trimmingBlanks() == "*" }
    }

    private static func mediaType(_ text: some StringProtocol) -> String {
        String(text.prefix { $0 != ";" }).trimmingBlanks().lowercased()
    }

    private static func isRefused(_ range: Substring) -> Bool {
        for parameter in range.split(separator: ";").dropFirst() {
            let sides = parameter.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks().lowercased() }
            if sides.count == 2, sides[0] == "q", let quality = Double(sides[1]), quality <= 0 { return true }
        }
        return false
    }
}
