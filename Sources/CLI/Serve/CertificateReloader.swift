import BackupServer
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the certificate again at each SIGHUP. A certificate that cannot be used leaves the old one
/// in place, with an error in the log.
struct CertificateReloader: Service {
    /// nil where the server speaks plain HTTP; the signal is taken all the same, because it would
    /// end the process otherwise.
    let store: CertificateStore?
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() { reload() }
    }

    private func reload() {
        guard let store else { return }
        do {
            try store.reload()
            logger.info("The certificate was read again; new connections get it.")
        } catch {
            logger.error(
                "The certificate was not changed, because the new one cannot be used.",
                metadata: ["cause": "\(explained(error))"])
        }
    }
}
