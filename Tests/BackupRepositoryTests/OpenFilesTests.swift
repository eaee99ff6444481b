import Testing

@testable import BackupRepository

/// The files of a restore that are open, as lists of calls and what they answer.
@Suite struct OpenFilesTests {
    /// A call, and what the driver is told to do.
    enum Step: Sendable {
        case take(Int, of: UInt32, String)
        case open(UInt32, [UInt64])
        case finish(UInt32, String?)
        case giveUp(UInt32, String)
        case count(Int)
    }

    struct Script: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var limit = 2
        var steps: [Step]
    }

    private func text(_ step: OpenFiles<String>.Step) -> String {
        switch step {
        case .write(let file, let offset): "write \(file) at \(offset)"
        case .make: "make"
        case .later: "later"
        case .skip: "skip"
        }
    }

    private func text(_ givenUp: OpenFiles<String>.GivenUp) -> String {
        switch givenUp {
        case .open(let file): "discard \(file)"
        case .unopened: "unopened"
        case .done: "done"
        }
    }

    static let scripts = [
        Script(
            testDescription: "a file is made with its first part and committed with its last",
            steps: [
                .take(1, of: 5, "make"), .open(5, [0, 10, 30]), .take(1, of: 5, "write f5 at 10"),
                .finish(5, nil), .take(0, of: 5, "write f5 at 0"), .finish(5, nil),
                .take(2, of: 5, "write f5 at 30"), .count(1), .finish(5, "f5"), .count(0),
            ]),
        Script(
            testDescription: "parts that are written at once are counted once each",
            steps: [
                .take(0, of: 5, "make"), .open(5, [0, 10]), .take(0, of: 5, "write f5 at 0"),
                .take(1, of: 5, "write f5 at 10"), .finish(5, nil), .finish(5, "f5"),
            ]),
        Script(
            testDescription: "nothing is written to a finished file",
            steps: [
                .take(0, of: 1, "make"), .open(1, [0]), .finish(1, "f1"), .take(0, of: 1, "skip"),
                .finish(1, nil), .count(0),
            ]),
        Script(
            testDescription: "a file beyond the limit is restored by itself, and its further parts are skipped",
            limit: 1,
            steps: [
                .take(0, of: 1, "make"), .open(1, [0, 1]), .take(0, of: 2, "later"), .take(1, of: 2, "skip"),
                .count(1),
            ]),
        Script(
            testDescription: "a finished file gives its place to another one", limit: 1,
            steps: [
                .take(0, of: 1, "make"), .open(1, [0]), .finish(1, "f1"), .take(0, of: 2, "make"), .count(1),
            ]),
        Script(
            testDescription: "the limit is reached, not passed",
            steps: [
                .take(0, of: 1, "make"), .open(1, [0, 1]), .take(0, of: 2, "make"), .open(2, [0, 1]), .count(2),
                .take(0, of: 3, "later"), .count(2),
            ]),
        Script(
            testDescription: "a file that is given up is discarded, once",
            steps: [
                .take(0, of: 1, "make"), .open(1, [0, 1]), .giveUp(1, "discard f1"), .count(0),
                .giveUp(1, "done"), .take(1, of: 1, "skip"), .count(0),
            ]),
        Script(
            testDescription: "a part that was being written when its file was given up commits nothing",
            steps: [
                .take(0, of: 1, "make"), .open(1, [0]), .take(0, of: 1, "write f1 at 0"),
                .giveUp(1, "discard f1"), .finish(1, nil),
            ]),
        Script(
            testDescription: "a file that could not be made keeps no place", limit: 1,
            steps: [
                .take(0, of: 1, "make"), .giveUp(1, "unopened"), .count(0), .take(1, of: 1, "skip"),
                .take(0, of: 2, "make"),
            ]),
        Script(
            testDescription: "a file that no part was read of can be given up",
            steps: [.giveUp(1, "unopened"), .giveUp(1, "done"), .take(0, of: 1, "skip"), .count(0)]),
        Script(
            testDescription: "a finished file is not given up",
            steps: [.take(0, of: 1, "make"), .open(1, [0]), .finish(1, "f1"), .giveUp(1, "done"), .count(0)]),
        Script(
            testDescription: "a file that is restored by itself is not given up", limit: 1,
            steps: [
                .take(0, of: 1, "make"), .open(1, [0, 1]), .take(0, of: 2, "later"), .giveUp(2, "done"), .count(1),
            ]),
    ]

    @Test(arguments: scripts) func `each call answers what the driver has to do`(_ script: Script) {
        var files = OpenFiles<String>(limit: script.limit)
        for step in script.steps {
            switch step {
            case .take(let part, let number, let answer): #expect(text(files.take(part: part, of: number)) == answer)
            case .open(let number, let offsets): files.open("f\(number)", as: number, offsets: offsets)
            case .finish(let number, let file): #expect(files.finishPart(of: number) == file)
            case .giveUp(let number, let answer): #expect(text(files.giveUp(number)) == answer)
            case .count(let count): #expect(files.count == count)
            }
        }
    }
}
