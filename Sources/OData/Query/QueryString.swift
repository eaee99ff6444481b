import Texts

/// The options of a query string, decoded, not yet checked against a type.
public struct QueryString: Sendable, Equatable {
    /// System options by lower-case name without `$`: `filter`, `skiptoken`.
    public private(set) var system: [String: String] = [:]
    /// All other options in order.
    public private(set) var custom: [(name: String, value: String)] = []

    /// The system options that are known.
    static let known: Set<String> = [
        "select", "expand", "filter", "orderby", "top", "skip", "count", "skiptoken", "format", "search",
    ]

    public init() {}

    /// Reads a query as sent. Known names may lack their `$`; a `+` is a blank.
    ///
    /// Refuses unknown options with `$`, repeated ones, and wrong percent-encoding.
    public init(
        rawQuery: String, limits: QueryLimits = QueryLimits()
    ) throws(ODataError) {
        var length = 0
        for part in rawQuery.parts(at: "&", keepingEmpty: false) {
            let sides = part.parts(at: "=", maximumSplits: 1)
            guard let name = PercentEncoding.decode(sides[0].utf8, plusIsBlank: true),
                let value = PercentEncoding.decode((sides.count == 2 ? sides[1] : "").utf8, plusIsBlank: true)
            else { throw .badRequest("The query is not correctly percent-encoded.") }
            guard !value.has("\0") else {
                throw .badRequest("The query option '\(name)' holds a NUL character.", target: name)
            }
            // A skip token has its own limit.
            if !name.lowercased().hasSuffix("skiptoken") { length += part.utf8.count }
            guard length <= limits.maximumQueryBytes else {
                throw ODataError(.filterLengthExceeded, "The query is longer than \(limits.maximumQueryBytes) bytes.")
            }
            try add(name, value)
        }
    }

    private mutating func add(_ name: String, _ value: String) throws(ODataError) {
        let lowered = name.lowercased()
        // Graph reads names without `$` in the stable version "for a subset of APIs". Ignoring them
        // would silently drop a filter.
        guard lowered.hasPrefix("$") || Self.known.contains(lowered) else {
            custom.append((name: name, value: value))
            return
        }
        let option = lowered.hasPrefix("$") ? String(lowered.dropFirst()) : lowered
        guard Self.known.contains(option) else {
            throw .badRequest("The query option '\(name)' is not supported.", target: name)
        }
        guard system.updateValue(value, forKey: option) == nil else {
            throw .badRequest("The query option '\(name)' is given twice.", target: name)
        }
    }

    public static func == (left: QueryString, right: QueryString) -> Bool {
        left.system == right.system && left.custom.elementsEqual(right.custom, by: ==)
    }
}
