import Texts

/// Everything that a handler is told about a request.
public struct RequestContext<Caller: ODataCaller>: Sendable {
    /// The resolved path.
    public let path: ResourcePath
    /// Who asks.
    public let caller: Caller
    /// What the client prefers, including what the skip token remembers.
    public let preferences: Preferences
    /// Ids and time of the request.
    public let identity: RequestIdentity
    /// The checked query options. For a next page they are those of the first request.
    public let options: QueryOptions
    /// Options without `$`, decoded.
    public let customOptions: [(name: String, value: String)]
    /// Where to go on: what a page gave as `nextPosition`; nil for the first page.
    public internal(set) var position: String?
    /// How many entities to give; the smallest of `$top`, `odata.maxpagesize`
    /// and the server's maximum.
    public internal(set) var pageSize: Int
    /// The request as it came.
    public let request: ODataRequest
    /// Version, preferences and addresses, for writing.
    public let writing: WriteContext
    let model: Model
    let configuration: ServiceConfiguration
    /// The raw query that the next link repeats.
    let repeatedQuery: String
    /// What binds the next link's token to it.
    let optionsDigest: String

    /// The id of the last step of the path; empty where it has none.
    public var key: String { path.key ?? "" }

    /// The version.
    public var version: ServiceVersion { path.version }

    /// The position inside of a token that came by another way than `$skiptoken`, such
    /// as a function's argument.
    public func position(inToken token: String) throws(ODataError) -> String {
        try SkipToken(token, scope: scope, sign: configuration.sign).position
    }

    /// What skip tokens are bound to: the canonical path, or for operations their name and the key
    /// that they are bound to, because one operation may be reached by several paths.
    var scope: String {
        if case .operation(let call) = path.target { return "\(version.rawValue) \(call.name) \(key)" }
        return "\(version.rawValue) \(path.canonicalPath(namespace: model.namespace))"
    }

    /// The absolute URL of the target without query, in canonical spelling.
    public var canonicalURL: String { "\(writing.serviceRoot)/\(path.canonicalPath(namespace: model.namespace))" }

    /// The absolute link to the page that begins at `position`.
    func nextLink(position: String) -> String {
        let token = SkipToken(
            scope: scope, position: position, optionsDigest: optionsDigest,
            includesUnknownEnumMembers: preferences.includesUnknownEnumMembers,
            maximumPageSize: preferences.maximumPageSize)
        let path = request.rawPath.parts(at: "/", keepingEmpty: false).joined(separator: "/")
        let options = repeatedQuery.isEmpty ? "" : "\(repeatedQuery)&"
        return "\(request.origin)/\(path)?\(options)$skiptoken=\(token.encoded(sign: configuration.sign))"
    }
}
