/// What a body says about navigations: entries, and changes named `things@delta`. Refuses whatever
/// would have no effect.
struct BodyChanges {
    let entries: BodyEntries
    /// The type that the body describes.
    let owner: String
    let purpose: BodyPurpose
    private(set) var navigations = JSONObject()
    private(set) var deltas: [String: [DeltaEntry]] = [:]

    init(entries: BodyEntries, owner: String, purpose: BodyPurpose) {
        self.entries = entries
        self.owner = owner
        self.purpose = purpose
    }

    /// Takes the entries of a navigation. Refuses a navigation that can only be changed
    /// later in a POST, and ignores one that can only be given at creation in a PATCH,
    /// like a read-only property.
    mutating func take(_ value: JSONValue, of navigation: Navigation) throws(ODataError) {
        guard navigation.access.contains(needed) else {
            guard purpose == .create else { return }
            throw .badRequest(
                "'\(navigation.name)' cannot be given when something is created; change it afterwards.",
                target: navigation.name)
        }
        try requireOnce(navigation, navigation.name)
        try entries.check(value, of: navigation, as: navigation.name)
        navigations[navigation.name] = value
    }

    /// Takes an annotation that changes a navigation; false for one that does not.
    mutating func take(_ annotation: AnnotationName, _ name: String, _ value: JSONValue) throws(ODataError) -> Bool {
        guard !annotation.subject.isEmpty else { return false }
        guard let navigation = entries.model.navigation(annotation.subject, of: owner, in: entries.version) else {
            guard entries.model.property(annotation.subject, of: owner, in: entries.version)?.name == annotation.subject
            else {
                throw .badRequest("The member '\(name)' is of a property that '\(owner)' does not have.", target: name)
            }
            return false
        }
        switch annotation.term {
        case "delta":
            guard navigation.isCollection, navigation.access.contains(.update) else {
                throw .badRequest(
                    "'\(navigation.name)' cannot be changed here, so '\(name)' would have no effect.", target: name)
            }
            guard purpose == .update else {
                throw .badRequest(
                    "'\(name)' is for changes; what is created names its entries as '\(navigation.name)'.", target: name
                )
            }
            guard deltas[navigation.name] == nil else { throw .badRequest("'\(name)' is given twice.", target: name) }
            deltas[navigation.name] = try entries.delta(value, of: navigation, as: name)
        case "odata.bind", "bind":
            guard navigation.access.contains(needed) else {
                throw .badRequest(
                    "'\(navigation.name)' cannot be set here, so '\(name)' would have no effect.", target: name)
            }
            try requireOnce(navigation, name)
            navigations[navigation.name] = Self.bound(value)
        default:
            // A navigation takes no other annotation: an intended change must not be ignored.
            guard annotation.isControlInformation else { throw annotation.refusal(at: name) }
            return false
        }
        return true
    }

    private var needed: Access { purpose == .create ? .create : .update }

    private func requireOnce(_ navigation: Navigation, _ name: String) throws(ODataError) {
        guard navigations[navigation.name] == nil else {
            throw .badRequest("'\(navigation.name)' is given twice.", target: name)
        }
    }

    private static func bound(_ value: JSONValue) -> JSONValue {
        guard case .array(let elements) = value else { return .object(["@odata.id": value]) }
        return .array(elements.map { .object(["@odata.id": $0]) })
    }
}
