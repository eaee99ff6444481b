import Catalog
import Foundation
public import OData
public import ProtectionService

/// A browse session of the Graph surface, as far as the additions hand out its content.
let browsedSessionType = EntityType<BrowseSession>("browseSession") {
    Property("restorePointId", of: String.self) { (session: BrowseSession, _) in session.restorePointId }
    Property("restorePointDateTime", of: Date.self) { (session: BrowseSession, _) in session.restorePointDateTime }
    Property("unitId", of: String.self) { (session: BrowseSession, _) in session.unitId }
    Property("createdDateTime", of: Date.self) { (session: BrowseSession, _) in session.createdDateTime }
    Property("expirationDateTime", of: Date.self) { (session: BrowseSession, _) in session.expirationDateTime }
    BoundOperation.action(
        "resolve", parameters: [Parameter("paths", [String].self)],
        returns: .value(.collection(ResolvedItem.edmType)))
    BoundOperation.function(
        "content", parameters: [Parameter("itemKey", String.self), Parameter("preview", ContentPreview?.self)],
        returns: .stream, argumentsInQuery: true)
}

/// How a content is shown.
enum ContentPreview: String, EdmEnum {
    case text, image
    static let edm = EnumType<Self>("contentPreview", [.text, .image])
}

/// A path with the item that a browse session has there.
struct ResolvedItem: EdmComplex {
    var path = ""
    var item: BrowseItem?

    static let edm = ComplexType<ResolvedItem>("resolvedItem") {
        Property("path") { (value: Self, _) in value.path }
        Property("itemKey") { (value: Self, _) in value.item?.key }
        Property("name") { (value: Self, _) in value.item?.name }
        Property("type") { (value: Self, _) in value.item?.kind.rawValue }
        Property("itemsCount") { (value: Self, _) in value.item?.itemsCount.map { Int32(clamping: $0) } }
        Property("sizeInBytes") { (value: Self, _) in value.item?.sizeBytes.map { String($0) } }
        Property("lastModifiedDateTime") { (value: Self, _) in value.item?.modified }
    }
}

extension DownloadFormat: EdmEnum {
    public static let edm = EnumType<Self>("downloadFormat", [.zip, .raw])
}

/// A download, as a client asks for it and as it is answered.
struct DownloadRecord: Sendable, Identifiable {
    var id = ""
    var browseSessionId: String = ""
    var itemKeys: [String] = []
    var format: DownloadFormat = .zip
    var fileName = ""
    var expires = Date(timeIntervalSince1970: 0)
    var size: UInt64 = 0

    init() {}

    init(_ download: Download, itemKeys: [String]) {
        (id, browseSessionId, format) = (download.id, download.sessionID, download.format)
        (fileName, expires, size) = (download.fileName, download.expires, download.size)
        self.itemKeys = itemKeys
    }
}

let downloadType = EntityType<DownloadRecord>("download") {
    Property("fileName", of: String.self) { (download: DownloadRecord, _) in download.fileName }
    Property("expiresDateTime", of: Date.self) { (download: DownloadRecord, _) in download.expires }
    Property("sizeInBytes", of: String.self) { (download: DownloadRecord, _) in String(download.size) }
    Property("browseSessionId", \.browseSessionId, [.create])
    Property("itemKeys", \.itemKeys, [.create], defaultSelected: false)
    Property("format", \.format, [.create])
}
