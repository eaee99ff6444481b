/// The rules about media types and conditions in request headers.
enum Negotiation {
    /// 415 unless a body comes as JSON. Without a body nothing is needed.
    static func checkContentType(_ request: ODataRequest) throws(ODataError) {
        guard !request.body.isEmpty else { return }
        guard let type = request.headers["Content-Type"], mediaType(type) == "application/json" else {
            throw .unsupportedMediaType
        }
    }

    /// 406 unless one of `offered` is accepted. A quality of zero refuses.
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

    /// 412 for a condition that cannot hold: there are no entity tags, so `If-Match` holds for `*`
    /// only, and what is asked to be changed is there, so `If-None-Match: *` does not hold. There
    /// are no dates of changes either, for which conditions on dates are to be passed over. Source:
    /// contract README, request headers; RFC 9110, sections 13.1 and 13.2.2.
    static func checkCondition(_ request: ODataRequest) throws(ODataError) {
        for condition in request.headers.all("If-Match") where condition.trimmingBlanks() != "*" {
            throw .preconditionFailed
        }
        if request.method != "GET", refusesAny(request.headers) { throw .preconditionFailed }
    }

    /// Whether a reader has whatever there is, which 304 answers. Source: RFC 9110, section 13.1.2.
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
