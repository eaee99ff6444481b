/// The axis along which Graph's types repeat.
public enum Workload: String, SQLEnum, CaseIterable {
    case exchange
    case sharePoint
    case oneDriveForBusiness
}
