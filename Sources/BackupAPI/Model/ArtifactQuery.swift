import OData

/// The kind of artifact to search for.
enum RestorableArtifact: String, EdmEnum {
    case message
    static let edm = EnumType<Self>("restorableArtifact", [.message])
}

/// The kinds of items to search for.
enum GranularRestoreItems: String, EdmEnum {
    case email, note, contact, task, calendar
    static let edm = EnumType<Self>("granularRestoreItems", [.email, .note, .contact, .task, .calendar])
}

/// The typed form of a search for mail.
struct StructuredQuery: EdmComplex {
    var hasAttachment: Bool?
    var items: [GranularRestoreItems] = []
    var recipients: [String] = []
    var senders: [String] = []
    var subjects: [String] = []
    init() {}
    static let edm = ComplexType<StructuredQuery>("restoreSearchArtifactQueryExpression") {
        Property("hasAttachment", \.hasAttachment, versions: .betaOnly)
        Property("items", \.items, versions: .betaOnly)
        Property("recipients", \.recipients, versions: .betaOnly)
        Property("senders", \.senders, versions: .betaOnly)
        Property("subjects", \.subjects, versions: .betaOnly)
    }
}

/// The mail to search for.
struct ArtifactQuery: EdmComplex {
    var artifactType: RestorableArtifact?
    var queryExpression: String?
    var structuredQueryExpression: StructuredQuery?
    init() {}
    static let edm = ComplexType<ArtifactQuery>("artifactQuery") {
        Property("artifactType", \.artifactType)
        Property("queryExpression", \.queryExpression)
        Property("structuredQueryExpression", \.structuredQueryExpression, versions: .betaOnly)
    }
}
