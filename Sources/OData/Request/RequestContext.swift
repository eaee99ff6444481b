import Texts

/// Everything that a handler knows about a request.
public struct RequestContext<Caller: ODataCaller>: Sendable {
    public let path: ResourcePath
    /// The caller, as the token names it.
    public let caller: Caller
    /// What the client prefers, including what the skip token remembers.
    public let preferences: Preferences
    /// Ids and time of the request.
    public let identity: RequestIdentity
    /// The checked query options. For a next page they are those of the first request.
    public let options: QueryOptions
    /// Options without `$`, decoded.
    public let customOptions: [(name: String, value: String)]
    /// Where the page begins: the `nextPosition` of the page before; nil for the first page.
    public internal(set) var position: String?
    /// The number of entities to return: the smallest of `$top`, `odata.maxpagesize`
    /// and the server's maximum.
    public internal(set) var pageSize: Int
    /// The request as it arrived.
    public let request: ODataRequest
    /// Version, preferences and addresses, for writing.
    public let writing: WriteContext
    /// The model that the path was resolved by.
    public let model: Model
    let configuration: ServiceConfiguration
    /// The raw query that the next link repeats.
    let repeatedQuery: String
    /// The digest that binds the token to the next link.
    let optionsDigest: String

    /// The id of the last step of the path; empty where it has none.
    public var key: String { path.key ?? "" }

    public var version: ServiceVersion { path.version }

    /// The position in a token that came in another place than `$skiptoken`, such
    /// as a function's argument.
    public func position(inToken token: String) throws(ODataError) -> String {
        try SkipToken(token, scope: scope, sign: configuration.sign).position
    }

    /// The scope of skip tokens: the canonical path. For operations it is their name and key,
    /// because several paths may lead to one operation.
    var scope: String {
        if case .operation(let call) = path.target { return "\(model.root.path(of: version)) \(call.name) \(key)" }
        return "\(model.root.path(of: version)) \(path.canonicalPath(namespace: model.namespace))"
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
