/// What clients may do with a property besides reading it.
public struct Access: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// Set in the body that creates.
    public static let create = Access(rawValue: 1)
    /// Set in the body that updates.
    public static let update = Access(rawValue: 2)
    /// May be named in `$filter`.
    public static let filter = Access(rawValue: 4)
    /// May be named in `$orderby`.
    public static let order = Access(rawValue: 8)
}

/// A property without the Swift type that holds it.
public struct PropertyDescription: Sendable, Hashable {
    /// The name on the wire.
    public let name: String
    public fileprivate(set) var type: EdmType
    /// Whether it may be null.
    public let isNullable: Bool
    /// What clients may do with it.
    public let access: Access
    /// The versions that have it.
    public let versions: Versions
    /// Whether it is sent when `$select` does not name it.
    public let isSelectedByDefault: Bool
    /// What a data source calls it, for filters and orders that are pushed down.
    public let column: String
}

/// A property of an entity or complex type: a name on the wire for a place in a Swift value.
///
/// A class, because it is looked at for each value that is written: that copies a
/// reference and no fields.
public final class Property<Owner: Sendable>: Sendable {
    /// The declaration without the Swift types.
    public let description: PropertyDescription
    /// The name of the declaration.
    let name: String
    /// The name, quoted and with its colon.
    let encodedName: [UInt8]
    /// Whether it is sent when `$select` does not name it.
    let isSelectedByDefault: Bool
    let write: @Sendable (Owner, inout EdmWriter) -> Void
    let filterValue: @Sendable (Owner, ArraySlice<String>, WriteContext) -> FilterValue
    /// Reads a value and gives back how to put it into its place; nil for computed properties.
    let prepare: (@Sendable (EdmReader) throws(ODataError) -> @Sendable (inout Owner) -> Void)?

    /// Declares a property that is stored at `path`.
    ///
    /// - Parameter name: the name on the wire.
    /// - Parameter path: where the value is.
    /// - Parameter access: what clients may do besides reading.
    /// - Parameter versions: where it exists.
    /// - Parameter defaultSelected: false for what is sent only when `$select` names it.
    /// - Parameter column: what a data source calls it; the name if not given.
    public convenience init<Value: EdmValue>(
        _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable, _ access: Access = [],
        versions: Versions = .both, defaultSelected: Bool = true, column: String? = nil
    ) {
        @Sendable func setter(_ reader: EdmReader) throws(ODataError) -> @Sendable (inout Owner) -> Void {
            let value = try Value(edm: reader)
            return { owner in owner[keyPath: path] = value }
        }
        let description = PropertyDescription(
            name, Value.self, access: access, versions: versions, isSelectedByDefault: defaultSelected, column: column)
        self.init(description, read: Self.reader(path), prepare: setter)
    }

    /// Reads through a key path. A key path is walked part by part each time that it is used; of a
    /// stored property only its place in the owner is kept. That is safe: `offset(of:)` gives the
    /// place where a stored property of this very type lies, and nil for every other key path.
    private static func reader<Value>(
        _ path: any WritableKeyPath<Owner, Value> & Sendable
    ) -> @Sendable (Owner, WriteContext) -> Value {
        guard let offset = MemoryLayout<Owner>.offset(of: path) else { return { owner, _ in owner[keyPath: path] } }
        return { owner, _ in
            unsafe withUnsafeBytes(of: owner) { unsafe $0.load(fromByteOffset: offset, as: Value.self) }
        }
    }

    /// Declares a property that is computed, if need be from who asks; it cannot be set.
    public convenience init<Value: EdmValue>(
        _ name: String, of type: Value.Type = Value.self, _ access: Access = [], versions: Versions = .both,
        defaultSelected: Bool = true, column: String? = nil, value: @escaping @Sendable (Owner, WriteContext) -> Value
    ) {
        let description = PropertyDescription(
            name, type, access: access, versions: versions, isSelectedByDefault: defaultSelected, column: column)
        self.init(description, read: value)
    }

    /// Declares an entity inside of a complex value; in the schema it is a navigation.
    public convenience init(
        _ name: String, entity: String, versions: Versions = .both,
        value: @escaping @Sendable (Owner, WriteContext) -> InlineEntity?
    ) {
        var description = PropertyDescription(
            name, InlineEntity?.self, access: [], versions: versions, isSelectedByDefault: true, column: nil)
        description.type = .entity(name: entity)
        self.init(description, read: value)
    }

    private init<Value: EdmValue>(
        _ description: PropertyDescription, read: @escaping @Sendable (Owner, WriteContext) -> Value,
        prepare: (@Sendable (EdmReader) throws(ODataError) -> @Sendable (inout Owner) -> Void)? = nil
    ) {
        self.description = description
        name = description.name
        isSelectedByDefault = description.isSelectedByDefault
        encodedName = JSONWriter.encodedName(description.name)
        write = { owner, writer in read(owner, writer.context).write(to: &writer) }
        filterValue = { owner, path, context in read(owner, context).filterValue(at: path, context) }
        self.prepare = prepare
    }
}

extension PropertyDescription {
    /// - Parameter column: what a data source calls the property; nil where it uses the name.
    fileprivate init<Value: EdmValue>(
        _ name: String, _: Value.Type, access: Access, versions: Versions, isSelectedByDefault: Bool, column: String?
    ) {
        self.init(
            name: name, type: Value.edmType, isNullable: Value.isEdmNullable, access: access, versions: versions,
            isSelectedByDefault: isSelectedByDefault, column: column ?? name)
    }
}
