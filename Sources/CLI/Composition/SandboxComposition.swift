import BackupAPI
import Catalog
import Connectors
import Foundation
import Logging
import Monitoring
import ProtectionRules
import ProtectionService
import Sandbox

/// The composition of a sandbox: the service over the sandbox's clock, tenant and faults, and the
/// control surface before the Graph surface.
struct SandboxComposition {
    let composition: Composition
    private let control: SandboxControl
    private let faults: FaultBook

    /// Opens a sandbox's state folder.
    init(
        _ state: StateFolder, logger: Logger, copiesPerSource: Int = FolderTenant.publishedCopyLimit,
        watchesTenant: Bool = false, metrics: MetricRegistry? = nil,
        configure: @escaping (inout ServiceDependencies) -> Void = { _ in }
    ) async throws {
        let clock = try state.sandboxClock()
        var made: FaultBook?
        composition = try await Composition(
            state, logger: logger, clock: clock, copiesPerSource: copiesPerSource,
            watchesTenant: watchesTenant, metrics: metrics
        ) {
            dependencies in
            configure(&dependencies)
            // Whoever moves the clock to a multiple of the cadence expects a point there.
            dependencies.intervals.spreadsBackups = false
            // A move of the clock must not end the leases of this one process.
            dependencies.worker.leaseSeconds = Self.endlessLeaseSeconds
            let book = FaultBook()
            dependencies.jobInspector = book
            made = book
        }
        guard let made else { preconditionFailure("the composition configures its dependencies once") }
        faults = made
        let dependencies = composition.service.dependencies
        let tenant = SandboxTenant(
            folder: state.sandboxTenantURL, tenant: dependencies.tenant, clock: clock, makeID: dependencies.makeID,
            openTenant: { [id = dependencies.tenant.id, logger = dependencies.logger] in
                try FolderTenant(folder: $0.path, id: id, logger: logger.of(.tenant))
            })
        control = SandboxControl(
            service: composition.service, clock: clock, faults: faults, tenant: tenant,
            removeRepositories: { [repositories = state.repositories] in try await repositories.eraseAll() })
    }

    /// A hundred years, so that leases outlive every move of the clock.
    private static let endlessLeaseSeconds = 100 * 366 * 86_400

    /// The control surface with the Graph surface behind it.
    func makeAPI(publicURL: String?, admission: [Admission]) throws -> SandboxAPI {
        let faults = faults
        return SandboxAPI(
            try composition.makeAPI(
                publicURL: publicURL, admission: admission + [{ request, _ in faults.refusal(of: request) }]),
            control: control)
    }
}
