import OData

/// Compares an answer with an example: names, kinds of values and annotations,
/// not the values themselves.
enum ExampleShape {
    /// How `found` differs from what `example` shows, each with its place; empty where it does not.
    ///
    /// Every name of the example is there, but for empty ones; a value that is null on one side has
    /// no kind to compare. Every entry of an array has the shape of one of the example's entries.
    /// Names beyond the example's are allowed: samples leave things out.
    static func differences(_ found: JSONValue, _ example: JSONValue, at place: String = "") -> [String] {
        switch (found, example) {
        case (_, .null), (.null, _): return []
        case (.object(let object), .object(let shown)):
            return shown.members.flatMap { name, value in
                guard let inner = object[name] else {
                    return value == .null || value == [] || isAnnotationToLeaveOut(name)
                        ? [] : ["\(place)/\(name) is missing"]
                }
                return differences(inner, value, at: "\(place)/\(name)")
            }
        case (.array(let entries), .array(let shown)):
            if shown.isEmpty { return entries.isEmpty ? [] : ["\(place) is not empty"] }
            if entries.isEmpty { return ["\(place) is empty"] }
            return entries.enumerated().flatMap { index, entry in
                let tries = shown.map { differences(entry, $0, at: "\(place)/\(index)") }
                return tries.min { $0.count < $1.count } ?? []
            }
        case (.string(let text), .string(let shown)): return textDifferences(text, shown, place)
        case (.bool, .bool), (.int, .int), (.double, .double), (.int, .double), (.double, .int): return []
        default: return ["\(place) has another kind: \(found) instead of \(example)"]
        }
    }

    /// In a homogeneous collection `@odata.type` may be left out. Source: contract types.md.
    private static func isAnnotationToLeaveOut(_ name: String) -> Bool {
        name == "@odata.type" || name == "@odata.nextLink"
    }

    /// Dates stay dates, and annotations that name types and contexts are the same below the host.
    private static func textDifferences(_ text: String, _ shown: String, _ place: String) -> [String] {
        if place.hasSuffix("@odata.type"), text != shown { return ["\(place) is \(text) instead of \(shown)"] }
        if place.hasSuffix("@odata.context") {
            let kinds = [text, shown].map { below($0, "$metadata") }
            // A selection behind the name may be told or not; clients do not parse it.
            return kinds[0].prefix { $0 != "(" } == kinds[1].prefix { $0 != "(" }
                ? [] : ["\(place) is \(text) instead of \(shown)"]
        }
        if DateTimeOffset.parse(shown) != nil, DateTimeOffset.parse(text) == nil {
            return ["\(place) is no date: \(text)"]
        }
        return []
    }

    private static func below(_ url: String, _ mark: String) -> String {
        url.firstRange(of: mark).map { String(url[$0.lowerBound...]) } ?? url
    }
}
