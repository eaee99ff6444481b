import Catalog
import FileTree
import Foundation
import ProtectionRules
public import ProtectionService

extension MetricReadings {
    /// What the catalogue knows of the service.
    public init(_ figures: ServiceFigures) {
        self.init()
        for workload in Workload.allCases { note(figures.workloads[workload] ?? .init(), of: workload.rawValue) }
        set(Double(figures.repositoryBytes), of: .repositoryBytes, Self.store)
        if let storage = figures.storage {
            set(Double(storage.availableBytes), of: .storageFree, Self.store)
            if let capacity = storage.capacityBytes { set(Double(capacity), of: .storageCapacity, Self.store) }
        }
        set(figures.oldestVerification, of: .oldestVerification)
        set(Double(figures.openIncidents), of: .incidentsOpen)
        set(Double(figures.incidentUnits), of: .incidentUnits)
        set(Double(figures.runningRestores), of: .restoresRunning)
        set(figures.schedulerBeat, of: .schedulerTick)
        set(Double(figures.eventStreams), of: .eventStreams)
        note(figures.jobs, now: figures.now)
        for unit in figures.units ?? [] { note(unit) }
    }

    private mutating func note(_ unit: ServiceFigures.OfUnit) {
        set(unit.newestPoint, of: .unitNewestPoint, unit.id, unit.workload.rawValue)
        set(Double(unit.points), of: .unitPoints, unit.id, unit.workload.rawValue)
        set(Double(unit.protectedBytes), of: .unitBytes, unit.id, unit.workload.rawValue)
    }

    /// The only place of repositories that there is.
    static let store = "repositories"

    /// Notes a moment, where there is one.
    mutating func set(_ moment: Date?, of family: MetricFamily, _ labels: String...) {
        guard let moment else { return }
        set(.number(moment.timeIntervalSince1970), of: family, labels)
    }

    private mutating func note(_ figures: ServiceFigures.OfWorkload, of workload: String) {
        for state in ProtectionState.allCases {
            set(Double(figures.states[state]), of: .units, workload, state.rawValue)
        }
        set(Double(figures.points), of: .points, workload)
        set(Double(figures.damagedPoints), of: .damagedPoints, workload)
        set(Double(figures.pointsWithUnreadItems), of: .pointsWithUnreadItems, workload)
        set(Double(figures.verifiedUnits), of: .verifiedUnits, workload)
        set(Double(figures.protectedBytes), of: .protectedBytes, workload)
        set(figures.oldestNewestPoint, of: .oldestNewestPoint, workload)
        let bounds = ServiceFigures.ageBounds.map(Double.init)
        set(Histogram(bounds: bounds, counts: figures.ages, sum: figures.ageSumSeconds), of: .pointAge, workload)
    }

    /// Kinds of which no job is open have zero, so that a line ends there and not in the air.
    private mutating func note(_ jobs: [ServiceFigures.OfJobs], now: Date) {
        for kind in JobKind.allCases.map(\.rawValue) {
            let theirs = jobs.filter { $0.kind == kind }
            let waiting = theirs.first { $0.state == .waiting }
            let running = theirs.first { $0.state == .running }
            set(Double(waiting?.count ?? 0), of: .jobs, kind, "waiting")
            set(Double(running?.count ?? 0), of: .jobs, kind, "running")
            // One that waits for its moment is not late.
            let age = waiting?.firstDue.map { max(0, now.timeIntervalSince($0)) } ?? 0
            set(age, of: .oldestWaitingJob, kind)
        }
    }
}
