/// Joins what `directory.json` says with the folders that exist. Names are compared without regard to case, as sign-in names are.
struct People {
    /// Everyone, sorted by sign-in name.
    private(set) var users: [DirectoryUser] = []
    /// The folder names of the drives and mailboxes that exist.
    private(set) var places: [SourceID: String] = [:]

    init(
        file: DirectoryFile, drives: [String], mailboxes: [String], identifier: (String) -> String, driveURL: (String) -> String
    ) {
        let driveNames = People.byName(drives)
        let mailboxNames = People.byName(mailboxes)
        var described: Set<String> = []
        for user in file.users {
            let key = user.userPrincipalName.lowercased()
            described.insert(key)
            add(DirectoryUser(
                id: user.id ?? identifier("drives/\(user.userPrincipalName)"), userPrincipalName: user.userPrincipalName,
                displayName: user.displayName ?? user.userPrincipalName, mail: user.mail, driveWebURL: driveURL(user.userPrincipalName)),
                drive: driveNames[key], mailbox: mailboxNames[key])
        }
        for key in Set(driveNames.keys).union(mailboxNames.keys).subtracting(described) {
            guard let name = driveNames[key] ?? mailboxNames[key] else { continue }
            add(DirectoryUser(
                id: identifier("drives/\(name)"), userPrincipalName: name, displayName: name,
                mail: name.contains("@") ? name : nil, driveWebURL: driveURL(name)),
                drive: driveNames[key], mailbox: mailboxNames[key])
        }
        users.sort { $0.userPrincipalName < $1.userPrincipalName }
    }

    private mutating func add(_ user: DirectoryUser, drive: String?, mailbox: String?) {
        var user = user
        user.hasDrive = drive != nil
        user.hasMailbox = mailbox != nil
        users.append(user)
        if let drive { places[SourceID(kind: .drive, objectID: user.id)] = drive }
        if let mailbox { places[SourceID(kind: .mailbox, objectID: user.id)] = mailbox }
    }

    /// Of names that differ only in case the first counts.
    private static func byName(_ names: [String]) -> [String: String] {
        Dictionary(names.map { ($0.lowercased(), $0) }) { first, _ in first }
    }
}
