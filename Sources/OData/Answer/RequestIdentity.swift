public import Foundation

/// The ids and the time that every answer of one request carries.
public struct RequestIdentity: Sendable {
    /// A lower-case GUID made by the server.
    public var requestID: String
    /// The client's `client-request-id`; nil where it sent none that can be echoed.
    public var clientRequestID: String?
    /// When the request arrived.
    public var date: Date

    public init(requestID: String, clientRequestID: String? = nil, date: Date) {
        self.requestID = requestID
        self.clientRequestID = clientRequestID
        self.date = date
    }

    /// The client's `client-request-id` if it can be echoed safely: 1 to
    /// 128 visible ASCII characters.
    public static func clientRequestID(in headers: Headers) -> String? {
        guard let text = headers["client-request-id"], !text.isEmpty, text.utf8.count <= 128,
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else { return nil }
        return text
    }
}

extension ODataError {
    /// The answer for this error: the envelope `{"error": {...}}` with `innerError`, and the
    /// headers that belong to the status.
    public func response(for identity: RequestIdentity) -> ODataResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("error")
        writer.beginObject()
        writer.member("code", code)
        writer.member("message", message)
        if let target { writer.member("target", target) }
        if !details.isEmpty { write(details, to: &writer) }
        writer.name("innerError")
        writer.beginObject()
        writer.member("date", DateTimeOffset.textWithoutZone(identity.date))
        writer.member("request-id", identity.requestID)
        writer.member("client-request-id", identity.clientRequestID ?? identity.requestID)
        writer.endObject()
        writer.endObject()
        writer.endObject()

        var response = ODataResponse(status: status, body: writer.bytes)
        response.addCommonHeaders(identity)
        response.headers["Content-Type"] = ODataResponse.jsonContentType
        if let allow { response.headers["Allow"] = allow.joined(separator: ", ") }
        if let retryAfterSeconds { response.headers["Retry-After"] = String(retryAfterSeconds) }
        return response
    }

    private func write(_ details: [Detail], to writer: inout JSONWriter) {
        writer.name("details")
        writer.beginArray()
        for detail in details {
            writer.beginObject()
            writer.member("code", detail.code)
            writer.member("message", detail.message)
            if let target = detail.target { writer.member("target", target) }
            writer.endObject()
        }
        writer.endArray()
    }
}

extension ODataResponse {
    /// The media type of every JSON answer.
    public static let jsonContentType =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"

    /// The media type of answers that write whole numbers of 64 bits as text.
    static let compatibleJSONContentType =
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=true;charset=utf-8"

    /// Adds the fields of every answer: the ids, the protocol version, and `no-store`.
    public mutating func addCommonHeaders(_ identity: RequestIdentity) {
        headers["request-id"] = identity.requestID
        if let clientRequestID = identity.clientRequestID { headers["client-request-id"] = clientRequestID }
        headers["OData-Version"] = "4.0"
        headers["Cache-Control"] = stream == nil ? "no-store" : "no-store, no-transform"
    }
}

extension JSONWriter {
    /// Writes a member with a string value.
    public mutating func member(_ name: String, _ text: String) {
        self.name(name)
        string(text)
    }
}
