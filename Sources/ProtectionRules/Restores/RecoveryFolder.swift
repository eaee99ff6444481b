import Catalog
package import Foundation

/// The folder that receives what a granular restore does not put back in place.
package enum RecoveryFolder {
    /// `Recovered Items YYYY-MM-DD, HH.MM`, in UTC: a library refuses a colon. Source:
    /// contract behaviour.md, section 10.
    ///
    /// Sessions that were activated by versions with a colon keep the name that their row has.
    package static func name(at moment: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: moment)
        func padded(_ number: Int?, _ width: Int) -> String {
            let text = "\(number ?? 0)"
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return
            """
            Recovered Items \(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2)), \
            \(padded(parts.hour, 2)).\(padded(parts.minute, 2))
            """
    }

    /// The name, or the name with the first number from 1 that is free.
    package static func free(_ name: String, isTaken: (String) throws -> Bool) rethrows -> String {
        var (candidate, number) = (name, 0)
        while try isTaken(candidate) {
            number += 1
            candidate = "\(name) \(number)"
        }
        return candidate
    }
}
