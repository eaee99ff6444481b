import Glibc

/// A tenant folder with a few drives of real-looking files, the same for the same seed and scale,
/// for the demo and for tests.
///
/// It holds what breaks backup programs: odd names, deep and empty folders, empty and big files,
/// links, hard links, modes, extended attributes and times with nanoseconds.
public struct SampleTenant: Sendable {
    /// The same seed gives the same content.
    public var seed: UInt64
    /// Ordinary files in each drive, besides the special ones.
    public var filesPerDrive: Int
    /// Length of the one big file in bytes.
    public var bigFileSizeBytes: Int

    public struct Summary: Sendable, Hashable {
        /// The tenant's id, as in `directory.json`.
        public var tenantID: String
        /// The sign-in names with a drive, sorted.
        public var users: [String]
        /// Regular files, each name of a hard link counted.
        public var files: Int
        public var bytes: Int
    }

    /// Describes a tenant; the defaults give some hundreds of files and about 40 MB.
    public init(seed: UInt64 = 1, filesPerDrive: Int = 90, bigFileSizeBytes: Int = 24 << 20) {
        self.seed = seed
        self.filesPerDrive = filesPerDrive
        self.bigFileSizeBytes = bigFileSizeBytes
    }

    /// The id in the sample's `directory.json`.
    public static let tenantID = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"

    /// The people of the sample: id, sign-in name, name. Host names under `.example`
    /// are reserved (RFC 2606).
    static let people = [
        ("0a1b2c3d-0001-4000-8000-000000000001", "adele@contoso.example", "Adele Vance"),
        ("0a1b2c3d-0001-4000-8000-000000000002", "diego@contoso.example", "Diego Siciliani"),
        ("0a1b2c3d-0001-4000-8000-000000000003", "grady@contoso.example", "Grady Archie"),
        ("0a1b2c3d-0001-4000-8000-000000000004", "joni@contoso.example", "Joni Sherman"),
    ]

    /// Writes the tenant into `folder`, which must not exist yet.
    public func write(to folder: String) throws -> Summary {
        let root = Array(folder.utf8)
        try PlainFiles.makeFolder(root)
        for name in ["drives", "sites", "mailboxes"] {
            try PlainFiles.makeFolder(PlainFiles.join(root, Array(name.utf8)))
        }
        try PlainFiles.write(PlainFiles.join(root, Array("directory.json".utf8)), Array(SampleTenant.directory.utf8))
        var files = 0
        var bytes = 0
        for (index, person) in SampleTenant.people.enumerated() {
            let drive = PlainFiles.join(root, Array("drives/\(person.1)".utf8))
            try PlainFiles.makeFolder(drive)
            var writer = SampleDrive(root: drive, seed: seed &+ UInt64(index) &* 0x1_0000_0001)
            try writer.writeOrdinary(files: filesPerDrive)
            try writer.writeSpecial(bigFileSizeBytes: index == 0 ? bigFileSizeBytes : bigFileSizeBytes / 24)
            try writer.finish()
            files += writer.files
            bytes += writer.bytes
        }
        return Summary(tenantID: SampleTenant.tenantID, users: SampleTenant.people.map(\.1), files: files, bytes: bytes)
    }

    private static var directory: String {
        let users = people.map { id, name, display in
            #"    {"id": "\#(id)", "userPrincipalName": "\#(name)", "displayName": "\#(display)", "mail": "\#(name)"}"#
        }
        return """
            {
              "tenantId": "\(tenantID)",
              "users": [
            \(users.joined(separator: ",\n"))
              ],
              "groups": [
                {"id": "0a1b2c3d-0002-4000-8000-000000000001", "displayName": "Finance", "members": ["\(people[0].1)", \
                "\(people[1].1)"]}
              ]
            }

            """
    }
}
