import BackupAPI
import OData

/// An answer with its body read.
struct APIAnswer: Sendable, CustomStringConvertible {
    let status: Int
    let headers: Headers
    let text: String
    /// The body as JSON; nil where it is none.
    let body: JSONValue?

    init(_ response: ODataResponse) {
        status = response.status
        headers = response.headers
        text = String(decoding: response.body, as: UTF8.self)
        body = try? JSONValue(parsing: response.body)
    }

    subscript(_ name: String) -> JSONValue? { body?[name] }
    var json: JSONValue { body ?? .null }
    /// The code of a refusal.
    var code: String? { body?["error"]?["code"]?.stringValue }
    /// The id of the entity that the body is; empty where it has none.
    var id: String { body?["id"]?.stringValue ?? "" }
    /// The entries of a list.
    var values: [JSONValue] { body?["value"]?.arrayValue ?? [] }
    var description: String { "\(status) \(text)" }
}

extension JSONValue {
    /// The member as text.
    func text(_ name: String) -> String? { self[name]?.stringValue }
}

extension GraphAPI {
    /// Asks without a socket.
    /// - Parameter target: the path from the root, and the query, if any, after a question mark.
    func ask(
        _ method: String, _ target: String, _ body: JSONValue? = nil, prefer: String? = nil, as principal: Principal
    ) async -> APIAnswer {
        await ask(method, target, bytes: body.map { Array($0.encoded) }, prefer: prefer, as: principal)
    }

    /// Asks with a body as it is written.
    func ask(
        _ method: String, _ target: String, bytes: [UInt8]?, prefer: String? = nil, as principal: Principal
    ) async -> APIAnswer {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var headers = Headers()
        if bytes != nil { headers["Content-Type"] = "application/json" }
        if let prefer { headers["Prefer"] = prefer }
        let request = ODataRequest(
            method: method, rawPath: parts[0], rawQuery: parts.count > 1 ? parts[1] : "", headers: headers,
            body: bytes ?? [], origin: "https://backup.example")
        return APIAnswer(await respond(to: request, principal: principal))
    }
}
