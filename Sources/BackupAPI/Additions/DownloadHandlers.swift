import Foundation
import OData
import ProtectionRules
import ProtectionService

extension Handlers {
    /// The content of browse sessions, and downloads.
    func bindDownloads(_ odata: inout ODataService<APICaller>) {
        odata.resource("browseSessions", browsedSessionType) {
            $0.get(.restoreWrite) { context in try await service.browsing.session(id: context.key, workload: nil) }
            $0.operation(.action("resolve"), .restoreWrite, answeringPageOf: ResolvedItem.self) { context, arguments in
                let paths: [String] = try arguments.values(invalid: .invalidBrowseRequest).value("paths")
                let found = try await service.downloads.resolve(sessionID: context.key, paths: paths)
                return ValuePage(found.map { ResolvedItem(path: $0.path, item: $0.item) }, count: found.count)
            }
            $0.stream(.function("content"), .restoreWrite) { context, _ in
                let values = try context.callArguments().values(invalid: .invalidBrowseRequest)
                let key: String = try values.value("itemKey")
                let preview: ContentPreview? = try values.value("preview")
                let content = try await service.downloads.content(
                    sessionID: context.key, itemKey: key, caller(context))
                return try await ContentAnswer(content).answer(
                    preview: preview, range: context.request.headers["Range"],
                    condition: context.request.headers["If-Range"], known: context.request.headers.all("If-None-Match"))
            }
        }
        odata.resource("downloads", downloadType) {
            $0.create(.restoreWrite) { context, body in
                try await service.access.requireMayRead(
                    .restore, applicationID: context.caller.principal.applicationID)
                var record = DownloadRecord()
                try body.entity(invalid: .invalidBrowseRequest).apply(to: &record)
                let download = try await service.downloads.create(
                    sessionID: record.browseSessionId, itemKeys: record.itemKeys, format: record.format,
                    caller(context))
                return EntityAnswer(DownloadRecord(download, itemKeys: record.itemKeys))
            }
            $0.stream(.get, .restoreWrite) { context, _ in
                let download = try service.downloads.download(id: context.key, caller(context))
                guard download.format == .zip else {
                    let content = try await service.downloads.content(of: download, caller(context))
                    return try await ContentAnswer(content).answer(
                        preview: nil, range: context.request.headers["Range"],
                        condition: context.request.headers["If-Range"],
                        known: context.request.headers.all("If-None-Match"))
                }
                let stream = BodyStream(length: Int(clamping: download.size)) { sink in
                    try await service.downloads.send(download) { try await sink.write($0) }
                }
                return ODataResponse(
                    status: 200, headers: ContentAnswer.headers(fileName: download.fileName), stream: stream)
            }
        }
    }
}

/// The answer with the content of one file.
///
/// Content of backups is hostile: it is stored and never shown by itself, whatever it claims to be.
/// Source: the portal's README, section 3.3.
struct ContentAnswer {
    private let content: DownloadContent

    init(_ content: DownloadContent) { self.content = content }

    /// The fields of every content.
    static func headers(fileName: String) -> Headers {
        [
            "Content-Type": "application/octet-stream", "Content-Disposition": DownloadName.attachment(fileName),
            "Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff",
        ]
    }

    func answer(
        preview: ContentPreview?, range: String?, condition: String?, known: [String]
    ) async throws -> ODataResponse {
        var headers = Self.headers(fileName: content.name)
        switch preview {
        case .text:
            let text = try await content.text()
            return ODataResponse(
                status: 200, headers: headers, stream: BodyStream(length: text.count) { try await $0.write(text) })
        case .image:
            try await content.requireImage()
            return stream(0..<content.size, status: 200, headers)
        case nil: break
        }
        headers["ETag"] = content.tag
        headers["Accept-Ranges"] = "bytes"
        if known.contains(where: { $0.contains(content.tag) }) { return ODataResponse(status: 304, headers: headers) }
        switch ByteRange(range, ifRange: condition, size: content.size, tag: content.tag) {
        case .whole: return stream(0..<content.size, status: 200, headers)
        case .part(let part):
            headers["Content-Range"] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(content.size)"
            return stream(part, status: 206, headers)
        case .unsatisfiable:
            headers["Content-Range"] = "bytes */\(content.size)"
            return ODataResponse(status: 416, headers: headers)
        }
    }

    private func stream(_ range: Range<UInt64>, status: Int, _ headers: Headers) -> ODataResponse {
        ODataResponse(
            status: status, headers: headers,
            stream: BodyStream(length: Int(clamping: range.count)) { [content] sink in
                try await content.send(range) { try await sink.write($0) }
            })
    }
}
