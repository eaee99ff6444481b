/// Literals of filters, typed by the property that they are compared with.
enum FilterLiteral {
    /// Whether a word is a literal and cannot be a property: a number, date, GUID, or one
    /// of the three names.
    static func isLiteral(_ word: String) -> Bool {
        guard let first = word.utf8.first else { return false }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || first == UInt8(ascii: "-") { return true }
        return ["true", "false", "null"].contains(word.lowercased()) || isGUID(word)
    }

    /// The value of `token` for `property`.
    static func value(
        _ token: FilterToken, of property: PropertyPath, _ version: ServiceVersion, allowsNull: Bool
    ) throws(ODataError) -> FilterValue {
        if case .word(let word) = token, word.lowercased() == "null" {
            guard allowsNull else { throw fault(token, property, "something that can be ordered") }
            return .null
        }
        switch (property.type, token) {
        case (.string, .string(let text, "")):
            return .string(property.isIdentifier && isGUID(text) ? text.lowercased() : text)
        case (.string, .word(let word)) where isGUID(word):
            return .string(property.isIdentifier ? word.lowercased() : word)
        case (.string, _): throw fault(token, property, "a quoted string")
        case (.boolean, .word(let word)):
            guard let value = Bool(word.lowercased()) else { throw fault(token, property, "true or false") }
            return .bool(value)
        case (.int32, .word(let word)), (.int64, .word(let word)):
            guard let number = Int64(word) else { throw fault(token, property, "a whole number") }
            return .int(number)
        case (.double, .word(let word)):
            guard let number = Double(word), number.isFinite else { throw fault(token, property, "a number") }
            return .double(number)
        case (.dateTimeOffset, .word(let word)):
            guard let date = DateTimeOffset.parse(word) else { throw fault(token, property, "a date and time") }
            return .date(date)
        case (.duration, .string(let text, _)):
            guard EdmDuration(text) != nil else { throw fault(token, property, "a duration") }
            return .string(text)
        case (.enumeration(let description), .string(let text, _)):
            return .enumeration(try members(text, of: description, comparing: property, to: token, version))
        default: throw fault(token, property, "a value of \(property.type.qualifiedName(namespace: "graph"))")
        }
    }

    /// Canonical names of one member, or of several joined with commas for flags, in
    /// the order of declaration.
    private static func members(
        _ text: String, of description: EnumDescription, comparing property: PropertyPath, to token: FilterToken,
        _ version: ServiceVersion
    ) throws(ODataError) -> [String] {
        let parts = description.isFlags ? text.split(separator: ",", omittingEmptySubsequences: false) : [text[...]]
        var named: Set<String> = []
        for part in parts {
            guard let member = description.member(spelled: part.trimmingBlanks(), in: version) else {
                throw fault(token, property, "one of \(description.choices(in: version))")
            }
            named.insert(member.name)
        }
        return description.members.map(\.name).filter(named.contains)
    }

    private static func fault(_ token: FilterToken, _ property: PropertyPath, _ expectation: String) -> ODataError {
        let name = property.names.joined(separator: "/")
        return .badRequest(
            "The filter compares '\(name)' with \(token.text), but needs \(expectation).", target: "$filter")
    }

    /// Eight, four, four, four and twelve hexadecimal digits joined with dashes.
    private static func isGUID(_ word: String) -> Bool {
        let parts = word.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    }
}

/// The type in which names of query options are looked up.
struct PropertyScope {
    let model: Model
    let type: String
    let version: ServiceVersion

    /// Resolves `a` or `a/b` and checks that clients may use it so. A leading
    /// cast (`microsoft.graph.x/a`) is allowed.
    func property(_ path: String, for use: Access, option: String) throws(ODataError) -> PropertyPath {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)[...]
        var type = type
        if parts.count > 1, let first = parts.first, let cast = model.type(qualified: first) {
            guard model.isType(cast, type) else { throw unknown(path, option) }
            type = cast
            parts.removeFirst()
        }
        guard parts.count <= 8, let first = parts.popFirst() else { throw unknown(path, option) }
        if !parts.isEmpty, let navigation = model.navigation(first, of: type, in: version) {
            return try self.property(parts, behind: navigation, for: use, option: option)
        }
        guard let property = model.property(first, of: type, in: version) else { throw unknown(path, option) }
        guard property.access.contains(use) else {
            throw .badRequest("The property '\(path)' cannot be used in \(option).", target: option)
        }
        var current = property
        var names = [property.name]
        var columns = [property.column]
        var isNullable = property.isNullable
        for part in parts {
            guard case .complex(let description) = current.type,
                let inner = description.properties.first(where: {
                    $0.name.lowercased() == part.lowercased() && $0.versions.contains(version)
                })
            else { throw unknown(path, option) }
            current = inner
            names.append(inner.name)
            columns.append(inner.column)
            isNullable = isNullable || inner.isNullable
        }
        return PropertyPath(
            names: names, column: columns.joined(separator: "/"), type: current.type, isNullable: isNullable)
    }

    /// A property of the one entity that a navigation leads to, where the navigation
    /// may be used so.
    private func property(
        _ rest: ArraySlice<String>, behind navigation: Navigation, for use: Access, option: String
    ) throws(ODataError) -> PropertyPath {
        guard !navigation.isCollection, navigation.access.contains(use) else {
            throw .badRequest("The navigation '\(navigation.name)' cannot be used in \(option).", target: option)
        }
        let target = PropertyScope(model: model, type: navigation.target, version: version)
        let inner = try target.property(rest.joined(separator: "/"), for: use, option: option)
        return PropertyPath(
            names: [navigation.name] + inner.names, column: "\(navigation.name)/\(inner.column)", type: inner.type,
            isNullable: true)
    }

    func unknown(_ name: String, _ option: String) -> ODataError {
        .badRequest("Could not find a property named '\(name)' on type '\(model.namespace).\(type)'.", target: option)
    }
}
