import ProtectionService
import OData

extension RegisteredOperation {
    /// The area that the operation reads; nil for a change, which the service authorizes itself.
    var readArea: ReadArea? {
        switch key {
        case .list, .get, .function: break
        // These read with POST, because their arguments are long.
        case .action("search"), .action("browse"), .action("resolve"): break
        case .create, .update, .delete, .action: return nil
        }
        let names = permissions.delegated + permissions.application
        let isOfRestores = names.contains {
            $0.hasPrefix("BackupRestore-Restore.") || $0.hasPrefix("BackupRestore-Search.")
        }
        return isOfRestores
            ? .restore : names.contains { $0.hasPrefix("BackupRestore-Control.") } ? .control : .protection
    }
}
