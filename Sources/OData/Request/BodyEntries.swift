/// Reads the entries of navigations in a body. Names are checked here against the type at the
/// navigation's end; values are checked by their user.
struct BodyEntries {
    let model: Model
    let version: ServiceVersion
    /// Members of entries that are read although no type has them, as `navigation/member`.
    let undeclared: Set<String>

    /// The type that an object names, in canonical spelling: any letter case, with or without `#`,
    /// any namespace; nil where it names none.
    func typeName(_ object: JSONObject, _ declared: String) throws(ODataError) -> String? {
        guard let annotation = object["@odata.type"] ?? object["@type"] else { return nil }
        guard let last = annotation.stringValue?.split(separator: ".").last else {
            throw .badRequest("The annotation '@odata.type' must be a type name.", target: "@odata.type")
        }
        let wanted = (last.first == "#" ? last.dropFirst() : last).lowercased()
        let lineage = model.entry(declared).map { $0.lineage + $0.derived } ?? []
        guard let name = lineage.first(where: { $0.lowercased() == wanted }) else {
            throw .badRequest(
                "The type '\(last)' does not fit '\(model.namespace).\(declared)'.", target: "@odata.type")
        }
        return model.isType(name, declared) ? name : nil
    }

    /// The entries of `things@delta`.
    func delta(_ value: JSONValue, of navigation: Navigation, as name: String) throws(ODataError) -> [DeltaEntry] {
        guard case .array(let elements) = value else {
            throw .badRequest("The property '\(name)' must be an array.", target: name)
        }
        var entries: [DeltaEntry] = []
        for (index, element) in elements.enumerated() {
            guard case .object(let object) = element else {
                throw .badRequest("The entry \(name)[\(index)] must be an object.", target: name)
            }
            try check(object, of: navigation, as: "\(name)[\(index)]", isChange: true)
            guard let removal = object["@removed"] else {
                entries.append(.add(element))
                continue
            }
            guard removal.objectValue != nil else {
                throw .badRequest(
                    "'@removed' of \(name)[\(index)] must be an object such as {\"reason\":\"changed\"}.", target: name)
            }
            guard let id = EntityReference.id(element) else {
                throw .badRequest("The removed entry \(name)[\(index)] must name its id.", target: name)
            }
            entries.append(.remove(id: id))
        }
        return entries
    }

    /// Checks the names in the entries of a navigation. Leaves anything but objects and
    /// arrays to their user.
    func check(_ value: JSONValue, of navigation: Navigation, as path: String) throws(ODataError) {
        switch value {
        case .object(let object): try check(object, of: navigation, as: path, isChange: false)
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                if case .object(let object) = element {
                    try check(object, of: navigation, as: "\(path)[\(index)]", isChange: false)
                }
            }
        default: return
        }
    }

    private func check(
        _ object: JSONObject, of navigation: Navigation, as path: String, isChange: Bool
    ) throws(ODataError) {
        _ = try typeName(object, navigation.target)
        for (name, value) in object.members where !undeclared.contains("\(navigation.name)/\(name)") {
            let place = "\(path)/\(name)"
            if let annotation = AnnotationName(name) {
                if isChange, name == "@removed" || name == "@contentId" { continue }
                guard annotation.isIgnorable,
                    annotation.subject.isEmpty || hasMember(annotation.subject, navigation.target)
                else {
                    throw annotation.refusal(at: place)
                }
            } else if let inner = model.navigation(name, of: navigation.target, in: version), inner.name == name {
                try check(value, of: inner, as: place)
            } else if !hasMember(name, navigation.target) {
                throw .badRequest(
                    "The property '\(place)' does not exist on type '\(model.namespace).\(navigation.target)'.",
                    target: place)
            }
        }
    }

    private func hasMember(_ name: String, _ type: String) -> Bool {
        model.property(name, of: type, in: version)?.name == name
            || model.navigation(name, of: type, in: version)?.name == name
    }
}
