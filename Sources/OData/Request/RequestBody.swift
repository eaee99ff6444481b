import Texts

/// The body of a POST or PATCH, which is read when the handler asks for it, because the contract's
/// order of errors puts the state before the body.
public struct RequestBody<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    let bytes: [UInt8]
    let typeName: String
    let purpose: BodyPurpose
    let model: Model
    let version: ServiceVersion
    let limits: JSONLimits

    /// Whether nothing was sent.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The entity. An empty body counts as `{}` in a POST and is refused in a PATCH, as Graph does.
    ///
    /// - Parameter code: the error code for a malformed body, 400.
    /// - Parameter undeclared: members that the handler reads although the type
    ///   does not declare them: those of the entity come as annotations, those of
    ///   entries are named `navigation/member`.
    public func entity(
        invalid code: ODataErrorCode = .badRequest, reading undeclared: Set<String> = []
    ) throws(ODataError) -> EntityBody<Record> {
        do throws(ODataError) {
            guard !isEmpty || purpose == .create else {
                throw .badRequest("Empty Payload. JSON content expected.")
            }
            return try EntityBody(
                try BodyText.storable(bytes, limits), typeName: typeName, for: purpose, model: model, version: version,
                undeclared: undeclared)
        } catch {
            throw error.recoded(code)
        }
    }
}

/// The arguments of an action or a function, read when the handler asks.
public struct Arguments: Sendable {
    let bytes: [UInt8]
    let call: OperationCall
    let operation: BoundOperation
    let version: ServiceVersion
    let limits: JSONLimits
    /// The options of the query without `$`, in which a function's arguments may stand.
    let options: [(name: String, value: String)]

    /// The arguments by name. Refuses names that the operation does not have and leaves annotations
    /// out. The arguments of a function stand in its path.
    public func values(invalid code: ODataErrorCode = .badRequest) throws(ODataError) -> ArgumentValues {
        do throws(ODataError) {
            if operation.kind == .function {
                return ArgumentValues(values: try argumentsOfFunction(), version: version)
            }
            var values: [String: JSONValue] = [:]
            let object = try BodyText.storable(bytes, limits)
            let reader = EdmReader(.object(object), property: "", version: version)
            for (name, value) in try reader.membersWithoutAnnotations(of: object, operation.parameters.map(\.name)) {
                guard operation.parameters.contains(where: { $0.name == name && $0.versions.contains(version) }) else {
                    throw .badRequest("The action '\(operation.name)' has no parameter '\(name)'.", target: name)
                }
                values[name] = value
            }
            return ArgumentValues(values: values, version: version)
        } catch {
            throw error.recoded(code)
        }
    }

    private func argumentsOfFunction() throws(ODataError) -> [String: JSONValue] {
        guard operation.argumentsInQuery else { return call.arguments }
        var values = call.arguments
        for (name, text) in options {
            let offered = operation.parameters.filter { $0.versions.contains(version) }
            guard let parameter = offered.first(where: { $0.name == name }) else {
                let names = offered.map(\.name).joined(separator: ", ")
                throw .badRequest(
                    """
                    '\(operation.name)' has no parameter '\(name.shortened(toScalars: 200))'. It has: \(names).
                    """,
                    target: name.shortened(toScalars: 200))
            }
            guard values.updateValue(parameter.type.value(inQuery: text), forKey: name) == nil else {
                throw .badRequest("The parameter '\(name)' is given twice.", target: name)
            }
        }
        return values
    }
}

extension EdmType {
    /// A text of the query as the value that a body would hold; the text itself where it is none of
    /// the type, which the reader of the argument refuses.
    fileprivate func value(inQuery text: String) -> JSONValue {
        switch self {
        case .int32, .int64: Int64(text).map { .int($0) } ?? .string(text)
        case .double: Double(text).flatMap { $0.isFinite ? .double($0) : nil } ?? .string(text)
        case .boolean: Bool(text).map { .bool($0) } ?? .string(text)
        case .collection(let element):
            .array(text.isEmpty ? [] : text.parts(at: ",").map { element.value(inQuery: String($0)) })
        case .string, .dateTimeOffset, .duration, .enumeration, .complex, .entity: .string(text)
        }
    }
}

/// Arguments by canonical name.
public struct ArgumentValues: Sendable {
    let values: [String: JSONValue]
    let version: ServiceVersion

    /// The argument `name`. A missing one reads as `null`, which is nil for optional types
    /// and 400 for others.
    public func value<Value: EdmValue>(_ name: String, as type: Value.Type = Value.self) throws(ODataError) -> Value {
        try Value(edm: EdmReader(values[name] ?? .null, property: name, version: version))
    }

    /// Whether `name` was given.
    public func names(_ name: String) -> Bool { values[name] != nil }
}

enum BodyText {
    /// The object in a body. Refuses a text with a NUL by the name of its property, because the
    /// catalogue cannot keep it.
    static func storable(_ bytes: [UInt8], _ limits: JSONLimits) throws(ODataError) -> JSONObject {
        let object = try object(bytes, limits)
        if let property = JSONValue.object(object).propertyWithNUL {
            let name = property.shortened(toScalars: 200)
            throw .badRequest("The property '\(name)' holds a NUL character.", target: name)
        }
        return object
    }

    /// The object in a body; an empty body counts as `{}`.
    static func object(_ bytes: [UInt8], _ limits: JSONLimits) throws(ODataError) -> JSONObject {
        guard !bytes.isEmpty else { return JSONObject() }
        guard bytes.count <= limits.maximumBytes else { throw .requestEntityTooLarge }
        do throws(JSONParseError) {
            guard case .object(let object) = try JSONValue(parsing: bytes, limits: limits) else {
                throw JSONParseError(offset: 0, message: "An object was expected.")
            }
            return object
        } catch {
            throw ODataError(error)
        }
    }
}
