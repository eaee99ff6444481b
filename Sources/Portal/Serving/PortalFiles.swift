import Crypto
public import Foundation
import OData
import ProtectionService
import Texts

/// The files that browsers get, read once and answered from a table of known names: a path that is no
/// name is not there, so none leads elsewhere.
///
/// Each is compressed once. Their addresses hold a hash of the whole set, so that a browser may keep
/// them for ever, and never mixes two versions.
public struct PortalFiles: Sendable {
    /// One file as it is sent.
    struct File: Sendable {
        var bytes: [UInt8]
        /// nil where compressing gains nothing.
        var compressed: [UInt8]?
        var type: String
    }

    /// Why a folder cannot be served.
    public struct Unusable: Error, CustomStringConvertible {
        public let description: String
    }

    /// What the addresses of files begin with.
    public let place: String
    private let files: [String: File]
    private let templates: [String: PageTemplate]

    /// More than any portal has; a wrong folder is refused before it is in memory.
    private static let maximumBytes = 8 << 20
    /// Where pages are that the server fills in, and which no address has.
    private static let pagesFolder = "pages/"

    /// Files by their names, such as `parts/list.js`.
    /// - Parameter compress: makes gzip; nil where that fails.
    public init(_ contents: [String: [UInt8]], compress: ([UInt8]) -> [UInt8]?) throws(Unusable) {
        guard contents.values.reduce(0, { $0 + $1.count }) <= Self.maximumBytes else {
            throw Unusable(description: "the files have more than \(Self.maximumBytes) bytes together")
        }
        var digest = SHA256()
        var (files, templates): ([String: File], [String: PageTemplate]) = ([:], [:])
        for name in contents.keys.sorted() {
            guard let bytes = contents[name] else { continue }
            digest.update(data: Array("\(name.utf8.count) \(name) \(bytes.count)\n".utf8))
            digest.update(data: bytes)
            if name == PortalPage.shell.rawValue || name.hasPrefix(Self.pagesFolder) {
                templates[name] = PageTemplate(String(decoding: bytes, as: UTF8.self))
            } else if let type = Self.types[Self.ending(of: name)] {
                let compressed = compress(bytes).flatMap { $0.count < bytes.count ? $0 : nil }
                files[name] = File(bytes: bytes, compressed: compressed, type: type)
            }
        }
        for name in PortalPage.allCases.map(\.rawValue) where templates[name] == nil {
            throw Unusable(description: "there is no '\(name)'")
        }
        place = "/portal/\(Hexadecimal.text(of: digest.finalize().prefix(10)))"
        (self.files, self.templates) = (files, templates)
    }

    /// Reads a folder with everything below it. Links and names with a leading dot are left out.
    public init(folder: URL, compress: ([UInt8]) -> [UInt8]?) throws {
        let keys: Set<URLResourceKey> = [.isRegularFileKey, .fileSizeKey]
        let root = folder.standardizedFileURL.path
        guard
            let found = FileManager.default.enumerator(
                at: folder, includingPropertiesForKeys: Array(keys), options: [.skipsHiddenFiles])
        else { throw Unusable(description: "the folder '\(root)' cannot be read") }
        var (contents, total): ([String: [UInt8]], Int) = ([:], 0)
        for case let url as URL in found {
            let values = try url.resourceValues(forKeys: keys)
            guard values.isRegularFile == true else { continue }
            total += values.fileSize ?? 0
            guard total <= Self.maximumBytes else {
                throw Unusable(description: "'\(root)' has more than \(Self.maximumBytes) bytes")
            }
            let name = url.standardizedFileURL.path.dropFirst(root.hasSuffix("/") ? root.count : root.count + 1)
            contents[String(name)] = [UInt8](try Data(contentsOf: url))
        }
        do {
            try self.init(contents, compress: compress)
        } catch {
            throw Unusable(description: "'\(root)' holds no portal: \(error)")
        }
    }

    /// The answer to a path below `place`; nil where it is no file.
    func answer(rawPath: String, acceptsGzip: Bool) -> ODataResponse? {
        guard rawPath.hasPrefix(place + "/"), let file = files[String(rawPath.dropFirst(place.count + 1))] else {
            return nil
        }
        var headers = PortalHeaders.file(type: file.type)
        guard acceptsGzip, let compressed = file.compressed else {
            return ODataResponse(status: 200, headers: headers, body: file.bytes)
        }
        headers["Content-Encoding"] = "gzip"
        return ODataResponse(status: 200, headers: headers, body: compressed)
    }

    /// A page, filled in.
    func page(_ page: PortalPage, _ values: [String: String]) -> [UInt8] {
        var values = values
        values["files"] = place
        return Array((templates[page.rawValue] ?? PageTemplate("")).filled(values).utf8)
    }

    private static func ending(of name: String) -> String {
        name.lastIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? ""
    }

    /// By ending; other files are not served.
    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "svg": "image/svg+xml", "png": "image/png", "txt": "text/plain; charset=utf-8",
        "json": "application/json; charset=utf-8", "woff2": "font/woff2",
    ]
}

/// The pages that the server fills in.
public enum PortalPage: String, Sendable, CaseIterable {
    /// The portal itself, which JavaScript fills.
    case shell = "index.html"
    case signIn = "pages/sign-in.html"
    case firstRun = "pages/first-run.html"
    /// After the sign-in: keeps the page key, and goes on.
    case callback = "pages/callback.html"
    /// Lets a program in that has no browser.
    case device = "pages/device.html"
    /// A sentence, where a person cannot go on.
    case message = "pages/message.html"
}
