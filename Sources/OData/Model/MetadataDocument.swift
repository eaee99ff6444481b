/// The schema as XML (OData CSDL 4.0) with what one version offers.
enum MetadataDocument {
    static func xml(of model: Model, _ version: ServiceVersion) -> [UInt8] {
        var document = XMLWriter()
        document.open(
            "edmx:Edmx", [("Version", "4.0"), ("xmlns:edmx", "http://docs.oasis-open.org/odata/ns/edmx")])
        document.open("edmx:DataServices")
        document.open("Schema", [("Namespace", model.namespace), ("xmlns", "http://docs.oasis-open.org/odata/ns/edm")])
        var schema = SchemaWriter(model: model, version: version, document: document)
        schema.write()
        document = schema.document
        document.close("Schema")
        document.close("edmx:DataServices")
        document.close("edmx:Edmx")
        return document.bytes
    }
}

/// Writes the elements of the schema.
private struct SchemaWriter {
    let model: Model
    let version: ServiceVersion
    var document: XMLWriter

    mutating func write() {
        let types = model.types.map(\.description).filter { $0.versions.contains(version) }
        let values = ReachableTypes(types: types, imports: model.imports, version: version)
        for description in values.enumerations { enumeration(description) }
        for description in values.complexTypes { complexType(description) }
        for type in types { entityType(type) }
        roots()
        for type in types {
            for operation in type.operations where operation.versions.contains(version) {
                self.operation(operation, of: type)
            }
        }
        for operation in model.imports where operation.versions.contains(version) { self.operation(operation, of: nil) }
        container()
    }

    private mutating func enumeration(_ description: EnumDescription) {
        document.open("EnumType", [("Name", description.name)] + (description.isFlags ? [("IsFlags", "true")] : []))
        let sentinel = EnumMember(
            name: EnumDescription.sentinel, number: description.sentinelNumber, isEvolvable: false, versions: .both)
        for member in (description.members + [sentinel]).sorted(by: { $0.number < $1.number })
        where member.versions.contains(version) {
            document.empty("Member", [("Name", member.name), ("Value", "\(member.number)")])
        }
        document.close("EnumType")
    }

    private mutating func complexType(_ description: ComplexDescription) {
        document.open("ComplexType", [("Name", description.name)])
        properties(description.properties, of: description.name)
        document.close("ComplexType")
    }

    private mutating func entityType(_ type: EntityDescription) {
        var attributes = [("Name", type.name)]
        if let base = type.base { attributes.append(("BaseType", "\(model.namespace).\(base)")) }
        if type.isAbstract { attributes.append(("Abstract", "true")) }
        document.open("EntityType", attributes)
        if type.base == nil {
            document.open("Key")
            document.empty("PropertyRef", [("Name", "id")])
            document.close("Key")
        }
        properties(type.properties, of: type.name)
        for navigation in type.navigations where navigation.versions.contains(version) { self.navigation(navigation) }
        document.close("EntityType")
    }

    private mutating func properties(_ properties: [PropertyDescription], of type: String) {
        for property in properties where property.versions.contains(version) {
            var attributes = [
                ("Name", property.name), ("Type", property.type.qualifiedName(namespace: model.namespace)),
            ]
            if case .entity = property.type {
                document.empty("NavigationProperty", attributes)
                continue
            }
            if !model.isPublishedNullable(property, of: type) { attributes.append(("Nullable", "false")) }
            document.empty("Property", attributes)
        }
    }

    private mutating func navigation(_ navigation: Navigation) {
        let target = EdmType.entity(name: navigation.target)
        let type = navigation.isCollection ? EdmType.collection(target) : target
        var attributes = [("Name", navigation.name), ("Type", type.qualifiedName(namespace: model.namespace))]
        if navigation.isContained { attributes.append(("ContainsTarget", "true")) }
        document.empty("NavigationProperty", attributes)
    }

    /// - Parameter type: what the operation is bound to; nil for one of the root.
    private mutating func operation(_ operation: BoundOperation, of type: EntityDescription?) {
        let element = operation.kind == .action ? "Action" : "Function"
        document.open(element, [("Name", operation.name)] + (type == nil ? [] : [("IsBound", "true")]))
        if let type {
            let owner = EdmType.entity(name: type.name)
            parameter("bindingParameter", operation.isOnCollection ? .collection(owner) : owner, isNullable: true)
        }
        for item in operation.parameters where item.versions.contains(version) {
            parameter(item.name, item.type, isNullable: item.isNullable)
        }
        let result: String? =
            switch operation.returns {
            case .none: nil
            case .entity(let name): EdmType.entity(name: name).qualifiedName(namespace: model.namespace)
            case .entities(let name):
                EdmType.collection(.entity(name: name)).qualifiedName(namespace: model.namespace)
            case .value(let type): type.qualifiedName(namespace: model.namespace)
            case .stream: "Edm.Stream"
            }
        if let result { document.empty("ReturnType", [("Type", result)]) }
        document.close(element)
    }

