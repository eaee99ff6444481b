package import BackupRepository
import ProtectionRules

extension TenantSecrets {
    /// Opens the sealed master key of a unit's repository.
    /// - Throws: `JobFailure` where it is not one; what `open` throws.
    package func masterKey(sealed: [UInt8], unitID: String) throws -> RepositoryMasterKey {
        guard let key = RepositoryMasterKey(secretBytes: try open(sealed, context: unitID)) else {
            throw JobFailure(
                .unknownError,
                "The stored master key of unit \(unitID) has a wrong length; open the repository with its password.")
        }
        return key
    }
}

extension RepositoryError {
    /// Whether the repository itself cannot be opened, whoever tries: it is damaged, or another one
    /// lies there, or none at all.
    package var isOfUnopenable: Bool { [.damaged, .wrongPassword, .notARepository].contains(code) }
}
