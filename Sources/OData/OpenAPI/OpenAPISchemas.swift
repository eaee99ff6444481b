/// The types of a model as JSON schemas (draft 2020-12, as OpenAPI 3.1 has them).
struct OpenAPISchemas {
    let model: Model
    let version: ServiceVersion

    /// Every schema by its name, in the order of the metadata document.
    func components() -> JSONObject {
        let types = model.types.map(\.description).filter { $0.versions.contains(version) }
        let values = ReachableTypes(types: types, imports: model.imports, version: version)
        var schemas = JSONObject()
        for description in values.enumerations { schemas[name(description.name)] = enumeration(description) }
        for description in values.complexTypes { schemas[name(description.name)] = complex(description) }
        for type in types { schemas[name(type.name)] = entity(type) }
        schemas["odata.error"] = OpenAPIParts.errorSchema
        return schemas
    }

    /// A reference to a declared type.
    func reference(_ type: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name(type))")] }

    /// A page of a collection.
    func page(of element: JSONValue) -> JSONValue {
        [
            "type": "object", "required": ["value"],
            "properties": [
                "@odata.context": ["type": "string"], "@odata.count": ["type": "integer", "minimum": 0],
                "@odata.nextLink": ["type": "string", "format": "uri"], "value": ["type": "array", "items": element],
            ],
        ]
    }

    /// The schema of a type where it is not null.
    func schema(of type: EdmType) -> JSONValue {
        switch type {
        case .string: ["type": "string"]
        case .boolean: ["type": "boolean"]
        case .int32: ["type": "integer", "format": "int32", "minimum": -2_147_483_648, "maximum": 2_147_483_647]
        case .int64:
            model.writesInt64AsText
                ? ["type": "string", "pattern": "^-?[0-9]+$"] : ["type": "integer", "format": "int64"]
        case .double: ["type": "number", "format": "double"]
        case .dateTimeOffset: ["type": "string", "format": "date-time"]
        case .duration: ["type": "string", "format": "duration"]
        // Several flags are written as one string, joined with commas.
        case .enumeration(let description): description.isFlags ? ["type": "string"] : reference(description.name)
        case .complex(let description): reference(description.name)
        case .entity(let name): reference(name)
        case .collection(let element): ["type": "array", "items": schema(of: element)]
        }
    }

    /// What a POST or PATCH may set.
    func body(of type: String, for purpose: BodyPurpose) -> JSONValue {
        let needed: Access = purpose == .create ? .create : .update
        var properties = JSONObject()
        for property in model.properties(of: type, in: version) where property.access.contains(needed) {
            properties[property.name] = orNull(schema(of: property.type), property.isNullable)
        }
        for navigation in (model.entry(type)?.navigations.values ?? [:].values).sorted(by: { $0.name < $1.name })
        where navigation.access.contains(needed) && navigation.versions.contains(version) {
            let entries: JSONValue = ["type": "array", "items": ["type": "object"]]
            properties[navigation.name] = navigation.isCollection ? entries : ["type": "object"]
            if navigation.isCollection, purpose == .update { properties["\(navigation.name)@delta"] = entries }
        }
        return ["type": "object", "properties": .object(properties)]
    }

    /// The arguments of an action.
    func arguments(of operation: BoundOperation?) -> JSONValue {
        var properties = JSONObject()
        for parameter in operation?.parameters ?? [] where parameter.versions.contains(version) {
            properties[parameter.name] = orNull(schema(of: parameter.type), parameter.isNullable)
        }
        return ["type": "object", "properties": .object(properties)]
    }

    private func name(_ type: String) -> String { "\(model.namespace).\(type)" }

    private func orNull(_ schema: JSONValue, _ isNullable: Bool) -> JSONValue {
        isNullable ? ["anyOf": [schema, ["type": "null"]]] : schema
    }

    private func enumeration(_ description: EnumDescription) -> JSONValue {
        let members = description.members.filter { $0.versions.contains(version) }.map { JSONValue.string($0.name) }
        return ["type": "string", "enum": .array(members + [.string(EnumDescription.sentinel)])]
    }

    private func complex(_ description: ComplexDescription) -> JSONValue {
        [
            "type": "object",
            "properties": .object(properties(description.properties, of: description.name, isReadOnlyMarked: false)),
        ]
    }

    private func entity(_ type: EntityDescription) -> JSONValue {
        var properties = properties(type.properties, of: type.name, isReadOnlyMarked: true)
        for navigation in type.navigations where navigation.versions.contains(version) {
            let target = reference(navigation.target)
            properties[navigation.name] =
                navigation.isCollection ? ["type": "array", "items": target] : orNull(target, true)
        }
        guard let base = type.base else {
            properties["@odata.type"] = ["type": "string"]
            return ["type": "object", "properties": .object(properties)]
        }
        return ["allOf": [reference(base), ["type": "object", "properties": .object(properties)]]]
    }

    private func properties(_ list: [PropertyDescription], of type: String, isReadOnlyMarked: Bool) -> JSONObject {
        var properties = JSONObject()
        for property in list where property.versions.contains(version) {
            let plain = orNull(schema(of: property.type), model.isPublishedNullable(property, of: type))
            guard isReadOnlyMarked, property.access.isDisjoint(with: [.create, .update]), var object = plain.objectValue
            else {
                properties[property.name] = plain
                continue
            }
            object["readOnly"] = true
            properties[property.name] = .object(object)
        }
        return properties
    }
}
