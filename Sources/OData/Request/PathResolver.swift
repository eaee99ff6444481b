extension Model {
    /// Reads a path as sent: version, steps and target.
    ///
    /// Compares names without regard to case, ids exactly. An unknown version or segment is 400; a
    /// name that only the preview has is 404 in the stable version.
    public func resolve(rawPath: String) throws(ODataError) -> ResourcePath {
        var segments = try PathSegment.split(rawPath)[...]
        let version = try root.takeVersion(&segments)
        if let alias = segments.first.flatMap({ aliases[$0.text.lowercased()] }) {
            segments = (alias.map { PathSegment(text: $0) } + segments.dropFirst())[...]
        }
        var resolver = PathResolver(model: self, version: version)
        try resolver.takeRoot(&segments)
        for segment in segments { try resolver.take(segment) }
        return ResourcePath(version: version, steps: resolver.steps, target: resolver.target)
    }
}

/// Follows a path segment by segment.
private struct PathResolver {
    let model: Model
    let version: ServiceVersion
    var steps: [PathStep] = []
    var target = PathTarget.serviceDocument

    init(model: Model, version: ServiceVersion) {
        self.model = model
        self.version = version
    }

    mutating func take(_ segment: PathSegment) throws(ODataError) {
        switch target {
        case .collection: try takeInCollection(segment)
        case .entity, .singleton: try takeInEntity(segment)
        case .operation, .count, .reference, .withheld, .metadata, .batch, .serviceDocument:
            throw .unknownSegment(segment.text)
        }
    }

    /// Takes the first segments: a document, an operation of the root, or the member of the
    /// container with which the path begins.
    mutating func takeRoot(_ segments: inout ArraySlice<PathSegment>) throws(ODataError) {
        guard let first = segments.first else { return }
        switch first.text.lowercased() {
        case "$metadata": target = .metadata
        case "$batch": target = .batch
        default:
            guard try take(first, among: model.imports) else { return try takeContainerMember(&segments) }
        }
        segments.removeFirst()
    }

    /// The name of a member may consist of several segments, such as `solutions/backupRestore`.
    private mutating func takeContainerMember(_ segments: inout ArraySlice<PathSegment>) throws(ODataError) {
        for member in model.container {
            let given = segments.prefix(member.segments.count)
            guard let last = given.last, given.count == member.segments.count else { continue }
            let call = last.call
            let names = given.dropLast().map(\.text) + [call.name]
            guard zip(names, member.segments).allSatisfy({ $0.lowercased() == $1 }) else { continue }
            try requireAvailable(member.versions, last)
            try append(member.name, member.type, isCollection: member.isCollection, arguments: call.arguments, last)
            segments = segments.dropFirst(given.count)
            return
        }
        throw .unknownSegment(segments.first?.text ?? "")
    }

    private mutating func takeInCollection(_ segment: PathSegment) throws(ODataError) {
        let text = segment.text
        switch text.lowercased() {
        case "$count":
            target = .count
            return
        case "$ref", "$value":
            target = .reference
            return
        default: break
        }
        if text.hasPrefix("$") { throw .unknownSegment(text) }
        if try takeCast(segment) { return }
        if try takeOperation(segment, onCollection: true) { return }
        setKey(text)
    }

    private mutating func takeInEntity(_ segment: PathSegment) throws(ODataError) {
        switch segment.text.lowercased() {
        case "$ref", "$value":
            target = .reference
            return
        default: break
        }
        if try takeCast(segment) { return }
        let (name, arguments) = segment.call
        guard let type = steps.last.map({ $0.cast ?? $0.type }), let entry = model.entry(type) else {
            throw .unknownSegment(segment.text)
        }
        guard let navigation = entry.navigations[name.lowercased()] else {
            if try takeOperation(segment, onCollection: false) { return }
            guard let withheld = entry.withheld[(model.unqualified(name) ?? name).lowercased()] else {
                throw .unknownSegment(segment.text)
            }
            return try take(withheld, segment)
        }
        try requireAvailable(navigation.versions, segment)
        try append(
            navigation.name, navigation.target, isCollection: navigation.isCollection, arguments: arguments, segment)
    }

    private mutating func take(_ withheld: WithheldName, _ segment: PathSegment) throws(ODataError) {
        switch withheld.refusal {
        case .notFound: throw .notFound("The segment '\(segment.text)' is not offered.")
        case .methodNotAllowed: target = .withheld
        }
    }

