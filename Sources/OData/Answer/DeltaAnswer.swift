/// One element of the array `things@delta` in the answer of a PATCH: the outcome of one
/// entry of the request.
public enum DeltaAnswer: Sendable {
    /// The entity as it is now.
    case entity(InlineEntity)
    /// The entry was removed.
    case removed(id: String)
    /// The entry was refused, and the rest of the request went on
    /// (`Core.DataModificationException`).
    case refused(DeltaRefusal)
}

/// Why one entry of a `things@delta` array was refused.
public struct DeltaRefusal: Sendable, Equatable {
    /// The operation that failed: `add` or `remove`.
    public var failedOperation: String
    /// The HTTP status that a separate request for this entry would get.
    public var responseCode: Int
    /// The code that programs branch on.
    public var code: String
    /// What is wrong, for the client's eyes.
    public var message: String
    /// A GUID that identifies this element of the answer.
    public var contentID: String
    /// The id that the entry named; nil where it named none.
    public var id: String?

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
    /// An entity, with its type, to be written inside another answer.
    ///
    /// - Parameter shows: the only properties to write; nil for all that are sent by default.
    ///   `id` is always there.
    /// - Parameter expanded: navigations to write with it, by name.
    public func entity<Record>(
        _ record: Record, _ type: EntityType<Record>, shows: [String]? = nil,
        expanded: [(name: String, value: ExpandedValue)] = []
    ) -> InlineEntity {
        InlineEntity(EntityNode(record, selection: Selection(shows), expanded: expanded), model.shape(type, version))
    }
}
