public import Catalog
public import Foundation

/// How fast a restore is, and how long it may still take.
///
/// The rate is that of the last 30 seconds. A remaining time is told only where it moved less than
/// 30 % over ten seconds, beyond what has passed.
public struct RestorePace: Sendable, Hashable {
    /// 0 where nothing is known yet.
    public var bytesPerSecond = 0
    /// nil where nothing is known yet, or it is not steady.
    public var remainingSeconds: Int?

    /// Seconds over which a rate is taken.
    static let windowSeconds = 30.0
    /// Seconds over which a remaining time is to be steady.
    static let steadySeconds = 10.0
    private static let tolerance = 0.3
    /// The shortest time from which a rate follows.
    private static let leastSeconds = 1.0
    /// How long a restore that shows nothing is taken to be where it was last seen.
    private static let quietSeconds = 10.0

    /// - Parameter courses: what each part of the restore did.
    /// - Parameter bytesLeft: bytes that are still to be written; nil where that is not known.
    public init(_ courses: [RestoreCourse], bytesLeft: Int?, now: Date) {
        let (now, started) = (now.timeIntervalSince1970, courses.filter { $0.first != nil })
        guard let first = started.compactMap(\.first?.time).min().map(Double.init) else { return }
        // Up to where every running part has been seen, so that none counts as standing still.
        let seen = started.filter { !$0.hasEnded }.compactMap(\.last?.time).min().map(Double.init) ?? now
        let end = max(min(seen, now), now - Self.quietSeconds)
        guard let rate = Self.rate(of: started, from: first, to: end) else { return }
        bytesPerSecond = Int(min(rate.rounded(), 1e18))
        guard let bytesLeft, bytesLeft > 0, rate > 0 else { return }
        let (left, earlier) = (Double(bytesLeft), end - Self.steadySeconds)
        guard let former = Self.rate(of: started, from: first, to: earlier), former > 0 else { return }
        let done = started.reduce(0) { $0 + $1.bytes(at: end) - $1.bytes(at: earlier) }
        let expected = (left + done) / former - Self.steadySeconds
        guard abs(left / rate - expected) < Self.tolerance * max(1, expected) else { return }
        remainingSeconds = Int(min((left / rate).rounded(.up), 1e15))
    }

    /// The average of a restore that has ended.
    public init(bytesDone: Int, seconds: Double) {
        guard seconds > 0, bytesDone > 0 else { return }
        bytesPerSecond = Int(min((Double(bytesDone) / seconds).rounded(), 1e18))
    }

    private static func rate(of courses: [RestoreCourse], from first: Double, to end: Double) -> Double? {
        let start = max(first, end - windowSeconds)
        guard end - start >= leastSeconds else { return nil }
        return courses.reduce(0) { $0 + max(0, $1.bytes(at: end) - $1.bytes(at: start)) } / (end - start)
    }
}

/// What one part of a restore had written when.
public struct RestoreCourse: Sendable, Hashable {
    private let samples: [ProgressSample]
    let hasEnded: Bool

    var first: ProgressSample? { samples.first }
    var last: ProgressSample? { samples.last }

    /// - Parameter start: when it began; nil where it waits.
    /// - Parameter end: when it ended; nil where it runs or waits.
    public init(_ progress: ArtifactProgress?, start: Date?, end: Date?) {
        var samples = progress?.samples ?? []
        hasEnded = end != nil
        // The samples of a long restore begin in the middle of it.
        if let start = start?.sampleTime,
            samples.first.map({ $0.time > start && $0.time - start <= ProgressSamples.intervalSeconds }) ?? hasEnded
        {
            samples.insert(ProgressSample(time: start, bytes: 0), at: 0)
        }
        if let end = end?.sampleTime, let progress, samples.last.map({ $0.time <= end }) ?? false {
            samples.append(ProgressSample(time: end, bytes: progress.bytesDone))
        }
        self.samples = samples
    }

    /// Bytes that were written at a moment, by a line between the samples around it.
    func bytes(at moment: Double) -> Double {
        guard let first, let last else { return 0 }
        guard moment > Double(first.time) else { return Double(first.bytes) }
        guard moment < Double(last.time), let next = samples.firstIndex(where: { Double($0.time) >= moment }) else {
            return Double(last.bytes)
        }
        let (before, after) = (samples[max(0, next - 1)], samples[next])
        guard after.time > before.time else { return Double(after.bytes) }
        let share = (moment - Double(before.time)) / Double(after.time - before.time)
        return Double(before.bytes) + share * Double(after.bytes - before.bytes)
    }
}

/// Samples of the last while, few enough to stand in a row.
public struct ProgressSamples: Sendable, Hashable {
    /// In their order, with the oldest first.
    public private(set) var values: [ProgressSample] = []

    /// Seconds from one that stays to the next; the last one follows the present.
    static let intervalSeconds = 5
    private static let keptSeconds = 45

    public init() {}

    /// Notes how many bytes were written at a moment. Fewer than before means that another count began,
    /// and an earlier time that a clock was put back: samples then begin anew.
    public mutating func note(_ bytes: Int, at moment: Date) {
        let sample = ProgressSample(time: moment.sampleTime, bytes: bytes)
        if let last = values.last, last.bytes > bytes || last.time > sample.time { values = [] }
        if values.count >= 2, sample.time - values[values.count - 2].time < Self.intervalSeconds {
            values[values.count - 1] = sample
        } else {
            values.append(sample)
        }
        while values.count > 2, sample.time - values[1].time >= Self.keptSeconds { values.removeFirst() }
    }
}

extension Date {
    fileprivate var sampleTime: Int { Int(max(-1e15, min(1e15, timeIntervalSince1970))) }
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
