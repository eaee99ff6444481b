public import Catalog
import Foundation
public import OData

extension UnreadItemKind: EdmEnum {
    public static let edm = EnumType<Self>("unreadItemKind", [.file, .folder, .link, .other, .unknown])
}

/// An item that could not be read when a point was taken.
struct UnreadItemValue: EdmComplex {
    var path = ""
    var kind = UnreadItemKind.unknown
    var code = ""
    var message = ""
    var sinceDateTime = Date(timeIntervalSince1970: 0)
    /// When the content that the point has was read; nil where it has none.
    var keptFromDateTime: Date?

    init() {}

    init(_ item: UnreadItemRow) {
        // A name that is no UTF-8 is shown with replacement characters, as everywhere in JSON.
        path = String(decoding: item.path, as: UTF8.self)
        kind = item.kind
        code = item.code
        message = item.message
        sinceDateTime = item.sinceDateTime
        keptFromDateTime = item.keptFromDateTime
    }

    static let edm = ComplexType<UnreadItemValue>("unreadItem") {
        Property("path", \.path)
        Property("kind", \.kind)
        Property("code", \.code)
        Property("message", \.message)
        Property("sinceDateTime", \.sinceDateTime)
        Property("keptFromDateTime", \.keptFromDateTime)
    }
}

/// A restore point of the Graph surface, with what only the additions can be asked of it.
let pointType = EntityType<RestorePoint>("restorePoint") {
    BoundOperation.function(
        "unreadItems", returns: .value(.collection(UnreadItemValue.edmType)), argumentsInQuery: true)
}
