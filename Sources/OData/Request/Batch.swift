import Foundation
import Texts

/// One request of a batch.
struct BatchItem: Sendable {
    let id: String
    let request: ODataRequest
    let dependsOn: [String]
}

/// Reads and writes JSON batches.
enum Batch {
    /// Reads the requests of a batch. Refuses the whole batch if one of them is malformed.
    static func items(
        of outer: ODataRequest, in root: ServiceRoot, _ version: ServiceVersion, _ configuration: ServiceConfiguration
    ) throws(ODataError) -> [BatchItem] {
        let body = try BodyText.object(outer.body, configuration.jsonLimits)
        guard case .array(let requests) = body["requests"] ?? .null, !requests.isEmpty else {
            throw .badRequest(
                "A batch needs 'requests', an array of 1 to \(configuration.maximumBatchSize) requests.",
                target: "requests")
        }
        guard requests.count <= configuration.maximumBatchSize else {
            throw .badRequest("A batch holds at most \(configuration.maximumBatchSize) requests.", target: "requests")
        }
        var items: [BatchItem] = []
        var ids: Set<ExactText> = []
        for value in requests {
            let item = try item(value, outer, in: root, version)
            guard ids.insert(ExactText(item.id)).inserted else {
                throw .badRequest("The id '\(item.id)' is used twice.", target: "id")
            }
            items.append(item)
        }
        for item in items {
            for dependency in item.dependsOn where !ids.contains(ExactText(dependency)) || dependency.isExactly(item.id)
            {
                throw .badRequest(
                    "The request '\(item.id)' depends on '\(dependency)', which is not another request of the batch.",
                    target: "dependsOn")
            }
        }
        return try ordered(items)
    }

    private static func item(
        _ value: JSONValue, _ outer: ODataRequest, in root: ServiceRoot, _ version: ServiceVersion
    ) throws(ODataError) -> BatchItem {
        guard let id = value["id"]?.stringValue, !id.isEmpty else {
            throw .badRequest("Every request of a batch needs an id, a string.", target: "id")
        }
        guard let method = value["method"]?.stringValue, let url = value["url"]?.stringValue else {
            throw .badRequest("The request '\(id)' needs a method and a url.", target: "url")
        }
        let (path, query) = try target(url, in: root, version, id)
        var headers = try self.headers(value["headers"], id)
        for name in ["client-request-id"] where headers[name] == nil { headers[name] = outer.headers[name] }
        var body: [UInt8] = []
        if let content = value["body"], content != .null {
            guard headers["Content-Type"] != nil else {
                throw .badRequest(
                    "The request '\(id)' has a body and needs the header Content-Type.", target: "headers")
            }
            body = content.encoded
        }
        return BatchItem(
            id: id,
            request: ODataRequest(
                method: method.uppercased(), rawPath: path, rawQuery: query, headers: headers, body: body,
                origin: outer.origin),
            dependsOn: try dependencies(value["dependsOn"] ?? value["depends_on"], id))
    }

    /// Reads a url: relative to the version root with or without slash, with the version
    /// in front, or absolute.
    private static func target(
        _ url: String, in root: ServiceRoot, _ version: ServiceVersion, _ id: String
    ) throws(ODataError) -> (path: String, query: String) {
        var rest = url[...]
        for scheme in ["https://", "http://"] where rest.lowercased().hasPrefix(scheme) {
            let authority = rest.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
            rest = rest.dropFirst(scheme.count + authority.count)
        }
        let parts = rest.parts(at: "#", maximumSplits: 1)[0].parts(at: "?", maximumSplits: 1)
        guard let path = parts.first, !path.isEmpty else {
            throw .badRequest("The url of '\(id)' is empty.", target: "url")
        }
        let segments = path.parts(at: "/", keepingEmpty: false)
        let joined = segments.joined(separator: "/")
        return (
            root.isWritten(at: segments) ? "/\(joined)" : "/\(root.path(of: version))/\(joined)",
            parts.count == 2 ? String(parts[1]) : ""
        )
    }

