/// The query options of one level, checked against a type: those of the request, or
/// those inside an `$expand`.
public struct QueryOptions: Sendable {
    public var selection = Selection.byDefault
    public var expand: [ExpandItem] = []
    public var filter: FilterExpression?
    public var orderBy: [OrderItem] = []
    /// `$top`: a page size, not a total.
    public var top: Int?
    public var skip: Int?
    /// Whether `$count=true` asked for the number of all matches.
    public var counts = false
    /// `$search`, where the list offers it.
    public var search: String?
    /// `$format` in lower case, where it is given.
    public var format: String?

    public init() {}

    /// The expansion of `navigation`, if it was asked for.
    public func expansion(of navigation: String) -> ExpandItem? { expand.first { $0.navigation.name == navigation } }
}

/// One navigation of `$expand`.
public struct ExpandItem: Sendable {
    public let navigation: Navigation
    /// The derived type that the navigation is restricted to, if it is.
    public let cast: String?
    /// The options for the entities at its end.
    public let options: QueryOptions
    /// The same options as written, by lower-case name without `$`.
    let written: [String: String]
}

/// Reads query options against a type.
struct QueryOptionsParser {
    let model: Model
    let version: ServiceVersion
    let limits: QueryLimits
    /// Whether the target reads `$search`.
    var offersSearch = false
    /// What the target answers with besides JSON, in lower case.
    var formats: [String] = []

    /// The options of a request for `type`.
    ///
    /// - Parameter isCollection: false where the target is one entity, for which only `$select`
    ///   and `$expand` are read.
    func options(
        _ query: [String: String], of type: String, isCollection: Bool, depth: Int = 0
    ) throws(ODataError)
        -> QueryOptions
    {
        let scope = PropertyScope(model: model, type: type, version: version)
        var result = QueryOptions()
        if let format = query["format"] {
            guard (["json", "application/json"] + formats).contains(format.lowercased()) else {
                throw .badRequest("The format '\(format)' is not offered.", target: "$format")
            }
            result.format = format.lowercased()
        }
        if let text = query["search"] {
            guard offersSearch, depth == 0 else {
                throw .badRequest("The query option '$search' is not supported here.", target: "$search")
            }
            result.search = text
        }
        if let text = query["select"] { result.selection = try selection(text, scope) }
        if let text = query["expand"] { result.expand = try expand(text, scope, depth: depth) }
        guard isCollection else { return result }
        if let text = query["filter"] { result.filter = try FilterParser.parse(text, scope, limits) }
        if let text = query["orderby"] { result.orderBy = try orderBy(text, scope) }
        result.top = try number(query["top"], "$top")
        result.skip = try number(query["skip"], "$skip")
        if let text = query["count"] {
            guard let counts = Bool(text.lowercased()) else {
                throw .badRequest("$count must be true or false.", target: "$count")
            }
            result.counts = counts
        }
        return result
    }

    private func number(_ text: String?, _ option: String) throws(ODataError) -> Int? {
        guard let text else { return nil }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(text)
        else {
            throw .badRequest("\(option) must be a non-negative whole number.", target: option)
        }
        return number
    }

    private func selection(_ text: String, _ scope: PropertyScope) throws(ODataError) -> Selection {
        var names: [String] = []
        for item in try OptionList.split(text, at: ",", option: "$select", limits) {
            if item == "*" { continue }
            var parts = item.split(separator: "/", omittingEmptySubsequences: false).map(String.init)[...]
            if parts.count > 1, let first = parts.first, model.type(qualified: first) != nil { parts.removeFirst() }
            let wanted = parts.first ?? ""
            if let property = model.property(wanted, of: scope.type, in: version) {
                if !names.contains(property.name) { names.append(property.name) }
            } else if let navigation = model.navigation(wanted, of: scope.type, in: version) {
                if !names.contains(navigation.name) { names.append(navigation.name) }
            } else {
                throw scope.unknown(item, "$select")
            }
        }
        return names.isEmpty ? .byDefault : Selection(names)
    }