    private mutating func append(
        _ name: String, _ type: String, isCollection: Bool, arguments: String?, _ segment: PathSegment
    ) throws(ODataError) {
        if let description = model.description(of: type) { try requireAvailable(description.versions, segment) }
        steps.append(PathStep(name: name, type: type, isCollection: isCollection))
        target = isCollection ? .collection : .singleton
        guard let arguments else { return }
        guard isCollection, let key = Self.key(arguments) else { throw .unknownSegment(segment.text) }
        setKey(key)
    }

    /// The key in `('id')`, `(id)` or `(id='id')`.
    private static func key(_ arguments: String) -> String? {
        if arguments.lowercased().hasPrefix("id='"), let key = PathLiteral.unquoted(arguments.dropFirst(3)) {
            return key
        }
        if arguments.hasPrefix("'") || arguments.hasSuffix("'") { return PathLiteral.unquoted(arguments) }
        return arguments.isEmpty ? nil : arguments
    }

    private mutating func setKey(_ key: String) {
        steps[steps.count - 1].key = key
        target = .entity
    }

    /// Takes `microsoft.graph.type` or `graph.type`, with a key in parentheses if the
    /// step has none yet.
    private mutating func takeCast(_ segment: PathSegment) throws(ODataError) -> Bool {
        let (name, arguments) = segment.call
        guard let type = model.type(qualified: name), let step = steps.last else { return false }
        guard model.isType(type, step.cast ?? step.type) else { throw .unknownSegment(segment.text) }
        if let description = model.description(of: type) { try requireAvailable(description.versions, segment) }
        steps[steps.count - 1].cast = type
        steps[steps.count - 1].castPrecedesKey = step.isCollection && step.key == nil
        guard let arguments else { return true }
        guard target == .collection, let key = Self.key(arguments) else { throw .unknownSegment(segment.text) }
        setKey(key)
        return true
    }

    private mutating func takeOperation(_ segment: PathSegment, onCollection: Bool) throws(ODataError) -> Bool {
        guard let type = steps.last.map({ $0.cast ?? $0.type }), let entry = model.entry(type) else { return false }
        let name = segment.call.name
        let named = entry.operations[(model.unqualified(name) ?? name).lowercased()] ?? []
        return try take(segment, among: named.filter { $0.isOnCollection == onCollection })
    }

    /// Takes the call of one of some operations; false where none has the segment's name.
    private mutating func take(
        _ segment: PathSegment, among operations: [BoundOperation]
    ) throws(ODataError) -> Bool {
        let (written, list) = segment.call
        let name = (model.unqualified(written) ?? written).lowercased()
        let named = operations.filter { $0.name.lowercased() == name }
        guard let canonical = named.first?.name else { return false }
        let offered = named.filter { $0.versions.contains(version) }
        guard !offered.isEmpty else { throw unavailable(segment) }
        let action = list == nil ? offered.first { $0.kind == .action } : nil
        let function = offered.first { $0.kind == .function }
        guard action != nil || function != nil else { throw .unknownSegment(segment.text) }
        let arguments = try Self.arguments(list ?? "", of: function, segment)
        target = .operation(OperationCall(name: canonical, action: action, function: function, arguments: arguments))
        return true
    }

    /// Reads the arguments of a call: `name='value',other=2`.
    private static func arguments(
        _ list: String, of function: BoundOperation?, _ segment: PathSegment
    ) throws(ODataError) -> [String: JSONValue] {
        guard !list.isEmpty else { return [:] }
        var result: [String: JSONValue] = [:]
        for part in PathLiteral.list(list) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2 else { throw .unknownSegment(segment.text) }
            let name = sides[0].trimmingBlanks().lowercased()
            guard let parameter = function?.parameters.first(where: { $0.name.lowercased() == name }),
                result[parameter.name] == nil, let value = PathLiteral.value(sides[1].trimmingBlanks())
            else { throw .badRequest("The argument '\(part)' of '\(segment.text)' is not understood.") }
            result[parameter.name] = value
        }
        return result
    }

    private func requireAvailable(_ versions: Versions, _ segment: PathSegment) throws(ODataError) {
        guard versions.contains(version) else { throw unavailable(segment) }
    }

    private func unavailable(_ segment: PathSegment) -> ODataError {
        .notFound("The segment '\(segment.text)' is not offered in \(version.rawValue).")
    }
}
