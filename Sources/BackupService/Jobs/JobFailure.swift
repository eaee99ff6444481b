import BackupRepository
import Catalog
import Connectors
import FileTree
import ObjectStorage

/// Why a job failed: what the client sees in the unit or artifact, what the log needs, and whether another try can help.
struct JobFailure: Error, Sendable {
    /// The code for the unit or artifact.
    var code: ServiceErrorCode
    /// What failed and what to do.
    var message: String
    /// Whether another try can help without anybody doing anything.
    var isRetryable = false
    /// Whether something else uses the repository; tries are not counted then.
    var isBusy = false
    /// Single items that failed.
    var items: [ItemFailure] = []

    /// Makes a failure.
    init(_ code: ServiceErrorCode, _ message: String, isRetryable: Bool = false, items: [ItemFailure] = []) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
        self.items = items
    }

    /// Gives an error of another layer the words of the service.
    init(_ error: any Error) {
        switch error {
        case let failure as JobFailure: self = failure
        case let error as TenantError: self.init(error)
        case let error as RepositoryError: self.init(error)
        case let error as TreeError: self.init(error.code == .outOfSpace ? .quotaExceeded : .unknownError, error.description)
        case let error as ObjectStoreError: self.init(error.code == .outOfSpace ? .quotaExceeded : .unknownError, error.description, isRetryable: error.isRetryable)
        case let error as CatalogError: self.init(.unknownError, error.description, isRetryable: true)
        case let error as ServiceError: self.init(error.code, error.message, isRetryable: error.isRetryable)
        default: self.init(.unknownError, String(describing: error))
        }
    }

    private init(_ error: TenantError) {
        let code: ServiceErrorCode =
            switch error.code {
            case .sourceNotFound: .protectionUnitNotFound
            // Nobody but an administrator can help: by deleting old copies.
            case .tooManyCopies: .artifactCannotBeRestored
            default: .unknownError
            }
        self.init(code, error.message, isRetryable: error.isTransient)
    }

    private init(_ error: RepositoryError) {
        let code: ServiceErrorCode =
            switch error.code {
            case .outOfSpace: .quotaExceeded
            case .treeUnavailable: .protectionUnitNotFound
            default: .unknownError
            }
        self.init(code, error.message, isRetryable: error.isRetryable)
        isBusy = error.code == .locked
    }

    /// What an artifact says whose point was found damaged.
    static let damagedPoint = "The restore point is damaged: a verification found that it cannot give back everything. Choose another point."

    /// The most items that an error lists.
    private static let itemsListed = 20

    /// The error as rows keep it, with the first failed items as details.
    var publicError: PublicError {
        PublicError(
            code: code.rawValue, message: message,
            details: items.prefix(Self.itemsListed).map { PublicErrorDetail(code: $0.code, message: $0.message, target: $0.path.description) })
    }
}
