import Catalog
import Foundation
import Testing

@testable import ProtectionRules

/// The rate of the last 30 seconds, and a remaining time that is told only where it is steady.
@Suite struct RestorePaceTests {
    private func at(_ second: Int) -> Date { Date(timeIntervalSince1970: 1_000_000 + Double(second)) }

    /// A part that began at a second and runs, seen each second until another one.
    private func course(
        from start: Int, to last: Int, ended: Bool = false, _ bytes: (Int) -> Int
    ) -> RestoreCourse {
        var samples = ProgressSamples()
        for second in start...last { samples.note(bytes(second), at: at(second)) }
        var progress = ArtifactProgress(bytesDone: bytes(last))
        progress.samples = samples.values
        return RestoreCourse(progress, start: at(start), end: ended ? at(last) : nil)
    }

    @Test func `the average of what has ended`() {
        #expect(RestorePace(bytesDone: 1_000, seconds: 10).bytesPerSecond == 100)
        #expect(RestorePace(bytesDone: 0, seconds: 10).bytesPerSecond == 0)
        #expect(RestorePace(bytesDone: 1_000, seconds: 0).bytesPerSecond == 0)
        #expect(RestorePace(bytesDone: 1_000, seconds: 10).remainingSeconds == nil)
    }

    @Test func `a steady restore has a rate and a remaining time`() {
        let pace = RestorePace([course(from: 0, to: 40) { $0 * 100 }], bytesLeft: 1_000, now: at(40))
        #expect(pace.bytesPerSecond == 100)
        #expect(pace.remainingSeconds == 10)
    }

    @Test(arguments: [0, 5, 10]) func `before ten seconds are behind it nothing is said of the rest`(seconds: Int) {
        let pace = RestorePace([course(from: 0, to: seconds) { $0 * 100 }], bytesLeft: 1_000, now: at(seconds))
        #expect(pace.remainingSeconds == nil)
        #expect(pace.bytesPerSecond == (seconds == 0 ? 0 : 100))
    }

    @Test func `only the last thirty seconds count`() {
        // Ten minutes of little, then thirty seconds of much.
        let pace = RestorePace(
            [course(from: 0, to: 630) { $0 <= 600 ? $0 : 600 + ($0 - 600) * 1_000 }], bytesLeft: 10_000, now: at(630))
        #expect(pace.bytesPerSecond == 1_000)
    }

    @Test func `a remaining time that jumps is not told`() {
        // The rate of the 30 seconds up to ten seconds ago was a tenth of what it is now.
        let pace = RestorePace(
            [course(from: 0, to: 60) { $0 <= 50 ? $0 * 10 : 500 + ($0 - 50) * 1_000 }], bytesLeft: 100_000, now: at(60))
        #expect(pace.bytesPerSecond > 300)
        #expect(pace.remainingSeconds == nil)
    }

    @Test func `parts that run, have ended and wait count together`() {
        let courses = [
            course(from: 0, to: 40) { $0 * 100 },
            // Ended in the middle of the window.
            course(from: 0, to: 25, ended: true) { $0 * 100 },
            // Began when that ended.
            course(from: 25, to: 40) { ($0 - 25) * 100 },
            RestoreCourse(nil, start: nil, end: nil),
        ]
        let pace = RestorePace(courses, bytesLeft: 2_000, now: at(40))
        #expect(pace.bytesPerSecond == 200)
        #expect(pace.remainingSeconds == 10)
    }

    @Test func `a part that ended before it was seen counts with its whole`() {
        let ended = RestoreCourse(ArtifactProgress(bytesDone: 3_000), start: at(10), end: at(12))
        let pace = RestorePace([ended, course(from: 0, to: 30) { _ in 0 }], bytesLeft: nil, now: at(30))
        #expect(pace.bytesPerSecond == 100)
    }

    @Test func `a restore that shows nothing any more slows down`() {
        let pace = RestorePace([course(from: 0, to: 40) { $0 * 100 }], bytesLeft: 1_000, now: at(65))
        // Seen until 40; the window ends ten seconds before the present and began at 25.
        #expect(pace.bytesPerSecond == 50)
        #expect(RestorePace([course(from: 0, to: 40) { $0 * 100 }], bytesLeft: 9, now: at(500)).bytesPerSecond == 0)
    }

    @Test func `samples are few, the last is the present, and another count begins anew`() {
        var samples = ProgressSamples()
        for second in 0...1_000 { samples.note(second, at: at(second)) }
        #expect(samples.values.count <= 14)
        #expect(samples.values.last == ProgressSample(time: 1_001_000, bytes: 1_000))
        #expect(samples.values.first.map { $0.bytes <= 955 } == true)
        samples.note(3, at: at(1_001))
        #expect(samples.values == [ProgressSample(time: 1_001_001, bytes: 3)])
        // A clock that is put back.
        samples.note(4, at: at(5))
        #expect(samples.values == [ProgressSample(time: 1_000_005, bytes: 4)])
    }
}

/// 200 MB a second, 2,000 changes a second and half a second for each unit.
@Suite struct RestoreEstimateTests {
    @Test(
        arguments: [
            (0, 0, 1), (0, 1_000, 1), (0, 1_001, 2), (0, 3_000, 2), (0, 3_001, 3), (300_000_000, 0, 2),
            (300_000_001, 0, 3), (100_000_000, 2_000, 2), (100_000_000, 2_001, 3),
        ])
    func `bytes, changes and the unit itself add up to whole seconds`(bytes: Int, changes: Int, seconds: Int) {
        #expect(RestoreEstimate.seconds(bytesToWrite: bytes, changes: changes) == seconds)
    }
}
