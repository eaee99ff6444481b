import Catalog
import Foundation
import ProtectionRules

/// Sums up how far sessions are, within one transaction.
struct ProgressRows<Rows: CatalogAccess> {
    private let rows: Rows

    init(_ rows: Rows) { self.rows = rows }

    /// The part of one artifact in the sum.
    private struct Part {
        var status: ArtifactRestoreStatus
        var phase: RestorePhase?
        var isCancelled: Bool
        var progress: ArtifactProgress?
        var planned: PlanSums?
        var start: Date?
        var end: Date?
        var waitingFor: String?

        /// What it did when.
        var course: RestoreCourse { RestoreCourse(progress, start: start, end: status.isRunning ? nil : end) }
        /// Whether it is known how many bytes it writes.
        var isMeasured: Bool { planned != nil || phase ?? .planning >= .writing || !status.isRunning }
    }

    /// - Parameter planID: the plan whose sessions they are, so that the last artifact of each unit
    ///   counts and no earlier one.
    func report(
        of sessions: [RestoreSession], ofPlan planID: String? = nil, _ now: Date
    ) throws -> RestoreProgressReport {
        let ids = sessions.map(\.id)
        let planID = planID ?? sessions.first?.planId
        let planned = try planID.map { try rows.page(Query<PlanUnit>(where: PlanUnit.ofPlan($0))) } ?? []
        let sums = Dictionary(planned.compactMap { unit in unit.artifactId.map { ($0, unit.sums) } }) { first, _ in
            first
        }
        let artifacts = try rows.page(Query<RestoreArtifact>(where: .oneOf("sessionId", ids)))
        let counted = sessions.count > 1 ? artifacts.filter { sums[$0.id] != nil } : artifacts
        var parts = counted.map { artifact in
            Part(
                status: artifact.status, phase: artifact.phase, isCancelled: artifact.error.isCancelled,
                progress: artifact.progress, planned: sums[artifact.id], start: artifact.startDateTime,
                end: artifact.completionDateTime, waitingFor: artifact.error?.message)
        }
        parts += try rows.page(Query<GranularRestoreArtifact>(where: .oneOf("sessionId", ids))).map { item in
            Part(
                status: item.status, phase: item.status == .inProgress ? .writing : nil,
                isCancelled: item.error.isCancelled, start: item.startDateTime, end: item.completionDateTime,
                waitingFor: item.error?.message)
        }
        return sum(parts, isDone: sessions.allSatisfy(\.status.isTerminal), now)
    }

    private func sum(_ parts: [Part], isDone: Bool, _ now: Date) -> RestoreProgressReport {
        var report = RestoreProgressReport(asOfDateTime: now)
        var phases: [RestorePhase] = []
        for part in parts {
            report.units.add(part.status, isCancelled: part.isCancelled)
            let progress = part.progress ?? ArtifactProgress()
            report.itemsDone += progress.itemsDone
            report.itemsTotal += max(progress.itemsPlanned, progress.itemsDone, part.planned?.changes ?? 0)
            report.bytesDone += progress.bytesDone
            report.bytesTotal += max(progress.bytesPlanned, progress.bytesDone, part.planned?.bytesToWrite ?? 0)
            if part.status == .inProgress { phases.append(part.phase ?? .planning) }
            if part.status.isRunning, report.waitingFor == nil { report.waitingFor = part.waitingFor }
        }
        // Where some write already, the restore writes, whatever the others do.
        report.phase = isDone ? .done : phases.max() ?? .planning
        guard let start = parts.compactMap(\.start).min() else { return report }
        guard !isDone else {
            let seconds = (parts.compactMap(\.end).max() ?? now).timeIntervalSince(start)
            report.bytesPerSecond = RestorePace(bytesDone: report.bytesDone, seconds: seconds).bytesPerSecond
            report.remainingSeconds = 0
            return report
        }
        let left = parts.allSatisfy(\.isMeasured) ? report.bytesTotal - report.bytesDone : nil
        let pace = RestorePace(parts.map(\.course), bytesLeft: left, now: now)
        (report.bytesPerSecond, report.remainingSeconds) = (pace.bytesPerSecond, pace.remainingSeconds)
        return report
    }
}

extension RestoreUnitCounts {
    fileprivate mutating func add(_ status: ArtifactRestoreStatus, isCancelled: Bool) {
        total += 1
        switch status {
        case .added, .scheduling, .scheduled: waiting += 1
        case .inProgress: running += 1
        case .succeeded: done += 1
        case .failed: if isCancelled { cancelled += 1 } else { failed += 1 }
        }
    }
}

extension PublicError? {
    fileprivate var isCancelled: Bool { self?.code == ServiceErrorCode.restoreCancelled.rawValue }
}
