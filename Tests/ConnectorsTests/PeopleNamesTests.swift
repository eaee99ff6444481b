import BackupTesting
import Connectors
import FileTree
import Foundation
import Glibc
import Logging
import Synchronization
import Testing

private let tenantID = "7c5b9d3e-1f2a-4b6c-8d4e-5f6071829304"
private let composed = "Caf\u{e9}"
private let decomposed = "Cafe\u{301}"

/// Which folders are whose, where names look the same or differ by case only.
@Suite struct PeopleNamesTests {
    let scratch = Scratch()
    let log = WarningLog()

    /// A tenant as after a start: what it knows of before is in the state's file.
    func tenant() throws -> FolderTenant {
        let log = log
        return try FolderTenant(
            folder: scratch.folder("tenant"), id: tenantID, names: NameFile(path: scratch("names.jsonl")),
            logger: Logger(label: "test") { _ in log })
    }

    private func move(_ old: String, _ new: String) throws {
        guard unsafe rename(scratch("tenant/\(old)"), scratch("tenant/\(new)")) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    private func drive(_ user: DirectoryUser) -> SourceID { SourceID(kind: .drive, objectID: user.id) }

    // MARK: Case

    @Test(arguments: [
        ("Adele@contoso.example", "adele@contoso.example"), ("\u{c9}lan@x.example", "\u{e9}LAN@x.example"),
    ])
    func `a folder that is renamed by case only keeps its user's id, also after a restart`(
        old: String, new: String
    ) throws {
        try scratch.file("tenant/drives/\(old)/a.txt", "mine")
        let first = try tenant()
        let user = try #require(try first.users().first)
        try move("drives/\(old)", "drives/\(new)")
        for tenant in [first, try tenant()] {
            #expect(try tenant.users().map(\.id) == [user.id])
            #expect(try tenant.users().map(\.userPrincipalName) == [new])
            #expect(try tenant.tree(of: drive(user)).content("a.txt") == "mine")
        }
    }

    /// Expected: Python 3, `uuid.uuid5(uuid.UUID(tenant id), "drives/Adele@contoso.example")`.
    @Test func `a state from before names were kept finds a folder that was renamed meanwhile`() throws {
        try scratch.folder("tenant/drives/adele@contoso.example")
        let tenant = try tenant()
        let id = "ca41f6b2-5f08-5ca9-9d3e-7998410030f3"
        tenant.recognize([(id: id, name: "Adele@contoso.example"), (id: id, name: "Somebody else")])
        #expect(try tenant.users().map(\.id) == [id])
        #expect(try self.tenant().users().map(\.id) == [id])
    }

    @Test func `of case twins the one that was there before stays the drive, and both are told`() throws {
        try scratch.file("tenant/drives/adele@x.example/a.txt", "first")
        let user = try #require(try tenant().users().first)
        try scratch.file("tenant/drives/ADELE@x.example/a.txt", "second")
        let tenant = try tenant()
        #expect(try tenant.users().map(\.id) == [user.id])
        #expect(try tenant.tree(of: drive(user)).content("a.txt") == "first")
        #expect(log.text.contains("'drives/ADELE@x.example' is left out"))
        #expect(log.text.contains("'drives/adele@x.example' was there before"))
    }

    @Test func `of case twins that were never seen alone none is chosen, the error names both, and the rest works`()
        throws
    {
        try scratch.folder("tenant/drives/adele@x.example")
        try scratch.folder("tenant/drives/ADELE@x.example")
        try scratch.file("tenant/drives/ben@x.example/b.txt", "of Ben")
        let tenant = try tenant()
        let users = try tenant.users()
        #expect(users.map(\.hasDrive) == [true, true])
        let error = tenantError { try tenant.inPlaceDestination(of: drive(users[0])) }
        #expect(error?.code == .severalFolders)
        #expect(
            error?.message.contains("'drives/ADELE@x.example' and 'drives/adele@x.example'") == true,
            "\(error?.message ?? "")")
        #expect(try tenant.tree(of: drive(users[1])).content("b.txt") == "of Ben")
    }

