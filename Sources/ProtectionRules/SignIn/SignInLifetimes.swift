public import Foundation

/// How long what a sign-in gives is good, in seconds, and how often it may be tried. Source: the
/// portal's README, sections 3.1 and 3.2.
public struct SignInLifetimes: Sendable, Hashable {
    /// A session without use.
    public var sessionIdle = 30.0 * 60
    /// A session from its beginning.
    public var session = 12.0 * 3600
    /// How old a proof of the person may be for a grave step.
    public var proof = 10.0 * 60
    /// How often the use of a session is written down.
    public var useNote = 60.0
    /// From the request for a sign-in to its end.
    public var attempt = 15.0 * 60
    public var authorizationCode = 60.0
    public var accessToken = 3600.0
    /// A refresh token, from its making; each exchange makes a new one.
    public var refreshToken = 14.0 * 24 * 3600
    public var deviceCode = 15.0 * 60
    /// Between two questions of a program that waits for a person.
    public var deviceInterval = 5
    public var firstRunCode = 24.0 * 3600
    public var firstRunTries = 5

    public init() {}
}

/// Whether a session still stands.
public enum SessionStanding: Sendable, Hashable, CaseIterable {
    case stands
    /// It was not used for too long.
    case idle
    /// It has reached its end.
    case over

    /// - Parameter lastUsed: as it was written down, so up to `useNote` too early.
    public init(lastUsed: Date, ends: Date, now: Date, _ lifetimes: SignInLifetimes) {
        if now >= ends {
            self = .over
        } else if now.timeIntervalSince(lastUsed) >= lifetimes.sessionIdle + lifetimes.useNote {
            self = .idle
        } else {
            self = .stands
        }
    }

    /// Whether the use of a session is to be written down. A note in the future comes from a clock
    /// that was wrong, and is corrected.
    public static func notesUse(lastUsed: Date, now: Date, _ lifetimes: SignInLifetimes) -> Bool {
        let age = now.timeIntervalSince(lastUsed)
        return age >= lifetimes.useNote || age < 0
    }

    /// Whether a person proved themselves lately enough for a grave step. A proof from the
    /// future counts for nothing.
    public static func isFresh(proven: Date, now: Date, _ lifetimes: SignInLifetimes) -> Bool {
        (0..<lifetimes.proof).contains(now.timeIntervalSince(proven))
    }
}

/// What becomes of a secret that is good once, when it is shown. Shown again, two parties have it.
public enum OneTimeUse: Sendable, Hashable, CaseIterable {
    /// It is taken, and marked as used.
    case accepted
    /// It is too old.
    case expired
    /// It was used before: everything that came of it ends.
    case stolen
    /// It belongs to another program, whose secret it stays.
    case foreign

    /// - Parameter used: when it was used before.
    public init(used: Date?, expires: Date, isOwner: Bool, now: Date) {
        if !isOwner {
            self = .foreign
        } else if used != nil {
            self = .stolen
        } else {
            self = now < expires ? .accepted : .expired
        }
    }
}

/// What a program that waits for a person is told. Source: RFC 8628, section 3.5.
public enum DevicePoll: String, Sendable, Hashable, CaseIterable {
    case approved
    case pending = "authorization_pending"
    /// It asks too often, and has to wait five seconds more from now on.
    case slowDown = "slow_down"
    case denied = "access_denied"
    case expired = "expired_token"

    public init(isApproved: Bool, isDenied: Bool, lastPoll: Date?, intervalSeconds: Int, expires: Date, now: Date) {
        if now >= expires {
            self = .expired
        } else if isDenied {
            self = .denied
        } else if let lastPoll, (0..<Double(intervalSeconds)).contains(now.timeIntervalSince(lastPoll)) {
            self = .slowDown
        } else {
            self = isApproved ? .approved : .pending
        }
    }

    /// How much longer the interval becomes.
    public static let slowDownSeconds = 5
}
