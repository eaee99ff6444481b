/// The name of an annotation in a body: `@odata.type`, `count@odata.type`, `units@delta`.
///
/// OData's own annotations are a closed list. Anything else that looks like one is refused, because
/// a misspelled `units@detla` would otherwise look like a successful change. Annotations of other
/// namespaces are ignored, because no receiver may depend on them. Source: OData 4.0, Protocol 6.2
/// and JSON Format 4.5; 4.01 lets the prefix `odata.` be left out.
struct AnnotationName {
    /// The property or navigation that is annotated; empty for the object itself.
    let subject: String
    /// What follows the `@`.
    let term: String

    /// Nil where `member` is the name of a property.
    init?(_ member: String) {
        guard let at = member.utf8.firstIndex(of: UInt8(ascii: "@")) else { return nil }
        subject = String(member[..<at])
        term = String(member[member.utf8.index(after: at)...])
    }

    /// Whether it is control information that clients may send back unchanged, or
    /// belongs to another namespace.
    var isIgnorable: Bool { isControlInformation || isOfOtherNamespace }

    /// Whether OData defines it for reading clients, so that it changes nothing in a request.
    var isControlInformation: Bool {
        Self.controlInformation.contains(term.hasPrefix("odata.") ? String(term.dropFirst("odata.".count)) : term)
    }

    private var isOfOtherNamespace: Bool {
        let parts = term.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 1 && parts.allSatisfy { !$0.isEmpty } && parts.first?.lowercased() != "odata"
    }

    private static let controlInformation: Set<String> = [
        "context", "metadataEtag", "type", "count", "nextLink", "deltaLink", "id", "editLink", "readLink", "etag",
        "navigationLink",
        "associationLink", "mediaEditLink", "mediaReadLink", "mediaContentType", "mediaEtag",
    ]

    /// The refusal that names the member.
    func refusal(at path: String) -> ODataError {
        .badRequest("The member '\(path)' is not a known annotation and would have no effect.", target: path)
    }
}

extension EdmReader {
    /// The members of an object except its annotations. Refuses a name that only
    /// looks like an annotation.
    public func membersWithoutAnnotations(
        of object: JSONObject, _ names: [String]
    ) throws(ODataError) -> [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = []
        for (name, value) in object.members {
            guard let annotation = AnnotationName(name) else {
                members.append((name, value))
                continue
            }
            guard annotation.isIgnorable, annotation.subject.isEmpty || names.contains(annotation.subject) else {
                throw annotation.refusal(at: property.isEmpty ? name : "\(property)/\(name)")
            }
        }
        return members
    }
}