    private func orderBy(_ text: String, _ scope: PropertyScope) throws(ODataError) -> [OrderItem] {
        var items: [OrderItem] = []
        for item in try OptionList.split(text, at: ",", option: "$orderby", limits) {
            let words = item.split(separator: " ")
            guard let path = words.first, words.count <= 2 else {
                throw .badRequest("The order '\(item)' is not understood.", target: "$orderby")
            }
            let property = try scope.property(String(path), for: .order, option: "$orderby")
            switch words.count == 2 ? words[1].lowercased() : "asc" {
            case "asc": items.append(OrderItem(property: property, isDescending: false))
            case "desc": items.append(OrderItem(property: property, isDescending: true))
            default: throw .badRequest("The order '\(item)' is not understood.", target: "$orderby")
            }
        }
        return items
    }

    private func expand(_ text: String, _ scope: PropertyScope, depth: Int) throws(ODataError) -> [ExpandItem] {
        guard depth < limits.maximumExpandDepth else {
            throw .badRequest("$expand is nested too deeply.", target: "$expand")
        }
        var items: [ExpandItem] = []
        for item in try OptionList.split(text, at: ",", option: "$expand", limits) {
            let (path, inner) = PathSegment(text: item).call
            let parts = path.split(separator: "/", omittingEmptySubsequences: false).map { $0.trimmingBlanks() }
            guard let name = parts.first, parts.count <= 2,
                let navigation = model.navigation(name, of: scope.type, in: version)
            else { throw scope.unknown(path, "$expand") }
            var cast: String?
            if parts.count == 2 {
                cast = model.type(qualified: parts[1])
                guard let cast, model.isType(cast, navigation.target) else { throw scope.unknown(path, "$expand") }
            }
            guard !items.contains(where: { $0.navigation.name == navigation.name }) else {
                throw .badRequest("The navigation '\(navigation.name)' is expanded twice.", target: "$expand")
            }
            let written = try nested(inner ?? "")
            let options = try self.options(written, of: cast ?? navigation.target, isCollection: true, depth: depth + 1)
            items.append(ExpandItem(navigation: navigation, cast: cast, options: options, written: written))
        }
        return items
    }

    /// The options in the parentheses of an `$expand`, by lower-case name without `$`.
    private func nested(_ text: String) throws(ODataError) -> [String: String] {
        guard !text.isEmpty else { return [:] }
        var result: [String: String] = [:]
        for part in try OptionList.split(text, at: ";", option: "$expand", limits) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let written = sides[0].trimmingBlanks().lowercased()
            let name = written.hasPrefix("$") ? String(written.dropFirst()) : written
            guard sides.count == 2, QueryString.known.contains(name), name != "skiptoken", name != "format",
                result[name] == nil
            else { throw .badRequest("The option '\(part)' inside $expand is not supported.", target: "$expand") }
            result[name] = sides[1].trimmingBlanks()
        }
        return result
    }
}

/// Lists in the values of query options.
enum OptionList {
    /// Splits at the separators that are neither in quotes nor in parentheses; the parts are
    /// trimmed and not empty.
    static func split(
        _ text: String, at separator: Character, option: String, _ limits: QueryLimits
    ) throws(ODataError) -> [String] {
        let wanted = separator.asciiValue
        let bytes = Array(text.utf8)
        var parts: [String] = []
        var start = 0
        var depth = 0
        var isInside = false
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "'"): isInside.toggle()
            case UInt8(ascii: "(") where !isInside: depth += 1
            case UInt8(ascii: ")") where !isInside: depth -= 1
            case wanted where !isInside && depth == 0:
                parts.append(String(decoding: bytes[start..<index], as: UTF8.self).trimmingBlanks())
                start = index + 1
            default: continue
            }
            guard depth >= 0 else { break }
        }
        parts.append(String(decoding: bytes[start...], as: UTF8.self).trimmingBlanks())
        guard depth == 0, !isInside, parts.count <= limits.maximumListItems,
            parts.allSatisfy({ !$0.isEmpty })
        else { throw .badRequest("The query option '\(option)' is not well-formed.", target: option) }
        return parts
    }
}
