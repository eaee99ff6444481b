import Catalog
public import Foundation
import Logging
public import ProtectionService

/// Everything that `/metrics` answers: what was counted, what the catalogue knows, and what the system
/// knows of the process.
public final class MetricsPage: Sendable {
    /// How long what the catalogue knows is shown before it is read again.
    public static let keptSeconds = 10.0

    /// What the page cannot find out itself.
    public struct Surroundings: Sendable {
        public var version: String
        /// Bytes of the catalogue's files; nil where they are not known.
        public var catalogBytes: @Sendable () -> Int? = { nil }
        /// When the catalogue was last copied; nil where it never was.
        public var catalogCopy: @Sendable () -> Date? = { nil }
        /// When the server's certificate expires; nil in plain HTTP.
        public var certificateExpiry: @Sendable () -> Date? = { nil }

        /// Whether each unit has series of its own.
        public var hasUnits = false

        public init(version: String) { self.version = version }
    }

    private let registry: MetricRegistry
    private let surroundings: Surroundings
    private let figures: KeptValue<MetricReadings>

    /// - Parameter clock: the machine's, because the service's stands still in a sandbox.
    public init(
        _ registry: MetricRegistry, service: ServiceContext, surroundings: Surroundings,
        clock: any WallClock = SystemClock()
    ) {
        self.registry = registry
        self.surroundings = surroundings
        let (logger, hasUnits) = (service.dependencies.logger, surroundings.hasUnits)
        figures = KeptValue(seconds: Self.keptSeconds, clock: clock) {
            do {
                let found = try await service.figures.read(hasUnits: hasUnits)
                if hasUnits, found.units == nil {
                    logger.warning(
                        """
                        There are too many units for series of their own, so none has any: set metrics.per-unit to \
                        false.
                        """, metadata: ["maximum": "\(ServiceFigures.maximumUnits)"])
                }
                return MetricReadings(found)
            } catch {
                // What is absent can be alerted on; what was true once cannot.
                logger.error("The metrics lack what the catalogue knows.", metadata: ["cause": "\(error)"])
                return MetricReadings()
            }
        }
    }

    /// The text of the page. What cannot be found out is left out.
    public func text() async -> String { MetricsText.text(await readings()) }

    func readings() async -> MetricReadings {
        var own = MetricReadings()
        own.set(1, of: .buildInfo, surroundings.version, Self.swiftVersion, "\(CatalogStore.schemaVersion)")
        if let bytes = surroundings.catalogBytes() { own.set(Double(bytes), of: .catalogBytes) }
        own.set(surroundings.catalogCopy(), of: .catalogCopy)
        own.set(surroundings.certificateExpiry(), of: .certificateExpiry)
        let process = ProcessFigures.current().map { MetricReadings($0) } ?? MetricReadings()
        return await figures.value().merging(registry.readings).merging(own).merging(process)
    }

    /// The language's version that this program was compiled with.
    private static var swiftVersion: String {
        #if swift(>=6.4)
        "6.4"
        #elseif swift(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }
}
