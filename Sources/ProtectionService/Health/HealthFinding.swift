import Catalog
import FileTree
import Foundation
import ProtectionRules

/// What a look at one thing found.
struct HealthFinding: Sendable, Hashable {
    var name: String
    var verdict: HealthStatus
    /// Without numbers that change with every look: who follows health would be told again and again.
    var message = ""
    var action: String?
    var figures = HealthFigures()

    /// What to do about checks whose own part says only what is so.
    static let advice = [
        "clock": "If the time is wrong, set it right now: timedatectl.",
        "tenant": "Mount the disk or put the folder back; the log names what is missing.",
        "losses": "See whether a disk is not mounted; 'holdfast point release' lets a held point go.",
        "incidents": "Stop the cause, then look at the incident: holdfast incident list.",
        "verification": "Raise verification.rate.",
    ]

    /// What is said where the catalogue cannot be asked.
    static func unknown(_ name: String) -> HealthFinding {
        HealthFinding(name: name, verdict: .unknown, message: "The catalogue cannot be read.")
    }
}

/// Everything that the checks of one moment are made of.
struct HealthSurroundings {
    let now: Date
    /// nil where the catalogue cannot be read.
    var figures: ServiceFigures?
    var isCatalogDamaged = false
    var isStorageUsable = true
    var certificateExpiry: Date?
    var parts: [(part: Heartbeats.Part, lastBeat: Date?, isStanding: Bool)] = []

    init(now: Date) { self.now = now }

    /// What the checks come to.
    var findings: [HealthFinding] {
        var findings = [catalog, storage] + parts.map(part)
        if let certificateExpiry { findings.append(certificate(certificateExpiry)) }
        guard let figures else {
            return findings + ["damage", "points", "protection", "queue"].map(HealthFinding.unknown)
        }
        return findings + [damage(figures), points(figures), protection(figures), queue(figures)]
    }

    private var catalog: HealthFinding {
        guard !isCatalogDamaged else {
            return HealthFinding(
                name: "catalog", verdict: .failing,
                message: "The catalogue is damaged: nothing is changed and no backup is made; reading goes on.",
                action: "Stop the server; put back a copy or run 'holdfast catalog rebuild'. The log has the reason.")
        }
        guard figures == nil else { return HealthFinding(name: "catalog", verdict: .ok) }
        return HealthFinding(
            name: "catalog", verdict: .failing, message: "The catalogue cannot be read.",
            action: "Look at the log for the reason: journalctl -u holdfast -n 100.")
    }

    private var storage: HealthFinding {
        let name = "storage"
        guard isStorageUsable else {
            return HealthFinding(
                name: name, verdict: .failing,
                message: "The place of the repositories cannot be read and written.",
                action: "See whether its disk is mounted, and who may write there.")
        }
        guard let space = figures?.storage else { return HealthFinding(name: name, verdict: .ok) }
        var finding = HealthFinding(name: name, verdict: .ok)
        finding.figures.freeBytes = Int(clamping: space.availableBytes)
        guard let capacity = space.capacityBytes, capacity > 0 else { return finding }
        finding.figures.capacityBytes = Int(clamping: capacity)
        finding.verdict = HealthRules.room(free: space.availableBytes, of: capacity)
        guard finding.verdict != .ok else { return finding }
        let share = Int(Double(space.availableBytes) / Double(capacity) * 100)
        finding.message = "The place of the repositories has \(share) % free."
        finding.action = HealthRules.moreRoom
        return finding
    }

    private func part(_ part: Heartbeats.Part, lastBeat: Date?, isStanding: Bool) -> HealthFinding {
        var finding = HealthFinding(name: part.rawValue, verdict: isStanding ? .failing : .ok)
        finding.figures.dateTime = lastBeat
        guard isStanding else { return finding }
        finding.message = "The \(part.rawValue) stands still."
        finding.action = "Keep the log, then restart the service: systemctl restart holdfast."
        return finding
    }

    private func certificate(_ expiry: Date) -> HealthFinding {
        var finding = HealthFinding(name: "certificate", verdict: .ok)
        finding.figures.dateTime = expiry
        finding.verdict = HealthRules.certificate(expiry: expiry, now: now)
        guard finding.verdict != .ok else { return finding }
        finding.message =
            finding.verdict == .failing ? "The certificate has expired." : "The certificate expires within two weeks."
        finding.action = HealthRules.renewal
        return finding
    }

    private func damage(_ figures: ServiceFigures) -> HealthFinding {
        let points = figures.workloads.values.reduce(0) { $0 + $1.damagedPoints }
        var finding = HealthFinding(name: "damage", verdict: points == 0 ? .ok : .failing)
        finding.figures.points = points
        guard points > 0 else { return finding }
        finding.message = "Restore points cannot be restored in full."
        finding.action = "See what is lost: holdfast repository check."
        return finding
    }

    /// Whether points are taken, and in time.
    private func points(_ figures: ServiceFigures) -> HealthFinding {
        let states = figures.workloads.values.reduce(StateCounts()) { $0 + $1.states }
        var finding = HealthFinding(name: "points", verdict: .ok)
        finding.figures.units = states[.late] + states[.failing]
        finding.figures.dateTime = figures.workloads.values.compactMap(\.oldestNewestPoint).min()
        guard states[.late] + states[.failing] > 0 else { return finding }
        let isMany = Double(states[.failing]) > Self.manyFailing * Double(states.wanted)
        finding.verdict = isMany ? .failing : .warning
        finding.message =
            states[.failing] == 0
            ? "Newest points of units are older than they should be." : "Backups of units fail."
        finding.action = "holdfast unit list --is \(states[.failing] == 0 ? "late" : "failing")"
        return finding
    }

    private func protection(_ figures: ServiceFigures) -> HealthFinding {
        let units = figures.workloads.values.reduce(0) { $0 + $1.states[.notProtected] }
        var finding = HealthFinding(name: "protection", verdict: units == 0 ? .ok : .warning)
        finding.figures.units = units
        guard units > 0 else { return finding }
        finding.message = "Accounts or sites are in no policy."
        finding.action = "holdfast unit list --is notProtected"
        return finding
    }

    /// Whether jobs wait for too long. Verifications may: they give way to all others.
    private func queue(_ figures: ServiceFigures) -> HealthFinding {
        let waiting = figures.jobs.filter { $0.state == .waiting && $0.kind != JobKind.verify.rawValue }
        var finding = HealthFinding(name: "queue", verdict: .ok)
        finding.figures.jobs = waiting.reduce(0) { $0 + $1.count }
        let oldest = waiting.compactMap(\.firstDue).min().map { max(0, now.timeIntervalSince($0)) } ?? 0
        finding.figures.seconds = Int(oldest)
        guard oldest > Self.longestWait else { return finding }
        finding.verdict = .warning
        finding.message = "Jobs have waited for half an hour."
        finding.action = "See what holds them up in the log, or raise work.width."
        return finding
    }

    /// The same bounds as those of the alerts that are shipped.
    private static let manyFailing = 0.05
    private static let longestWait = 1800.0
}
