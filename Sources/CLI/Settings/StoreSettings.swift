import Foundation
import ObjectStorage
import ObjectStorageS3
import ProtectionService

/// Where the repositories are. The state folder remembers it, so that commands beside the server look
/// there too; it holds no secret, only where one is kept.
struct StoreSettings: Codable, Equatable, Sendable {
    /// `folder:/path` or `s3://bucket/prefix`; nil for the folder in the state folder.
    var address: String?
    var endpoint: String?
    var region = "us-east-1"
    var style = S3Settings.Style.auto
    var authorities: String?
    var allowsPlainHTTP = false
    var credentials: SecretReference?
    var usesInstanceCredentials = false
    var checksum = S3Settings.Checksum.auto
    var maximumRequests = 256
    var lockMode: ObjectLock.Mode? = .compliance
    /// 0 for no lock.
    var lockDays: Int? = 0

    /// How long objects are kept; nil for no lock.
    var lock: ObjectLock? {
        guard let lockDays, lockDays > 0 else { return nil }
        return ObjectLock(lockMode ?? .compliance, days: lockDays, unlocked: LockedObjects.unlocked)
    }

    /// The folder of `folder:/path`.
    var folder: String? {
        guard let address, address.hasPrefix(Self.folderScheme) else { return nil }
        return String(address.dropFirst(Self.folderScheme.count))
    }

    private static let folderScheme = "folder:"

    /// nil where the repositories are not in S3.
    /// - Parameter environment: tells the folder of credentials.
    func s3(environment: [String: String]) throws -> S3Settings? {
        guard let place = address.flatMap(S3Place.init) else { return nil }
        var settings = S3Settings(place)
        settings.endpoint = endpoint.flatMap(S3Endpoint.init)
        settings.region = region
        settings.style = style
        settings.authorities = authorities
        settings.allowsPlainHTTP = allowsPlainHTTP
        if let credentials {
            let file = try credentials.file(environment: environment)
            settings.credentialsFile = file.path
            settings.credentialsFileForbids = file.forbidden
        }
        settings.usesInstanceCredentials = usesInstanceCredentials
        settings.checksum = checksum
        settings.maximumRequests = maximumRequests
        settings.lock = lock
        return settings
    }

    static func isAddress(_ text: String) -> Bool {
        guard text.hasPrefix(folderScheme) else { return S3Place(text) != nil }
        let path = text.dropFirst(folderScheme.count)
        return path.hasPrefix("/") && !path.utf8.contains(0)
    }
}

extension SecretReference: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let reference = SecretReference(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no place of a secret")
        }
        self = reference
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Setting {
    /// Where the repositories are, and how S3 is asked.
    static let store = [
        Setting(
            "store", storeAddress, example: "s3://backups/holdfast",
            meaning: "where the repositories are: folder:/path, or s3://bucket/prefix; without it in the state folder"),
        Setting(
            "s3.endpoint",
            .text(at: \.store.endpoint, type: "address", form: S3Endpoint.form) { S3Endpoint($0) != nil },
            example: "https://s3.example.org:9000",
            meaning: "the address of the service of S3; without it Amazon's of the region"),
        Setting(
            "s3.region", region, meaning: "the region of the bucket, as requests are signed for it"),
        Setting(
            "s3.style", .choice(at: \.store.style),
            meaning: "where the bucket's name goes; 'auto' puts it into the host at Amazon, into the path elsewhere"),
        Setting(
            "s3.ca-file", .path(at: \.store.authorities), example: "/etc/ssl/certs/corp.pem",
            meaning: "certificate authorities to trust instead of the system's, a PEM file"),
        Setting(
            "s3.insecure", .flag(at: \.store.allowsPlainHTTP),
            meaning: "whether http:// may lead to another host than this one, for a test"),
        Setting(
            "s3.credentials-file", .secret(at: \.store.credentials), example: "file:/etc/holdfast/s3.key",
            meaning: """
                two lines, the key's id and the secret key; read again when the file changes. Without it the \
                environment of Amazon's tools counts (AWS_ACCESS_KEY_ID and others)
                """),
        Setting(
            "s3.instance-credentials", .flag(at: \.store.usesInstanceCredentials),
            meaning: "whether the metadata service of a machine at Amazon is asked for credentials"),
        Setting(
            "s3.checksum", .choice(at: \.store.checksum),
            meaning: "the checksum of each object that the store looks at; 'auto' finds out"),
        Setting(
            "s3.maximum-requests", .number(at: \.store.maximumRequests, in: 1...1024),
            meaning: "requests to S3 that are under way at once"),
        Setting(
            "s3.lock-days", lockDays, example: "30",
            meaning: """
                for how many days nobody can delete what backups wrote, this server neither; 0 for no lock. The \
                bucket needs versions and Object Lock
                """),
        Setting(
            "s3.lock-mode", .choice(at: \.store.lockMode),
            meaning: "how it is locked: 'compliance' for good, 'governance' so that an administrator can end it"),
        Setting(
            "cache.directory", .path(at: \.cache.directory), example: "/var/cache/holdfast",
            meaning: """
                a folder for copies of what backups look up; it may be lost at any time. Without it the folder \
                'cache' in the state folder
                """),
        Setting(
            "cache.megabytes", .number(at: \.cache.megabytes, in: 1...(1 << 24)),
            meaning: "the most megabytes that these copies take; what was used least recently goes first"),
    ]

    private static let storeAddress = SettingKind.text(
        type: "address", form: "folder:/path, or \(S3Place.form)", show: { $0.store.address ?? "none" },
        set: { settings, value in
            guard StoreSettings.isAddress(value) else { return false }
            settings.store.address = value
            return true
        })

    private static let lockDays = SettingKind.text(
        type: "number", form: "0, or a whole number from 7 to 365", show: { "\($0.store.lockDays ?? 0)" },
        set: { settings, value in
            guard let days = Int(value), days == 0 || (7...365).contains(days) else { return false }
            settings.store.lockDays = days
            return true
        })

    private static let region = SettingKind.text(
        form: "the name of a region, such as eu-central-1", show: { $0.store.region },
        set: { settings, value in
            guard value.wholeMatch(of: /[A-Za-z0-9-]{1,64}/) != nil else { return false }
            settings.store.region = value
            return true
        })
}
