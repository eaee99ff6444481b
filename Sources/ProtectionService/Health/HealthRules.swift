public import Foundation

/// What is judged in more than one place, with the same bounds and words in each: by health, by
/// `holdfast doctor` beside a server, and by the alerts that are shipped.
public enum HealthRules {
    /// Room for bytes or for files, by how much of it is left.
    public static func room(free: UInt64, of capacity: UInt64) -> HealthStatus {
        guard capacity > 0 else { return .unknown }
        let share = Double(free) / Double(capacity)
        return share < noRoom ? .failing : share < littleRoom ? .warning : .ok
    }

    /// A certificate, by the time that is left until it expires.
    public static func certificate(expiry: Date, now: Date) -> HealthStatus {
        let days = expiry.timeIntervalSince(now) / 86_400
        return days < 0 ? .failing : days < certificateDays ? .warning : .ok
    }

    /// What to do where there is little room.
    public static let moreRoom = "Add space, or shorten how long points are kept."
    /// What to do about a certificate that expires.
    public static let renewal = "Renew it, then: systemctl reload holdfast."

    private static let littleRoom = 0.10
    private static let noRoom = 0.02
    private static let certificateDays = 14.0
}
