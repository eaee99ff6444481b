import BackupServer
import Foundation
import Logging
import ProtectionService
import ServiceLifecycle
import UnixSignals

/// Reads the configuration and the certificate again at each SIGHUP: all of it, or nothing where a
/// part of it is wrong. What only a restart puts in force is named in the log, and
/// health says that there is something that waits.
struct ConfigurationReloader: Service {
    /// nil where the server speaks plain HTTP; the signal is taken all the same, because it would
    /// end the process otherwise.
    let certificates: CertificateStore?
    let configuration: ConfigurationInForce
    /// - Throws: `UsageError` with everything that is wrong.
    let read: @Sendable () throws -> Configuration
    let levels: LogLevels
    let logger: Logger
    let notifier: ServiceNotifier
    let health: HealthReport

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        for await _ in signals.cancelOnGracefulShutdown() { notifier.reload { reload() } }
    }

    func reload(at now: Date = Date()) {
        guard let new = readAgain(), reloadCertificate(new.settings.place) else {
            return health.set(
                Self.check, to: .warning,
                message: "The configuration was not changed, because the new one is wrong; the log says why.",
                action: "Look at it: holdfast config check. Then: systemctl reload holdfast.", at: now)
        }
        levels.take(new.settings.log)
        logger.info("The configuration was read again.")
        // A certificate is exchanged at once; whether there is one is settled at the start.
        let hasTLS = certificates != nil && new.settings.place.certificate != nil
        let waiting = new.changes(from: configuration.started).filter {
            !$0.takesReload || (!hasTLS && Setting.ofCertificate.contains($0.name))
        }
        configuration.take(new, waiting: waiting)
        guard !waiting.isEmpty else { return health.set(Self.check, to: .ok, at: now) }
        logger.warning(
            "Some settings have new values that a restart puts in force.",
            metadata: ["settings": "\(waiting.map(\.name).joined(separator: ", "))"])
        health.set(
            Self.check, to: .warning,
            message: "Some settings have new values that a restart puts in force; the log names them.",
            action: "When it suits: systemctl restart holdfast.", at: now)
    }

    /// The name of the check in health.
    private static let check = "configuration"

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
