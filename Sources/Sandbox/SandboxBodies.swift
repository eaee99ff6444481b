import Foundation
import OData

/// The body that moves, sets or stops the clock.
struct ClockBody: Sendable {
    var now: String?
    var advance: String?
    var step: String?
    var frozen: Bool?

    static func read(_ bytes: [UInt8]) throws(ODataError) -> ClockBody {
        let body = try BodyObject.read(bytes)
        try body.allow("now", "advance", "step", "frozen")
        return ClockBody(
            now: try body.text("now"), advance: try body.text("advance"), step: try body.text("step"),
            frozen: try body.flag("frozen"))
    }
}

/// The body that orders a failure.
struct FaultBody: Sendable {
    struct Request: Sendable {
        var method: String?
        var path: String
    }
    var unit: String?
    var operation: String?
    var artifact: String?
    var request: Request?
    var code: String
    var message: String?
    var times: Int?
    var retryable: Bool?
    var status: Int?
    var retryAfterSeconds: Int?

    static func read(_ bytes: [UInt8]) throws(ODataError) -> FaultBody {
        let body = try BodyObject.read(bytes)
        try body.allow(
            "unit", "operation", "artifact", "request", "code", "message", "times", "retryable", "status",
            "retryAfterSeconds")
        var request: Request?
        if let object = try body.object("request") {
            try object.allow("method", "path")
            request = Request(method: try object.text("method"), path: try object.requiredText("path"))
        }
        return FaultBody(
            unit: try body.text("unit"), operation: try body.text("operation"), artifact: try body.text("artifact"),
            request: request, code: try body.requiredText("code"), message: try body.text("message"),
            times: try body.whole("times", in: 1...Int.max), retryable: try body.flag("retryable"),
            status: try body.whole("status", in: 400...599),
            retryAfterSeconds: try body.whole("retryAfterSeconds", in: 0...86_400))
    }
}

/// Files by path, in the order of writing. Two paths are the same only where their bytes are.
typealias FilesByPath = [(path: String, content: FileContent)]

extension BodyObject {
    /// A member whose members are files by path; nil where it is missing or null.
    func files(_ name: String) throws(ODataError) -> FilesByPath? {
        try object(name)?.files()
    }

    /// The members as files by path.
    func files() throws(ODataError) -> FilesByPath {
        try members(FileContent.read).map { (path: $0.name, content: $0.value) }
    }
}

/// The description of a whole tenant.
struct TenantBody: Sendable {
    struct User: Sendable {
        var userPrincipalName: String
        var id: String?
        var displayName: String?
        var mail: String?
        /// The files of the person's drive; nil for a person without a drive.
        var drive: FilesByPath?
    }
    struct Group: Sendable {
        var displayName: String
        var id: String?
        var members: [String]
    }
    /// A site with the files of its libraries.
    struct Site: Sendable {
        var name: String
        var id: String?
        var displayName: String?
        var libraries: [(name: String, files: FilesByPath)]
    }
    var users: [User]
    var groups: [Group]
    var sites: [Site]

    static func read(_ bytes: [UInt8]) throws(ODataError) -> TenantBody {
        let body = try BodyObject.read(bytes)
        try body.allow("users", "groups", "sites")
        var tenant = TenantBody(users: [], groups: [], sites: [])
        for user in try body.objects("users") { tenant.users.append(try Self.user(user)) }
        for group in try body.objects("groups") { tenant.groups.append(try Self.group(group)) }
        for site in try body.objects("sites") { tenant.sites.append(try Self.site(site)) }
        return tenant
    }

    private static func user(_ body: BodyObject) throws(ODataError) -> User {
        try body.allow("userPrincipalName", "id", "displayName", "mail", "drive")
        return User(
            userPrincipalName: try body.requiredText("userPrincipalName"), id: try body.text("id"),
            displayName: try body.text("displayName"), mail: try body.text("mail"), drive: try body.files("drive"))
    }

    private static func group(_ body: BodyObject) throws(ODataError) -> Group {
        try body.allow("displayName", "id", "members")
        return Group(
            displayName: try body.requiredText("displayName"), id: try body.text("id"),
            members: try body.texts("members") ?? [])
    }

    private static func site(_ body: BodyObject) throws(ODataError) -> Site {
        try body.allow("name", "id", "displayName", "libraries")
        let libraries = try body.object("libraries")?.members(Self.files)
        return Site(
            name: try body.requiredText("name"), id: try body.text("id"), displayName: try body.text("displayName"),
            libraries: (libraries ?? []).map { (name: $0.name, files: $0.value) })
    }

    private static func files(_ value: JSONValue, at place: String) throws(ODataError) -> FilesByPath {
        try BodyObject.of(value, at: place).files()
    }
}

/// The body that changes the files of a drive or library: writes, then deletes,
/// then lets ransomware loose.
struct FilesBody: Sendable {
    var write: FilesByPath
    var delete: [String]
    /// The seed of the attack; nil for no attack.
    var ransomwareSeed: UInt64?

    static func read(_ bytes: [UInt8]) throws(ODataError) -> FilesBody {
        let body = try BodyObject.read(bytes)
        try body.allow("write", "delete", "ransomware")
        return FilesBody(
            write: try body.files("write") ?? [], delete: try body.texts("delete") ?? [],
            ransomwareSeed: try ransomwareSeed(in: body))
    }

    private static func ransomwareSeed(in body: BodyObject) throws(ODataError) -> UInt64? {
        guard let attack = try body.object("ransomware") else { return nil }
        try attack.allow("seed")
        return try attack.seed("seed") ?? 1
    }
}

/// What a file holds: a text, bytes in base 64, or so many random bytes.
enum FileContent: Sendable {
    case text(String)
    case bytes([UInt8])
    case random(sizeBytes: Int, seed: UInt64)

    /// The size of the longest file that can be ordered.
    static let maximumBytes = 256 << 20

    static func read(_ value: JSONValue, at place: String) throws(ODataError) -> FileContent {
        if let text = value.stringValue { return .text(text) }
        let body = try BodyObject.of(value, at: place)
        try body.allow("base64", "sizeBytes", "seed")
        if let text = try body.text("base64") {
            guard let data = Data(base64Encoded: text), !body.has("sizeBytes"), !body.has("seed") else {
                throw .badRequest(
                    "'\(place)' must be a text, {\"base64\": …} alone, or {\"sizeBytes\": …, \"seed\": …}.",
                    target: place)
            }
            return .bytes([UInt8](data))
        }
        guard let size = try body.whole("sizeBytes", in: 0...maximumBytes) else {
            throw .badRequest("'\(place)' is neither a text nor has it 'base64' or 'sizeBytes'.", target: place)
        }
        return .random(sizeBytes: size, seed: try body.seed("seed") ?? 1)
    }
}
