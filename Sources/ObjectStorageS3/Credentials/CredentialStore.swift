import Concurrency
import Logging
import Synchronization

/// The credentials of a bucket, fetched before they end and read anew when their file changes.
final class CredentialStore: Sendable {
    private struct State {
        var current: S3Credentials?
        var stamp: CredentialFile.Stamp?
    }

    /// How long before their end temporary credentials are replaced.
    static let spareSeconds = 300

    private let source: Result<CredentialSource, CredentialFault>
    private let environment: S3Environment
    private let logger: Logger
    private let state = Mutex(State())
    /// One fetches, the others wait for what comes.
    private let fetching = AsyncSemaphore(permits: 1)

    init(_ settings: S3Settings, _ environment: S3Environment, logger: Logger) {
        source = Self.source(settings, environment)
        self.environment = environment
        self.logger = logger
    }

    /// Where credentials come from, unless they would cross a network in the clear.
    private static func source(
        _ settings: S3Settings, _ environment: S3Environment
    ) -> Result<CredentialSource, CredentialFault> {
        if let endpoint = settings.endpoint, !endpoint.isEncrypted, !endpoint.isLoopback, !settings.allowsPlainHTTP {
            return .failure(
                CredentialFault(
                    message: """
                        s3.endpoint is \(endpoint), and requests would cross the network in the clear. Give it as \
                        https://, or set s3.insecure for a test.
                        """))
        }
        do throws(CredentialFault) {
            return .success(try .chosen(settings, environment))
        } catch {
            return .failure(error)
        }
    }

    /// Credentials that are good for the next minutes.
    func current() async throws(CredentialFault) -> S3Credentials {
        if let fresh { return fresh }
        await fetching.acquire()
        defer { fetching.release() }
        if let fresh { return fresh }
        do throws(CredentialFault) {
            return try await fetch()
        } catch {
            // The old ones do until they end.
            guard let old = state.withLock({ $0.current }), !hasEnded(old) else { throw error }
            logger.warning(
                "The credentials for S3 could not be renewed; the former ones are used.",
                metadata: ["source": "\(words)", "cause": "\(error.message)"])
            return old
        }
    }

    /// Fetches credentials again, because the store refused these.
    /// - Returns: nil where they are the same, or there are none.
    func replaced(_ refused: S3Credentials) async -> S3Credentials? {
        await fetching.acquire()
        defer { fetching.release() }
        if let other = state.withLock({ $0.current }), other != refused { return other }
        guard let new = try? await fetch(), new != refused else { return nil }
        return new
    }

    private var words: String { (try? source.get().words) ?? "none" }

    private var fresh: S3Credentials? {
        let (current, stamp) = state.withLock { ($0.current, $0.stamp) }
        guard let current else { return nil }
        if case .success(.file(let path, _)) = source { return CredentialFile.stamp(path) == stamp ? current : nil }
        guard let end = current.end else { return current }
        return end - environment.now() > Self.spareSeconds ? current : nil
    }

    private func hasEnded(_ credentials: S3Credentials) -> Bool {
        credentials.end.map { $0 <= environment.now() } ?? false
    }

    private func fetch() async throws(CredentialFault) -> S3Credentials {
        let source = try source.get()
        if case .file(let path, let forbids) = source {
            let file = try CredentialFile.read(path, forbids: forbids)
            state.withLock { $0 = State(current: file.credentials, stamp: file.stamp) }
            return file.credentials
        }
        let credentials = try await source.fetch()
        state.withLock { $0.current = credentials }
        return credentials
    }
}
