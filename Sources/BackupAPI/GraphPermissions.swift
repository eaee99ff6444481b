import OData

/// Graph's permission names and which of them each family of operations
/// needs. Source: contract operations.md.
public enum GraphPermission {
    /// Every permission of the surface.
    public static let all: Set<String> = [
        "BackupRestore-Control.Read.All", "BackupRestore-Control.ReadWrite.All",
        "BackupRestore-Configuration.Read.All", "BackupRestore-Configuration.ReadWrite.All",
        "BackupRestore-Restore.Read.All", "BackupRestore-Restore.ReadWrite.All",
        "BackupRestore-Search.Read.All", "BackupRestore-Monitor.Read.All", "User.Read.All", "Sites.Read.All",
    ]
}

extension Permissions {
    static let controlRead = Permissions("BackupRestore-Control.Read.All", "BackupRestore-Control.ReadWrite.All")
    static let controlWrite = Permissions("BackupRestore-Control.ReadWrite.All")
    static let controlWriteByPeople = Permissions(delegated: ["BackupRestore-Control.ReadWrite.All"], application: [])
    static let configurationRead = Permissions(
        "BackupRestore-Configuration.Read.All", "BackupRestore-Configuration.ReadWrite.All")
    static let configurationWrite = Permissions("BackupRestore-Configuration.ReadWrite.All")
    static let configurationWriteByPeople = Permissions(
        delegated: ["BackupRestore-Configuration.ReadWrite.All"], application: [])
    static let restoreRead = Permissions("BackupRestore-Restore.Read.All", "BackupRestore-Restore.ReadWrite.All")
    static let restoreWrite = Permissions("BackupRestore-Restore.ReadWrite.All")
    static let search = Permissions("BackupRestore-Search.Read.All")
    static let pointsRead = Permissions(
        "BackupRestore-Search.Read.All", "BackupRestore-Restore.Read.All", "BackupRestore-Restore.ReadWrite.All")
    static let monitorRead = Permissions("BackupRestore-Monitor.Read.All")
    static let reportsRead = Permissions("BackupRestore-Configuration.Read.All")
    static let usersRead = Permissions(
        "User.Read.All", "User.ReadBasic.All", "User.ReadWrite.All", "Directory.Read.All")
    static let sitesRead = Permissions("Sites.Read.All", "Sites.ReadWrite.All")
}

/// A caller for the OData engine and the service.
struct APICaller: ODataCaller {
    let principal: Principal

    var kind: CallerKind { principal.user == nil ? .application : .delegated }

    func holds(permission name: String) -> Bool { principal.permissions.contains(name) }
}

extension Principal {
    /// Whether the token lets its holder read what the service is like: its status, health and numbers.
    public var mayReadControl: Bool { Permissions.controlRead.isHeld(by: APICaller(principal: self)) }
}
