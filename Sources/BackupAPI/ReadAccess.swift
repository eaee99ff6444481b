import ProtectionService
import OData

extension RegisteredOperation {
    /// What it reads; nil where it changes something, which the service decides by itself.
    var readArea: ReadArea? {
        switch key {
        case .list, .get, .function: break
        // Read with POST, for the length of what they ask.
        case .action("search"), .action("browse"): break
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
