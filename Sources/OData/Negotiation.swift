/// The rules about media types and conditions in request headers.
enum Negotiation {
    /// 415 unless a body comes as JSON. Without a body nothing is needed.
    static func checkContentType(_ request: ODataRequest) throws(ODataError) {
        guard request.body.isEmpty == false else { return }
        guard let type = request.headers["Content-Type"], mediaType(type) == "application/json" else {
            throw .unsupportedMediaType
        }
    }

    /// 406 unless one of `offered` is accepted. A quality of zero refuses.
    static func checkAccept(_ headers: Headers, offered: [String]) throws(ODataError) {
        let fields = headers.all("Accept")
        let ranges = fields.joined(separator: ",").split(separator: ",").filter { $0.allSatisfy { $0 == " " } == false }
        guard ranges.isEmpty == false else { return }
        for range in ranges where isRefused(range) == false {
            let wanted = mediaType(range)
            for type in offered {
                let family = type.prefix { $0 != "/" }
                if wanted == type || wanted == "*/*" || wanted == "\(family)/*" || wanted == "*" { return }
            }
        }
        throw .notAcceptable
    }

    /// 412 for any condition but `*`: there are no entity tags.
    static func checkCondition(_ headers: Headers) throws(ODataError) {
        for condition in headers.all("If-Match") where condition.trimmingBlanks() != "*" { throw .preconditionFailed }
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
