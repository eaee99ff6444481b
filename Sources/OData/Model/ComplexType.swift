import Texts

/// A complex type without its Swift type.
public struct ComplexDescription: Sendable, Hashable {
    /// The name without namespace.
    public let name: String
    private let list: @Sendable () -> [PropertyDescription]

    init(name: String, properties: @escaping @Sendable () -> [PropertyDescription]) {
        self.name = name
        list = properties
    }

    /// The properties. A type cannot hold itself, not even in a collection: its
    /// declaration would need itself.
    public var properties: [PropertyDescription] { list() }

    /// Two complex types of one model are equal when they have one name.
    public static func == (left: ComplexDescription, right: ComplexDescription) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The declaration of a complex type.
public struct ComplexType<Value: Sendable>: Sendable {
    /// The name without namespace.
    public let name: String
    /// The properties in order.
    public let properties: [Property<Value>]

    /// Declares a complex type.
    public init(_ name: String, @PropertyList<Value> _ properties: () -> [Property<Value>]) {
        self.name = name
        self.properties = properties()
    }
}

/// Collects the properties of a complex type.
@resultBuilder
public enum PropertyList<Value: Sendable> {
    public static func buildExpression(_ property: Property<Value>) -> [Property<Value>] { [property] }
    public static func buildExpression(_ properties: [Property<Value>]) -> [Property<Value>] { properties }
    public static func buildBlock(_ parts: [Property<Value>]...) -> [Property<Value>] { parts.flatMap { $0 } }
    public static func buildOptional(_ part: [Property<Value>]?) -> [Property<Value>] { part ?? [] }
    public static func buildEither(first part: [Property<Value>]) -> [Property<Value>] { part }
    public static func buildEither(second part: [Property<Value>]) -> [Property<Value>] { part }
    public static func buildArray(_ parts: [[Property<Value>]]) -> [Property<Value>] { parts.flatMap { $0 } }
}

/// A Swift structure that is a complex type of the model.
public protocol EdmComplex: EdmValue {
    /// An empty value, into which a body is read.
    init()
    static var edm: ComplexType<Self> { get }
}

extension EdmComplex {
    public static var edmType: EdmType {
        .complex(ComplexDescription(name: edm.name) { edm.properties.map(\.description) })
    }

    public func write(to writer: inout EdmWriter) {
        writer.json.beginObject()
        for property in Self.edm.properties where property.description.versions.contains(writer.context.version) {
            guard property.description.isSelectedByDefault else { continue }
            writer.json.name(encoded: property.encodedName)
            property.write(self, &writer)
        }
        writer.json.endObject()
    }

    /// Reads an object. Ignores annotations and read-only members, whatever they hold, and refuses
    /// members that the type does not have.
    public init(edm reader: EdmReader) throws(ODataError) {
        guard case .object(let object) = reader.value else { throw reader.mustBe("an object") }
        self.init()
        let properties = Self.edm.properties
        for (name, value) in try reader.membersWithoutAnnotations(of: object, properties.map(\.description.name)) {
            let path = reader.property.isEmpty ? name : "\(reader.property)/\(name)"
            guard let property = properties.first(where: { $0.description.name == name }),
                property.description.versions.contains(reader.version)
            else { throw .badRequest("The property '\(path)' does not exist.", target: path) }
            guard let prepare = property.prepare else { continue }
            try prepare(EdmReader(value, property: path, version: reader.version))(&self)
        }
    }

    /// The value of a member. The whole value only tells that it is not null, because nothing else
    /// can be asked of it.
    public func filterValue(at path: ArraySlice<String>, _ context: WriteContext) -> FilterValue {
        guard let name = path.first else { return .bool(true) }
        guard let property = Self.edm.properties.first(where: { $0.description.name == name })
        else { return .null }
        return property.filterValue(self, path.dropFirst(), context)
    }
}
