import BackupServer
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the configuration and the certificate again at each SIGHUP: all of it, or nothing where a
/// part of it is wrong. What only a restart puts in force is named in the log.
struct ConfigurationReloader: Service {
    /// nil where the server speaks plain HTTP; the signal is taken all the same, because it would
    /// end the process otherwise.
    let certificates: CertificateStore?
    /// What the server was started with.
    let started: Configuration
    /// - Throws: `UsageError` with everything that is wrong.
    let read: @Sendable () throws -> Configuration
    let logger: Logger
    let notifier: ServiceNotifier

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() { notifier.reload(reload) }
    }

    func reload() {
        guard let new = readAgain(), reloadCertificate(new.settings.place) else { return }
        logger.info("The configuration was read again.")
        // A certificate is exchanged at once; whether there is one is settled at the start.
        let hasTLS = certificates != nil && new.settings.place.certificate != nil
        let waiting = new.changes(from: started).filter { !$0.takesReload || !hasTLS }.map(\.name)
        guard !waiting.isEmpty else { return }
        logger.warning(
            "Some settings have new values that a restart puts in force.",
            metadata: ["settings": "\(waiting.joined(separator: ", "))"])
    }

    private func readAgain() -> Configuration? {
        do {
            return try read()
        } catch {
            for line in (error as? UsageError)?.lines ?? [explained(error)] {
                logger.error(
                    "The configuration was not changed, because the new one is wrong.", metadata: ["cause": "\(line)"])
            }
            return nil
        }
    }

    /// - Returns: whether the certificate is the one that the configuration names now.
    private func reloadCertificate(_ place: PlaceSettings) -> Bool {
        guard let certificates else { return true }
        do {
            if let certificate = place.certificate, let key = place.certificateKey {
                try certificates.reload(certificatePath: certificate, keyPath: key)
            } else {
                try certificates.reload()
            }
            logger.info("The certificate was read again; new connections get it.")
            return true
        } catch {
            logger.error(
                "The certificate was not changed, because the new one cannot be used.",
                metadata: ["cause": "\(explained(error))"])
            return false
        }
    }
}

extension Configuration {
    /// The settings whose values differ from those of another configuration.
    func changes(from other: Configuration) -> [Setting] {
        Setting.all.filter { setting in
            let value = setting.kind.identity ?? setting.kind.show
            return value(settings) != value(other.settings)
        }
    }
}
