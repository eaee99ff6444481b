/// One element of the array `things@delta` in the answer of a PATCH: what became of one
/// entry of the request.
public enum DeltaAnswer: Sendable {
    /// The entity as it is now.
    case entity(InlineEntity)
    /// It was taken out.
    case removed(id: String)
    /// It was refused; the rest of the request went on (`Core.DataModificationException`).
    case refused(DeltaRefusal)
}

/// Why one entry of a `things@delta` array was refused.
public struct DeltaRefusal: Sendable, Equatable {
    /// What was tried: `add` or `remove`.
    public var failedOperation: String
    /// The HTTP status that a request of its own would have had.
    public var responseCode: Int
    /// A code for programs.
    public var code: String
    /// A text for people.
    public var message: String
    /// An id for this element of the answer: a GUID.
    public var contentID: String
    /// The id that the entry named, if it did.
    public var id: String?

    /// Makes a refusal.
    public init(
        failedOperation: String, responseCode: Int, code: String, message: String, contentID: String, id: String?
    ) {
        self.failedOperation = failedOperation
        self.responseCode = responseCode
        self.code = code
        self.message = message
        self.contentID = contentID
        self.id = id
    }
}

extension ExtraMember {
    /// The array `<navigation>@delta`, its elements in the order of the request.
    public static func delta(_ navigation: String, _ answers: [DeltaAnswer]) -> ExtraMember {
        ExtraMember("\(navigation)@delta") { writer in
            writer.json.beginArray()
            for answer in answers {
                switch answer {
                case .entity(let entity): entity.write(to: &writer)
                case .removed(let id): writer.json.value(["@removed": ["reason": "changed"], "id": .string(id)])
                case .refused(let refusal): writer.json.value(refusal.value)
                }
            }
            writer.json.endArray()
        }
    }
}

extension DeltaRefusal {
    fileprivate var value: JSONValue {
        var object: JSONObject = [
            "@contentId": .string(contentID),
            "@Core.DataModificationException": [
                "failedOperation": .string(failedOperation), "responseCode": .int(Int64(responseCode)),
                "info": ["code": .string(code), "message": .string(message)],
            ],
        ]
        if let id { object["id"] = .string(id) }
        return .object(object)
    }
}

extension RequestContext {
    /// An entity to be written inside of another answer, with its type.
    ///
    /// - Parameters:
    ///   - shows: the only properties to write; nil for all that are sent by default.
    ///     `id` is always there.
    ///   - expanded: navigations to write with it, by name.
    public func entity<Record>(
        _ record: Record, _ type: EntityType<Record>, shows: [String]? = nil,
        expanded: [(name: String, value: ExpandedValue)] = []
    ) -> InlineEntity {
        InlineEntity(EntityNode(record, selection: Selection(shows), expanded: expanded), model.shape(type, version))
    }
}
