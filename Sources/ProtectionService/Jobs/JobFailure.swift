package import BackupRepository
package import Catalog
import Connectors
import FileTree
package import Foundation
import ObjectStorage
public import ProtectionRules

/// Why a job failed: what the client sees in the unit or artifact, what the log needs, and whether
/// another try can help.
package struct JobFailure: Error, Sendable {
    /// The code for the unit or artifact.
    package var code: ServiceErrorCode
    /// What failed and what to do, for clients: names items of the drive at most, never places of
    /// the server or objects of a repository.
    package var message: String
    /// What the log needs in place of the message; nil where that says everything.
    package var detail: String?
    /// Whether another try can help without anybody doing anything.
    package var isRetryable = false
    /// Whether something else uses the repository; tries are not counted then.
    package var isBusy = false
    /// Single items that failed.
    package var items: [ItemFailure] = []

    package init(
        _ code: ServiceErrorCode, _ message: String, detail: String? = nil, isRetryable: Bool = false,
        items: [ItemFailure] = []
    ) {
        self.code = code
        self.message = message
        self.detail = detail
        self.isRetryable = isRetryable
        self.items = items
    }

    /// Translates an error of another layer.
    package init(_ error: any Error) {
        switch error {
        case let failure as JobFailure: self = failure
        case let error as TenantError: self.init(error)
        case let error as RepositoryError: self.init(error)
        case let error as TreeError:
            let item = error.path.isRoot ? "" : "'\(error.path)': "
            self.init(
                error.code == .outOfSpace ? .quotaExceeded : .unknownError, item + error.clientText,
                detail: error.description,
                isRetryable: error.isTransient)
        case let error as ObjectStoreError:
            self.init(
                error.code == .outOfSpace ? .quotaExceeded : .unknownError, error.clientText, detail: error.description,
                isRetryable: error.isRetryable)
        case let error as CatalogError:
            self.init(.unknownError, "The catalogue cannot be used now.", detail: error.description, isRetryable: true)
        case let error as ServiceError:
            self.init(error.code, error.message, detail: error.description, isRetryable: error.isRetryable)
        default:
            self.init(
                .unknownError, "Something unexpected failed; the server's log tells what.",
                detail: String(describing: error))
        }
    }

    private init(_ error: TenantError) {
        let code: ServiceErrorCode =
            switch error.code {
            case .sourceNotFound: .protectionUnitNotFound
            // Only an administrator can help: by deleting old copies, or by moving away what
            // stands in the way.
            case .tooManyCopies, .severalFolders: .artifactCannotBeRestored
            case .unavailable where !error.isTransient: .artifactCannotBeRestored
            default: .unknownError
            }
        self.init(code, error.clientText, detail: error.description, isRetryable: error.isTransient)
    }

    private init(_ error: RepositoryError) {
        let code: ServiceErrorCode =
            switch error.code {
            case .outOfSpace: .quotaExceeded
            case .treeUnavailable: .protectionUnitNotFound
            default: .unknownError
            }
        self.init(code, error.clientText, detail: error.description, isRetryable: error.isRetryable)
        isBusy = error.code == .locked
    }

    /// What an artifact says whose point was found damaged.
    package static let damagedPoint =
        "The restore point is damaged: a verification found that it cannot give back everything. Choose another point."

    /// The most items that an error lists.
    private static let itemsListed = 20

    /// What the log and administrators on the machine read.
    package var logText: String { detail ?? message }

    /// The error as clients see it, with the first failed items as details.
    package var publicError: PublicError {
        PublicError(
            code: code.rawValue, message: message,
            details: items.prefix(Self.itemsListed).map {
                PublicErrorDetail(code: $0.code, message: $0.message, target: $0.path.description)
            })
    }

    /// The error as the job's own row keeps it, which only commands on the machine read.
    package var jobError: PublicError {
        var error = publicError
        error.message = logText
        return error
    }

    /// What a subject says between two tries.
    /// - Parameter moment: when the next try begins.
    package func waiting(until moment: Date) -> JobFailure {
        var failure = self
        failure.message =
            isBusy ? "Waits until it can go on: \(message)" : "\(message) Tries again at \(moment.formatted(.iso8601))."
        return failure
    }
}

extension ServiceError {
    /// An error of any layer in its two texts.
    public init(reporting error: any Error) {
        let failure = JobFailure(error)
        self.init(failure.code, failure.message, detail: failure.detail, isRetryable: failure.isRetryable)
    }
}
