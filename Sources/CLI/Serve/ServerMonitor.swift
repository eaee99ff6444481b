import BackupServer
import Foundation
import Logging
import Monitoring
import ProtectionService
import ServiceLifecycle

/// What a server tells those who watch it: numbers, and signs of life.
struct ServerMonitor: Sendable {
    let registry = MetricRegistry()
    let health = HealthReport()
    let configuration: ConfigurationInForce
    let notifier = ServiceNotifier(environment: ProcessInfo.processInfo.environment)
    let ending = EndNotice()
    let levels: LogLevels
    private let hasUnitMetrics: Bool
    let logger: Logger

    /// - Parameter read: what the server is started with.
    init(_ read: Configuration, _ log: LogOptions) {
        configuration = ConfigurationInForce(read)
        levels = LogLevels(read.settings.log)
        hasUnitMetrics = read.settings.hasUnitMetrics
        logger = log.logger(levels)
    }

    /// Counts what the service does, and passes on its signs of life.
    func watch(_ dependencies: inout ServiceDependencies, _ certificates: CertificateStore?) {
        let (registry, notifier, store) = (registry, notifier, dependencies.repositoryStore)
        dependencies.health = health
        dependencies.ending = ending
        dependencies.configuration = { [configuration] in configuration.settings }
        dependencies.observer = WorkCounts(registry)
        dependencies.repositoryStore = { MeasuredStore(store($0), registry) }
        dependencies.certificateExpiry = { certificates?.expiry }
        dependencies.heartbeats = Heartbeats { heartbeats, clock in
            notifier.beat(standing: heartbeats.standing(clock))
        }
    }

    /// The page that `/metrics` answers with.
    func page(of composition: Composition) -> MetricsPage {
        var surroundings = MetricsPage.Surroundings(version: Version.current)
        surroundings.catalogBytes = { [state = composition.state] in state.catalogBytes }
        surroundings.catalogCopy = { [state = composition.state] in state.lastCopy }
        surroundings.hasUnits = hasUnitMetrics
        surroundings.certificateExpiry = composition.service.dependencies.certificateExpiry
        return MetricsPage(registry, service: composition.service, surroundings: surroundings)
    }

    /// The listener of its own for metrics; nil where none is wanted.
    func listener(at address: HostAndPort?, _ page: MetricsPage, _ logger: Logger) -> MetricsService? {
        address.map { MetricsService(address: $0, page: page, logger: logger) }
    }
}

/// Answers `GET /metrics` at an address of its own.
struct MetricsService: Service {
    let address: HostAndPort
    let page: MetricsPage
    let logger: Logger

    func run() async throws {
        let listener = MetricsListener(host: address.host, port: address.port, page: page, logger: logger)
        if !listener.isLoopback {
            logger.warning(
                "Metrics are answered to everybody who can connect. Let a firewall admit only who watches.",
                metadata: ["address": "\(address.host):\(address.port)"])
        }
        do {
            try await listener.application { [address, logger] port in
                logger.info("Metrics are answered.", metadata: ["address": "http://\(address.host):\(port)/metrics"])
            }.run()
        } catch {
            throw UsageError(
                """
                Metrics cannot be answered on \(address.host):\(address.port): \(explained(error)). If the port is \
                in use, choose another metrics.listen or stop the other program.
                """)
        }
    }
}
