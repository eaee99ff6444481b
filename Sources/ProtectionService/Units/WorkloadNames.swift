public import Catalog

extension Workload {
    /// What people call a unit of this workload, at the command line and in messages.
    public var noun: String {
        switch self {
        case .oneDriveForBusiness: "drive"
        case .sharePoint: "site"
        case .exchange: "mailbox"
        }
    }
}