    @Test func `the directory file tells which of case twins is the drive`() throws {
        try scratch.folder("tenant/drives/ADELE@x.example")
        try scratch.file("tenant/drives/Adele@x.example/a.txt", "as written")
        try scratch.file("tenant/directory.json", #"{"users": [{"userPrincipalName": "Adele@x.example"}]}"#)
        let tenant = try tenant()
        let user = try #require(try tenant.users().first)
        #expect(try tenant.users().count == 1)
        #expect(try tenant.tree(of: drive(user)).content("a.txt") == "as written")
    }

    // MARK: Twins

    @Test func `composed and decomposed folders are two people with their own content`() throws {
        for name in [composed, decomposed] { try scratch.file("tenant/drives/\(name)/a.txt", name) }
        let tenant = try tenant()
        let users = try tenant.users()
        #expect(Set(users.map(\.id)).count == 2)
        for user in users {
            #expect(Array(try tenant.tree(of: drive(user)).content("a.txt").utf8) == Array(user.userPrincipalName.utf8))
        }
        #expect(log.text.contains(#"'drives/Cafe\u{301}' and 'drives/Caf\u{e9}' look the same"#))
    }

    @Test func `two sites that look the same are two, of which the directory file describes one`() throws {
        for name in [composed, decomposed] { try scratch.file("tenant/sites/\(name)/Documents/a.txt", name) }
        let id = "aaaaaaaa-0000-4000-8000-0000000000ee"
        try scratch.file(
            "tenant/directory.json", #"{"sites": [{"id": "\#(id)", "name": "\#(composed)", "displayName": "One"}]}"#)
        let tenant = try tenant()
        let sites = try tenant.sites()
        #expect(sites.map(\.displayName) == [decomposed, "One"])
        #expect(sites.map(\.id).last == id)
        for site in sites {
            let text = try tenant.tree(of: SourceID(kind: .site, objectID: site.id)).content("Documents/a.txt")
            #expect(Array(text.utf8) == Array(site.name.utf8))
        }
        #expect(log.text.contains(#"'sites/Cafe\u{301}' and 'sites/Caf\u{e9}' look the same"#))
    }

    @Test func `a folder that a Mac made is found by its composed name in the directory file`() throws {
        try scratch.file("tenant/drives/\(decomposed)@x.example/a.txt", "mine")
        try scratch.folder("tenant/sites/\(decomposed)")
        try scratch.file(
            "tenant/directory.json",
            """
            {"users": [{"id": "aaaaaaaa-0000-4000-8000-00000000000a", "userPrincipalName": "\(composed)@x.example"}],
             "sites": [{"id": "aaaaaaaa-0000-4000-8000-0000000000ee", "name": "\(composed)"}]}
            """)
        let tenant = try tenant()
        #expect(try tenant.users().map(\.id) == ["aaaaaaaa-0000-4000-8000-00000000000a"])
        #expect(try tenant.sites().map(\.id) == ["aaaaaaaa-0000-4000-8000-0000000000ee"])
        #expect(
            try tenant.tree(of: SourceID(kind: .drive, objectID: "aaaaaaaa-0000-4000-8000-00000000000a")).content(
                "a.txt") == "mine")
    }

    @Test func `an id that the directory file gives twice, once by a name, is one site's, and both are told`() throws {
        try scratch.folder("tenant/sites/a")
        try scratch.folder("tenant/sites/b")
        let taken = try #require(try tenant().sites().first { $0.name == "b" }).id
        try scratch.file("tenant/directory.json", #"{"sites": [{"id": "\#(taken)", "name": "a"}]}"#)
        #expect(try tenant().sites().map(\.name) == ["a"])
        #expect(log.text.contains("'sites/b' is left out"))
        #expect(log.text.contains("'sites/a'"))
    }

    // MARK: All of them

    @Test func `every name is a person and a site of its own, in the order of the bytes`() throws {
        // Twins by case are one person, as the test above has it.
        var seen: Set<[UInt8]> = []
        let people = UnicodeTraps.names.filter { seen.insert(Array($0.lowercased().utf8)).inserted }
        for name in people { try scratch.file("tenant/drives/\(name)/a.txt", name) }
        for name in UnicodeTraps.names { try scratch.file("tenant/sites/\(name)/Documents/a.txt", name) }
        let tenant = try tenant()
        let (users, sites) = (try tenant.users(), try tenant.sites())
        #expect(
            users.map { Array($0.userPrincipalName.utf8) }
                == people.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(
            sites.map { Array($0.name.utf8) }
                == UnicodeTraps.names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
        let sources = try tenant.sources()
        #expect(Set(sources.map(\.id)).count == people.count + UnicodeTraps.names.count)
        let again = try self.tenant()
        for user in users {
            #expect(Array(try again.tree(of: drive(user)).content("a.txt").utf8) == Array(user.userPrincipalName.utf8))
        }
    }
}

@Suite struct NameFileTests {
    let scratch = Scratch()

    @Test func `a line that a crash cut off is passed over and does not spoil the next one`() throws {
        let file = NameFile(path: scratch("names.jsonl"))
        try file.append([KnownName(person: "Adele")])
        let whole = try scratch.content("names.jsonl")
        try scratch.file("names.jsonl", whole + #"{"person":"Di"#)
        #expect(try file.load() == [KnownName(person: "Adele")])
        try file.append([KnownName(person: decomposed, drive: composed)])
        #expect(try file.load() == [KnownName(person: "Adele"), KnownName(person: decomposed, drive: composed)])
    }

    @Test func `a damaged line is an error that names the file, the line and what to do`() throws {
        try scratch.file("names.jsonl", #"{"person":"Adele"}"# + "\n{\n")
        let error = tenantError { try NameFile(path: scratch("names.jsonl")).load() }
        #expect(error?.message.contains("names.jsonl' cannot be read from line 2 on") == true)
        #expect(error?.message.contains("put back your copy") == true)
    }

    @Test func `what was kept comes back with its bytes`() throws {
        let file = NameFile(path: scratch("names.jsonl"))
        try file.append([KnownName(person: decomposed, drive: composed, mailbox: "a\nb\"")])
        let name = try #require(try file.load().first)
        #expect(Array(name.person.utf8) == Array(decomposed.utf8))
        #expect(name.drive.map { Array($0.utf8) } == Array(composed.utf8))
        #expect(name.mailbox == "a\nb\"")
    }
}

/// Collects the texts of warnings.
final class WarningLog: LogHandler, Sendable {
    private let lines = Mutex<[String]>([])
    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .warning }
        set {}
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { lines.withLock { $0.append("\(event.message)") } }
}
