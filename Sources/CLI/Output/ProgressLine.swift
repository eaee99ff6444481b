import Foundation

/// How far something is, for the person who waits: one line that is redrawn on a terminal, a full
/// line now and then elsewhere.
struct ProgressLine {
    /// How far it is, from the API's `progress`.
    struct State: Equatable {
        var unitsDone = 0
        var unitsTotal = 0
        var unitsFailed = 0
        var bytesDone = 0
        var bytesTotal = 0
        var bytesPerSecond = 0
        var remainingSeconds: Double?
        var waitingFor: String?
    }

    private let isTerminal: Bool
    private let width: Int
    private var lastShown: (time: Double, share: Double)?
    /// Remaining times of the last ten seconds, to see whether they can be believed.
    private var remaining: [(time: Double, seconds: Double)] = []

    /// Pauses between two lines: on a terminal, and elsewhere.
    private static let redrawSeconds = 0.2
    private static let lineSeconds = 10.0

    init(isTerminal: Bool, width: Int?) {
        self.isTerminal = isTerminal
        self.width = width ?? 80
    }

    /// The text to write for a state at a time; nil where it is too early for another one.
    mutating func text(_ state: State, at time: Double, isLast: Bool = false) -> String? {
        note(state.remainingSeconds, at: time)
        let share = Self.share(state)
        if let lastShown, !isLast {
            let isDue = time - lastShown.time >= (isTerminal ? Self.redrawSeconds : Self.lineSeconds)
            guard isDue || (!isTerminal && share - lastShown.share >= 0.05) else { return nil }
        }
        lastShown = (time, share)
        let line = line(state, share: share)
        return isTerminal ? "\r" + line.cut(to: max(20, width - 1)) + "\u{1B}[K" + (isLast ? "\n" : "") : line + "\n"
    }

    private func line(_ state: State, share: Double) -> String {
        var parts = ["\(Int((share * 100).rounded(.down))) %"]
        if isTerminal { parts[0] = Self.bar(share) + "  " + parts[0] }
        parts.append("\(Measures.count(state.unitsDone)) of \(state.unitsTotal.counted("account"))")
        if state.bytesTotal > 0 {
            parts.append("\(Measures.size(state.bytesDone)) of \(Measures.size(state.bytesTotal))")
        }
        if share < 1, state.bytesPerSecond > 0 { parts.append("\(Measures.size(state.bytesPerSecond))/s") }
        if share < 1, let words = remainingWords { parts.append(words) }
        if let waitingFor = state.waitingFor { parts.append("waits for \(waitingFor)") }
        if state.unitsFailed > 0 { parts.append("▲ \(state.unitsFailed) failed") }
        return parts.joined(separator: "  ").printable
    }

    private mutating func note(_ seconds: Double?, at time: Double) {
        guard let seconds else { return remaining.removeAll() }
        remaining.append((time, seconds))
        // One older than ten seconds stays, so that the span is covered.
        while remaining.count > 2, time - remaining[1].time >= 10 { remaining.removeFirst() }
    }

    /// The remaining time, where it moved less than 30 % over ten seconds beyond what has passed.
    private var remainingWords: String? {
        guard let first = remaining.first, let last = remaining.last else { return nil }
        guard last.time - first.time >= 10 else { return "estimating" }
        let expected = max(1, first.seconds - (last.time - first.time))
        guard abs(last.seconds - expected) <= 0.3 * expected else { return "estimating" }
        return "\(Measures.duration(last.seconds)) left"
    }

    private static func share(_ state: State) -> Double {
        if state.bytesTotal > 0 { return min(1, Double(state.bytesDone) / Double(state.bytesTotal)) }
        return state.unitsTotal > 0 ? min(1, Double(state.unitsDone + state.unitsFailed) / Double(state.unitsTotal)) : 0
    }

    private static func bar(_ share: Double) -> String {
        let full = Int((share * 24).rounded(.down))
        return String(repeating: "█", count: full) + String(repeating: "·", count: 24 - full)
    }
}
