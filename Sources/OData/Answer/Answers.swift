import Texts

/// A page of a collection.
public struct Page<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    /// The records in order.
    public var records: [Record]
    /// Where the next page begins, in the handler's own words; nil on the last page.
    public var nextPosition: String?
    /// All matches whatever the page, where `options.counts` asked for it.
    public var count: Int?
    /// The only properties to show where `$select` names none; nil for the default.
    public var shows: [String]?
    /// Entities that are shown inside of records without being asked for, by the record's id
    /// and the navigation's name.
    public var inlined: [String: [String: InlineEntity]] = [:]

    /// Makes a page.
    public init(_ records: [Record], nextPosition: String? = nil, count: Int? = nil, shows: [String]? = nil) {
        self.shows = shows
        self.records = records
        self.nextPosition = nextPosition
        self.count = count
    }
}

/// The answer of a POST, PATCH or action that shows one entity.
public struct EntityAnswer<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    /// The record.
    public var record: Record
    /// The status; nil for the usual one: 201 created, 200 updated or acted upon.
    public var status: Int?
    /// The only properties to show; nil for what `$select` says or the default.
    public var shows: [String]?
    /// More members, written last, such as `things@delta`.
    public var extra: [ExtraMember]
    /// More header fields.
    public var headers: Headers

    /// Makes an answer.
    public init(
        _ record: Record, status: Int? = nil, shows: [String]? = nil, extra: [ExtraMember] = [],
        headers: Headers = Headers()
    ) {
        self.record = record
        self.status = status
        self.shows = shows
        self.extra = extra
        self.headers = headers
    }
}

/// The answer of an operation that gives values which are not entities.
public struct ValuePage<Value: EdmValue>: Sendable {
    /// The values in order.
    public var values: [Value]
    /// Where the next page begins; nil on the last page.
    public var nextPosition: String?
    /// `@odata.count`, if it shall be there.
    public var count: Int?

    /// Makes a page.
    public init(_ values: [Value], nextPosition: String? = nil, count: Int? = nil) {
        self.values = values
        self.nextPosition = nextPosition
        self.count = count
    }
}

/// The body of a POST or PATCH, read when the handler asks: the state is checked before the body,
/// as errors are ordered.
public struct RequestBody<Record: Sendable & Identifiable>: Sendable where Record.ID == String {
    let bytes: [UInt8]
    let typeName: String
    let purpose: BodyPurpose
    let model: Model
    let version: ServiceVersion
    let limits: JSONLimits

    /// Whether nothing was sent.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The entity; nothing sent counts as `{}` where something is made, and is refused where
    /// something is changed, as Graph does.
    ///
    /// - Parameter code: the error code for a malformed body, 400.
    /// - Parameter undeclared: members that the type does not declare and that the
    ///   handler reads all the same: those of the entity come as annotations, those of
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

    /// The arguments by name, checked for names that the operation does not have; annotations are
    /// left out. A function's arguments are in its path.
    public func values(invalid code: ODataErrorCode = .badRequest) throws(ODataError) -> ArgumentValues {
        do throws(ODataError) {
            if operation.kind == .function {
                return ArgumentValues(values: call.arguments, version: version)
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
}

/// Arguments by canonical name.
public struct ArgumentValues: Sendable {
    let values: [String: JSONValue]
    let version: ServiceVersion

    /// The argument `name`; one that was not given reads as `null`, so that optional types give
    /// nil and others 400.
    public func value<Value: EdmValue>(_ name: String, as type: Value.Type = Value.self) throws(ODataError) -> Value {
        try Value(edm: EdmReader(values[name] ?? .null, property: name, version: version))
    }

    /// Whether `name` was given.
    public func names(_ name: String) -> Bool { values[name] != nil }
}

enum BodyText {
    /// The object in a body; 400 with the property's name where a text cannot be kept. JSON can
    /// hold a NUL, the catalogue cannot.
    static func storable(_ bytes: [UInt8], _ limits: JSONLimits) throws(ODataError) -> JSONObject {
        let object = try object(bytes, limits)
        if let property = JSONValue.object(object).propertyWithNUL {
            let name = property.shortened(toScalars: 200)
            throw .badRequest("The property '\(name)' holds a NUL character.", target: name)
        }
        return object
    }

    /// The object in a body; nothing sent counts as `{}`.
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

extension ODataError {
    /// The same with another code, if it is a plain 400.
    func recoded(_ code: ODataErrorCode) -> ODataError {
        guard self.status == 400, self.code == ODataErrorCode.badRequest.rawValue else { return self }
        var error = self
        error.code = code.rawValue
        return error
    }
}
