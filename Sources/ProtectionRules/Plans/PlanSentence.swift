public import Catalog
import Foundation

/// A plan in one sentence for people.
public enum PlanSentence {
    /// What the plan says, from its own figures.
    public static func text(_ plan: RestorePlanRecord) -> String {
        let units = count(plan.sums.units, "account")
        switch plan.status {
        case .planning: return "Being planned: nothing has been changed."
        case .failed where plan.startedDateTime == nil:
            return "No account could be planned; nothing has been changed."
        case .expired: return "The plan is out of date; plan it again. Nothing has been changed."
        case .ready: return "\(changes(plan, units)) Nothing has been changed yet."
        case .started: return "\(units) are being brought back \(moment(plan.moment))."
        case .cancelling: return "Being cancelled: what is at hand is finished."
        case .cancelled: return "Cancelled. Accounts that were done stay as the plan said."
        case .completed: return "\(units) were brought back \(moment(plan.moment))."
        case .completedWithError: return "Some of \(units) could not be brought back; retry them."
        case .failed: return "None of \(units) could be brought back."
        }
    }

    private static func changes(_ plan: RestorePlanRecord, _ units: String) -> String {
        let sums = plan.sums
        let lost =
            sums.newerLost == 0 ? "" : " \(count(sums.newerLost, "file")) that people changed since would be lost."
        return "\(units) \(moment(plan.moment)): \(count(sums.create, "item")) come back, "
            + "\(count(sums.overwrite, "file")) are overwritten, \(count(sums.delete, "item")) go.\(lost)"
    }

    private static func moment(_ moment: RestorePlanMoment) -> String {
        switch moment.kind {
        case .lastClean: "to their last clean moments"
        case .at: "to \(moment.dateTime?.formatted(.iso8601) ?? "a moment")"
        case .points: "to chosen points"
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