    private static func headers(_ value: JSONValue?, _ id: String) throws(ODataError) -> Headers {
        var headers = Headers()
        guard let value, value != .null else { return headers }
        guard case .object(let object) = value else {
            throw .badRequest("The headers of '\(id)' must be an object.", target: "headers")
        }
        for (name, field) in object.members {
            guard let text = field.stringValue else {
                throw .badRequest("The header '\(name)' of '\(id)' must be a string.", target: "headers")
            }
            headers.add(name, text)
        }
        return headers
    }

    private static func dependencies(_ value: JSONValue?, _ id: String) throws(ODataError) -> [String] {
        guard let value, value != .null else { return [] }
        let names = value.arrayValue?.compactMap(\.stringValue)
        guard let names, names.count == value.arrayValue?.count else {
            throw .badRequest("dependsOn of '\(id)' must be an array of ids.", target: "dependsOn")
        }
        return names
    }

    /// Puts dependencies before their dependents and keeps the order otherwise. Refuses circles.
    private static func ordered(_ items: [BatchItem]) throws(ODataError) -> [BatchItem] {
        var waiting = items
        var done: Set<ExactText> = []
        var result: [BatchItem] = []
        while !waiting.isEmpty {
            guard let index = waiting.firstIndex(where: { $0.dependsOn.allSatisfy { done.contains(ExactText($0)) } })
            else {
                throw .badRequest("The dependencies of the batch form a circle.", target: "dependsOn")
            }
            let item = waiting.remove(at: index)
            done.insert(ExactText(item.id))
            result.append(item)
        }
        return result
    }

    /// The answer to a request whose dependency failed.
    static let failedDependency = ODataError(.failedDependency, "A request that this one depends on failed.")

    /// Writes one inner answer: a JSON body as it is, any other body as base 64, an empty
    /// body not at all.
    static func write(_ response: ODataResponse, id: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.name("status")
        writer.int(Int64(response.status))
        writer.name("headers")
        writer.beginObject()
        var written: Set<String> = []
        for field in response.headers.fields where written.insert(field.name.lowercased()).inserted {
            writer.member(field.name, response.headers.all(field.name).joined(separator: ", "))
        }
        writer.endObject()
        if !response.body.isEmpty {
            writer.name("body")
            let isJSON = response.headers["Content-Type"]?.lowercased().hasPrefix("application/json") ?? false
            if isJSON {
                writer.encodedValue(response.body)
            } else {
                writer.string(Data(response.body).base64EncodedString())
            }
        }
        writer.endObject()
    }
}

extension ODataService {
    /// Runs a batch, one request after the other, as `caller`.
    func batch(_ request: ODataRequest, as caller: Caller, _ version: ServiceVersion) async throws -> ODataResponse {
        guard request.method == "POST" else { throw ODataError.methodNotAllowed(request.method, allow: ["POST"]) }
        try Negotiation.checkContentType(request)
        try Negotiation.checkAccept(request.headers, offered: ["application/json"])
        let items = try Batch.items(of: request, in: model.root, version, configuration)
        var failed: Set<ExactText> = []
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("responses")
        writer.beginArray()
        for item in items {
            let response: ODataResponse
            if item.dependsOn.contains(where: { failed.contains(ExactText($0)) }) {
                response = Batch.failedDependency.response(for: identity(of: item.request))
            } else {
                response = await respond(to: item.request, as: caller, allowsBatch: false)
            }
            if response.status >= 400 { failed.insert(ExactText(item.id)) }
            Batch.write(response, id: item.id, to: &writer)
        }
        writer.endArray()
        writer.endObject()
        return ODataResponse(status: 200, headers: ["Content-Type": ODataResponse.jsonContentType], body: writer.bytes)
    }
}
