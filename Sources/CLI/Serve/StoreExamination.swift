import Foundation
import Logging
import ObjectStorageS3

/// What a server tries of its store before it starts: a store that does not keep what backups rely on
/// is refused, and nothing is written elsewhere.
struct StoreExamination {
    private let store: StoreSettings
    private let logger: Logger

    init(_ store: StoreSettings, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    /// - Throws: `UsageError` with what is wrong, and what to do.
    func run() async throws {
        guard let settings = try store.s3(environment: ProcessInfo.processInfo.environment) else { return }
        do {
            for warning in try await S3Bucket(settings, .machine, logger: logger).examine() {
                logger.warning("\(warning)", metadata: ["store": "\(settings.place)"])
            }
        } catch {
            throw UsageError(error.description, status: .wrongConfiguration)
        }
    }
}
