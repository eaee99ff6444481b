import FileTree
import Texts

/// Joins what `directory.json` says with the folders that exist. Names are compared without regard
/// to case, as sign-in names are.
struct People {
    /// Everyone, sorted by the bytes of the sign-in name.
    private(set) var users: [DirectoryUser] = []
    /// The folder names of the drives and mailboxes that exist.
    private(set) var places: [SourceID: String] = [:]
    /// The paths of the folders that could each be the drive or mailbox, where no rule decides.
    private(set) var disputed: [SourceID: [String]] = [:]
    /// Spellings, some of them seen for the first time.
    private(set) var spellings: [KnownName] = []
    /// Warnings for the log: folders that the rules left out or merged.
    private(set) var notices: [String] = []

    private var drives: FolderNames
    private var mailboxes: FolderNames
    private let known: KnownNames
    private let identifier: (String) -> String
    private let driveURL: (String) -> String
    /// The owners of ids, by names for messages.
    private var owners: [String: String] = [:]

    init(
        file: DirectoryFile, drives: [String], mailboxes: [String], known: KnownNames,
        identifier: @escaping (String) -> String, driveURL: @escaping (String) -> String
    ) {
        self.drives = FolderNames("drives", drives)
        self.mailboxes = FolderNames("mailboxes", mailboxes)
        self.known = known
        self.identifier = identifier
        self.driveURL = driveURL
        noticeTwins(drives)
        for user in file.users {
            if let id = user.id { owners[id] = "the user '\(user.userPrincipalName.withEscapes)' of directory.json" }
        }
        for user in file.users { add(user, of: file) }
        let keys = Set(self.drives.groups.keys).union(self.mailboxes.groups.keys)
        for key in keys.sorted() { addUndescribed(key) }
        users.sort { $0.userPrincipalName.precedesExactly($1.userPrincipalName) }
    }

    private mutating func add(_ user: DirectoryFile.User, of file: DirectoryFile) {
        let name = user.userPrincipalName
        let folders = take(NameRule.anyCase.key(name), spelling: name) { file.user(exactly: $0.string) != nil }
        let spelling = known[name]?.person ?? name
        let person = DirectoryUser(
            id: user.id ?? identifier("drives/\(spelling)"), userPrincipalName: name,
            displayName: user.displayName ?? name, mail: user.mail, driveWebURL: driveURL(name))
        add(person, folders: folders, spelling: spelling, hasOwnID: user.id != nil)
    }

    private mutating func addUndescribed(_ key: ExactText) {
        let first = drives.groups[key]?.first ?? mailboxes.groups[key]?.first ?? key.string
        let spelling = known[first]?.person ?? first
        let folders = take(key, spelling: nil) { _ in true }
        let name = folders.drive.name ?? folders.mailbox.name ?? first
        let person = DirectoryUser(
            id: identifier("drives/\(spelling)"), userPrincipalName: name, displayName: name,
            mail: name.has("@") ? name : nil, driveWebURL: driveURL(name))
        add(person, folders: folders, spelling: spelling, hasOwnID: false)
    }

    /// A person's folders in `drives` and `mailboxes`.
    private struct Folders {
        var drive: FolderNames.Choice
        var mailbox: FolderNames.Choice
    }

    private mutating func take(_ key: ExactText, spelling: String?, isOthers: (ExactText) -> Bool) -> Folders {
        let name = known[key.string]
        let drive = drives.take(key, last: name?.drive ?? name?.person, spelling: spelling, isOthers: isOthers)
        let mailbox = mailboxes.take(key, last: name?.mailbox ?? name?.person, spelling: spelling, isOthers: isOthers)
        tell(of: drive, in: "drives")
        tell(of: mailbox, in: "mailboxes")
        return Folders(drive: drive.choice, mailbox: mailbox.choice)
    }

    private mutating func add(_ person: DirectoryUser, folders: Folders, spelling: String, hasOwnID: Bool) {
        let name = "'drives/\(spelling.withEscapes)'"
        if !hasOwnID, let owner = owners.updateValue(name, forKey: person.id) {
            owners[person.id] = owner
            notices.append(
                """
                \(name) is left out: its id \(person.id) is that of \(owner); give one of them another id in \
                directory.json
                """
            )
            return
        }
        var person = person
        person.hasDrive = note(folders.drive, of: SourceID(kind: .drive, objectID: person.id))
        person.hasMailbox = note(folders.mailbox, of: SourceID(kind: .mailbox, objectID: person.id))
        users.append(person)
        let before = known[spelling]
        spellings.append(
            KnownName(
                person: spelling, drive: folders.drive.lastSeen(before.map(\.drive)),
                mailbox: folders.mailbox.lastSeen(before.map(\.mailbox))))
    }

    /// Notes where a source is. Returns false where it has no folder.
    private mutating func note(_ choice: FolderNames.Choice, of source: SourceID) -> Bool {
        switch choice {
        case .none: return false
        case .one(let name): places[source] = name
        case .several(let names): disputed[source] = names.map { "\(source.kind.folderName)/\($0)" }
        }
        return true
    }

    /// Warns of folders of a person that do not count.
    private mutating func tell(of taken: (choice: FolderNames.Choice, left: [String]), in kind: String) {
        switch taken.choice {
        case .none: return
        case .one(let name):
            for other in taken.left {
                notices.append(
                    "'\(kind)/\(other.withEscapes)' is left out: names of people compare without regard to case, and "
                        + "'\(kind)/\(name.withEscapes)' was there before; rename or merge one of them")
            }
        case .several(let names):
            notices.append(TenantError.several(names.map { "\(kind)/\($0)" }))
        }
    }

    /// Warns of drives whose names look the same.
    private mutating func noticeTwins(_ names: [String]) {
        notices += FolderTenant.lookAlikes(names.filter { !$0.utf8.allSatisfy { $0 < 0x80 } }, in: "drives", "people")
    }
}

extension TenantError {
    /// The warning about folders of one person.
    static func several(_ paths: [String]) -> String {
        let list = paths.map { "'\($0.withEscapes)'" }.joined(separator: " and ")
        return "\(list) are one person's: names of people compare without regard to case. "
            + "Neither is backed up nor restored until one is renamed or merged"
    }
}
