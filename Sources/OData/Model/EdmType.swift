/// A type of the entity data model that this engine supports.
public indirect enum EdmType: Sendable, Hashable {
    case string
    case boolean
    /// A whole number of 32 bits.
    case int32
    /// A whole number of 64 bits.
    case int64
    /// A number of binary 64-bit floating point.
    case double
    /// A moment, with any offset on the wire.
    case dateTimeOffset
    /// A length of time in days, hours, minutes and seconds.
    case duration
    /// An enumeration; its members come with it.
    case enumeration(EnumDescription)
    /// A structured value without identity.
    case complex(ComplexDescription)
    /// An entity that is written inside of another value.
    case entity(name: String)
    case collection(EdmType)

    /// The name for messages and metadata: `Edm.String`, `Collection(Edm.Int32)`, or the qualified
    /// name of a declared type.
    public func qualifiedName(namespace: String) -> String {
        switch self {
        case .string: "Edm.String"
        case .boolean: "Edm.Boolean"
        case .int32: "Edm.Int32"
        case .int64: "Edm.Int64"
        case .double: "Edm.Double"
        case .dateTimeOffset: "Edm.DateTimeOffset"
        case .duration: "Edm.Duration"
        case .enumeration(let description): "\(namespace).\(description.name)"
        case .complex(let description): "\(namespace).\(description.name)"
        case .entity(let name): "\(namespace).\(name)"
        case .collection(let element): "Collection(\(element.qualifiedName(namespace: namespace)))"
        }
    }
}

/// What the form of a written value depends on.
public struct WriteContext: Sendable {
    /// The version that the client addressed.
    public var version: ServiceVersion
    /// Whether members behind the sentinel may be sent as they are.
    public var includesUnknownEnumMembers: Bool
    /// The kind of caller: some properties are shown to people only.
    public var caller: CallerKind
    /// The address of the version root, for context URLs and links: `http://127.0.0.1:8080/v1.0`.
    public var serviceRoot: String
    /// Whether whole numbers of 64 bits are written as text.
    public var writesInt64AsText: Bool

    public init(
        version: ServiceVersion = .v1, includesUnknownEnumMembers: Bool = false, caller: CallerKind = .delegated,
        serviceRoot: String = "https://localhost/v1.0", writesInt64AsText: Bool = false
    ) {
        self.writesInt64AsText = writesInt64AsText
        self.version = version
        self.includesUnknownEnumMembers = includesUnknownEnumMembers
        self.caller = caller
        self.serviceRoot = serviceRoot
    }
}

/// JSON output together with the context that shapes it.
public struct EdmWriter: Sendable {
    /// The text so far.
    public var json = JSONWriter()
    /// Version, preferences and caller.
    public let context: WriteContext

    public init(context: WriteContext) { self.context = context }
}

/// One value of a body, with the property's name for messages.
public struct EdmReader: Sendable {
    /// The value as it was sent.
    public let value: JSONValue
    /// The property, for example `retentionSettings/period`.
    public let property: String
    /// The version that the client addressed.
    public let version: ServiceVersion

    public init(_ value: JSONValue, property: String, version: ServiceVersion = .v1) {
        self.value = value
        self.property = property
        self.version = version
    }

    /// The refusal that names the property and what it must be.
    public func mustBe(_ expectation: String) -> ODataError {
        .badRequest("The property '\(property)' must be \(expectation).", target: property)
    }
}

/// A Swift type that is a type of the entity data model.
public protocol EdmValue: Sendable {
    static var edmType: EdmType { get }
    /// Whether `null` is a value of it.
    static var isEdmNullable: Bool { get }
    func write(to writer: inout EdmWriter)
    /// Reads the value out of a body.
    init(edm reader: EdmReader) throws(ODataError)
    /// The value that `$filter` and `$orderby` compare; `path` names members inside
    /// of a structured value.
    func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue
}

extension EdmValue {
    public static var isEdmNullable: Bool { false }
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue { .null }
}