    private mutating func parameter(_ name: String, _ type: EdmType, isNullable: Bool) {
        let attributes = [("Name", name), ("Type", type.qualifiedName(namespace: model.namespace))]
        document.empty("Parameter", attributes + (isNullable ? [] : [("Nullable", "false")]))
    }

    /// Members whose names have two segments hang below a singleton of a type that
    /// exists for that only.
    private var nested: [(root: String, members: [(name: String, member: ContainerMember)])] {
        var result: [(root: String, members: [(name: String, member: ContainerMember)])] = []
        for member in model.container where member.versions.contains(version) {
            let parts = member.name.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            if let index = result.firstIndex(where: { $0.root == parts[0] }) {
                result[index].members.append((parts[1], member))
            } else {
                result.append((parts[0], [(parts[1], member)]))
            }
        }
        return result
    }

    private mutating func roots() {
        for (root, members) in nested {
            document.open("EntityType", [("Name", "\(root)Root")])
            for (name, member) in members {
                navigation(member.isCollection ? .many(name, member.type) : .one(name, member.type, contained: true))
            }
            document.close("EntityType")
        }
    }

    private mutating func container() {
        document.open("EntityContainer", [("Name", "Service")])
        for (root, _) in nested {
            document.empty("Singleton", [("Name", root), ("Type", "\(model.namespace).\(root)Root")])
        }
        for member in model.container where member.versions.contains(version) && !member.name.contains("/") {
            let type = "\(model.namespace).\(member.type)"
            if member.isCollection {
                document.empty("EntitySet", [("Name", member.name), ("EntityType", type)])
            } else {
                document.empty("Singleton", [("Name", member.name), ("Type", type)])
            }
        }
        for operation in model.imports where operation.versions.contains(version) {
            let kind = operation.kind == .action ? "Action" : "Function"
            document.empty(
                "\(kind)Import", [("Name", operation.name), (kind, "\(model.namespace).\(operation.name)")])
        }
        document.close("EntityContainer")
    }
}

/// The enumerations and complex types that a list of entity types uses, each once, in the order in
/// which they are met.
struct ReachableTypes {
    private(set) var enumerations: [EnumDescription] = []
    private(set) var complexTypes: [ComplexDescription] = []
    private var seen: Set<EdmType> = []
    private let version: ServiceVersion

    /// - Parameter imports: the operations of the root.
    init(types: [EntityDescription], imports: [BoundOperation], version: ServiceVersion) {
        self.version = version
        for type in types {
            for property in type.properties where property.versions.contains(version) { visit(property.type) }
            for operation in type.operations { visit(operation) }
        }
        for operation in imports { visit(operation) }
    }

    private mutating func visit(_ operation: BoundOperation) {
        guard operation.versions.contains(version) else { return }
        for parameter in operation.parameters where parameter.versions.contains(version) { visit(parameter.type) }
        if case .value(let result) = operation.returns { visit(result) }
    }

    private mutating func visit(_ type: EdmType) {
        if case .collection(let element) = type { return visit(element) }
        guard seen.insert(type).inserted else { return }
        switch type {
        case .enumeration(let description): enumerations.append(description)
        case .complex(let description):
            complexTypes.append(description)
            for property in description.properties where property.versions.contains(version) { visit(property.type) }
        case .string, .boolean, .int32, .int64, .double, .dateTimeOffset, .duration, .entity, .collection: return
        }
    }
}

/// Appends elements and escaped attributes.
struct XMLWriter {
    private(set) var bytes = Array("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n".utf8)

    mutating func open(_ name: String, _ attributes: [(String, String)] = []) { tag(name, attributes, end: ">") }
    mutating func empty(_ name: String, _ attributes: [(String, String)] = []) { tag(name, attributes, end: "/>") }
    mutating func close(_ name: String) { bytes.append(contentsOf: "</\(name)>\n".utf8) }

    private mutating func tag(_ name: String, _ attributes: [(String, String)], end: String) {
        bytes.append(contentsOf: "<\(name)".utf8)
        for (name, value) in attributes {
            bytes.append(contentsOf: " \(name)=\"".utf8)
            for byte in value.utf8 { escaped(byte) }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(contentsOf: "\(end)\n".utf8)
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
        default: bytes.append(byte)
        }
    }
}
