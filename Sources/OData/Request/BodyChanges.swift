/// What a body says of navigations: entries, and changes called `things@delta`. What would
/// do nothing is refused.
struct BodyChanges {
    let entries: BodyEntries
    /// The type whose body it is.
    let owner: String
    let purpose: BodyPurpose
    private(set) var navigations = JSONObject()
    private(set) var deltas: [String: [DeltaEntry]] = [:]

    init(entries: BodyEntries, owner: String, purpose: BodyPurpose) {
        self.entries = entries
        self.owner = owner
        self.purpose = purpose
    }

    /// Takes the entries of a navigation that bodies may carry. One that can only be changed is
    /// refused where something is created; one that can only be given at creation is passed over
    /// later, as read-only properties are.
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
                    "'\(navigation.name)' cannot be changed here, so that '\(name)' would do nothing.", target: name)
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
                    "'\(navigation.name)' cannot be set here, so that '\(name)' would do nothing.", target: name)
            }
            try requireOnce(navigation, name)
            navigations[navigation.name] = Self.bound(value)
        default:
            // Of a navigation nothing else is taken: what was meant to change it must
            // not pass for done.
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
