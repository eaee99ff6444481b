import Connectors
import ProtectionRules

extension ServiceError {
    /// The tenant's directory could not be read.
    init(readingDirectory error: TenantError) {
        self.init(
            .serviceNotAvailable, "The tenant's directory cannot be read; try again later.",
            detail: error.description, isRetryable: true)
    }
}
