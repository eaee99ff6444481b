/// How fast a restore is, and how long it may still take.
public struct RestorePace: Sendable, Hashable {
    /// 0 where nothing is known yet.
    public var bytesPerSecond: Int
    /// nil where nothing is known yet.
    public var remainingSeconds: Int?

    /// - Parameter bytesDone: bytes that were written in `seconds`.
    /// - Parameter bytesLeft: bytes that are still to be written.
    public init(bytesDone: Int, seconds: Double, bytesLeft: Int) {
        let rate = seconds > 0 && bytesDone > 0 ? Double(bytesDone) / seconds : 0
        bytesPerSecond = Int(min(rate.rounded(), 1e18))
        remainingSeconds =
            bytesLeft <= 0 ? 0 : rate > 0 ? Int(min((Double(bytesLeft) / rate).rounded(.up), 1e15)) : nil
    }
}

/// How long a restore is expected to take before anything of it was measured.
///
/// The figures stand for one server with a plain disk: 200 MB a second that are written, 2,000
/// changes of items a second, half a second for each unit. `docs/performance.md` has measured ones.
public enum RestoreEstimate {
    /// Seconds of the restore of one unit, at least 1.
    public static func seconds(bytesToWrite: Int, changes: Int) -> Int {
        max(1, Int((Double(bytesToWrite) / 200e6 + Double(changes) / 2_000 + 0.5).rounded(.up)))
    }
}
