import Foundation

/// The tables of `docs/detection.md`.
enum TrialReport {
    static func attacks(_ scores: [(Attack, AttackScore)]) -> String {
        var lines = [
            "| attack | runs | found | at the next point | delay, most | damaged when found, most | moment right "
                + "| files brought back damaged | edits lost |",
            "|---|---|---|---|---|---|---|---|---|",
        ]
        for (attack, score) in scores {
            let atOnce = score.delays.count { $0 == 1 }
            let slowest = score.delays.max().map(String.init) ?? "-"
            let found = "| \(attack.rawValue) | \(score.runs) | \(score.found) | \(atOnce) | \(slowest) "
            let moment = "| \(score.worstShare) % | \(score.right) of \(score.units) "
            lines.append(found + moment + "| \(score.damagedFiles) | \(score.lostEdits) |")
        }
        return lines.joined(separator: "\n")
    }

    static func harmless(_ scores: [(Harmless, HarmlessScore)]) -> String {
        var lines = [
            "| harmless | days | backups | days with a notable change | alarms | days a year assumed |",
            "|---|---|---|---|---|---|",
        ]
        var rate = 0.0
        for (kind, score) in scores {
            let days = "| \(kind.rawValue) | \(score.days) | \(score.points) "
            lines.append(days + "| \(score.notable) | \(score.alarms) | \(Int(kind.daysAYear)) |")
            if score.days > 0 { rate += Double(score.alarms) / Double(score.days) * kind.daysAYear }
        }
        lines.append("")
        lines.append("False alarms per account and year, with the days assumed: \((rate * 1000).rounded() / 1000).")
        return lines.joined(separator: "\n")
    }
}
