import Foundation
import ProtectionRules

/// The tables of `docs/detection.md`.
enum TrialReport {
    static func attacks(_ scores: [(Attack, AttackScore)]) -> String {
        var lines = [
            "| attack | runs | found | at the next point | delay, most | damaged when found, most | moment right "
                + "| files brought back damaged | edits lost |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        for (attack, score) in scores {
            let slowest = score.delays.max().map(String.init) ?? "-"
            let found = "| \(attack.rawValue) | \(score.runs) | \(score.found) | \(score.atNextPoint) | \(slowest) "
            let moment = "| \(score.worstShare) % | \(score.right) of \(score.units) "
            lines.append(found + moment + "| \(score.damagedFiles) | \(score.lostEdits) |")
        }
        let fast = scores.filter { !$0.0.isSlow }.map(\.1)
        let (runs, atOnce) = (fast.reduce(0) { $0 + $1.runs }, fast.reduce(0) { $0 + $1.atNextPoint })
        lines += ["", "At the next point: \(atOnce) of \(runs) that are not slow. Later:", ""]
        return (lines + fast.flatMap(\.late).map { "* \($0)" }).joined(separator: "\n")
    }

    static func harmless(_ scores: [(Harmless, HarmlessScore)]) -> String {
        var lines = [
            "| harmless | days | backups | days with a notable change | damaged files in a backup, most | alarms |",
            "|---|---|---|---|---|---|",
        ]
        for (kind, score) in scores { lines.append(row(kind, score)) }
        return (lines + reasons(scores.map(\.1))).joined(separator: "\n")
    }

    static func years(_ score: YearScore) -> String {
        var lines = [
            "| in years of accounts | days | backups | days with a notable change | damaged files in a backup, most "
                + "| alarms |",
            "|---|---|---|---|---|---|",
        ]
        for kind in Harmless.allCases { if let days = score.days[kind] { lines.append(row(kind, days)) } }
        let rate = Double(score.alarms) / score.years
        let bound = Poisson.upperBound(score.alarms) / score.years
        lines += [
            "",
            "\(score.accounts) accounts, \(number(score.years)) account-years, \(score.points) backups: "
                + "\(score.alarms) false alarms, \(number(rate * 200)) in 200 account-years, "
                + "with 95 % certainty at most \(number(bound * 200)).",
        ]
        return (lines + reasons(Array(score.days.values))).joined(separator: "\n")
    }

    static func thresholds(_ thresholds: TrialThresholds, runs: Int) -> String {
        func table(_ name: String, _ values: [Int], _ path: WritableKeyPath<IncidentSettings, Int>) -> [String] {
            var lines = [
                "| `\(name)` | \(TrialThresholds.attacks.map(\.rawValue).joined(separator: " | ")) "
                    + "| false alarms in 200 account-years |",
                "|---|\(String(repeating: "---|", count: TrialThresholds.attacks.count))---|",
            ]
            for value in values {
                var settings = IncidentSettings()
                settings[keyPath: path] = value
                let found = TrialThresholds.attacks.map { "\(thresholds.recall($0, settings)) %" }
                let alarms = number(thresholds.alarmsAYear(settings) * 200)
                lines.append("| \(value) % | \(found.joined(separator: " | ")) | \(alarms) |")
            }
            return lines
        }
        let kinds = TrialThresholds.days.map(\.rawValue).joined(separator: ", ")
        let lines =
            table("incident.wide-removal-share", [25, 30, 40, 45, 50, 55, 60, 70, 80], \.wideRemovalShare)
            + [""] + table("incident.emptied-folders", [20, 30, 40, 45, 50, 55, 60, 70, 80], \.emptiedFolders)
            + [""] + table("incident.thinned-share", [4, 6, 8, 10, 12, 15, 20, 30], \.thinnedShare)
        return (["Found at the next point, \(runs) runs each; alarms on days of: \(kinds).", ""] + lines)
            .joined(separator: "\n")
    }

    private static func row(_ kind: Harmless, _ score: HarmlessScore) -> String {
        "| \(kind.rawValue) | \(score.days) | \(score.points) | \(score.notable) | \(score.mostHits) "
            + "| \(score.alarms) |"
    }

    private static func reasons(_ scores: [HarmlessScore]) -> [String] {
        let reasons = scores.flatMap(\.reasons)
        return reasons.isEmpty ? [] : [""] + reasons.map { "* \($0)" }
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }
}
