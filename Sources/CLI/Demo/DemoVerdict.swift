import Foundation
import SampleData

/// What the comparisons of a demo found.
struct DemoVerdict: Equatable {
    var files = 0
    var bytes = 0
    var differences: [TreeComparison.Difference] = []

    var isGood: Bool { differences.isEmpty }

    /// How many differences of one comparison are printed at most.
    static let maximumShown = 10

    mutating func add(_ comparison: TreeComparison) {
        files += comparison.files
        bytes += comparison.bytes
        differences += comparison.differences
    }

    /// What one comparison found, for the reader.
    static func lines(_ comparison: TreeComparison) -> [String] {
        guard !comparison.isEqual else {
            return [
                """
                \(comparison.files.counted("file")), \(comparison.bytes) bytes: all equal to the original, with names, \
                modes and times
                """
            ]
        }
        let shown = comparison.differences.prefix(maximumShown)
        let more = comparison.differences.count - shown.count
        return ["\(comparison.differences.count.counted("difference")):"] + shown.map { "  \($0)" }
            + (more > 0 ? ["  and \(more) more"] : [])
    }

    /// The last line of a demo.
    func summary(after duration: Duration) -> String {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        let time = seconds.formatted(.number.precision(.fractionLength(1)))
        let judgement = isGood ? "every byte matched" : differences.count.counted("DIFFERENCE", plural: "DIFFERENCES")
        return """
            \(files.counted("file")), \(bytes) bytes restored and compared, \(time) seconds in all: \(judgement)
            """
    }
}
