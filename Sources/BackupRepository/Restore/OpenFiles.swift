/// Which files of a restore are open while their parts come from several packs.
///
/// A value without input, output or lock: each call changes the state and returns what the driver
/// has to do. A file takes one of `limit` places when `take` answers `make`, and keeps it until its
/// last part is finished or the file is given up.
struct OpenFiles<File: Sendable>: Sendable {
    /// What to do with one part of a file.
    enum Step {
        /// Write the part at this offset, then call `finishPart`.
        case write(File, at: UInt64)
        /// Make the file, then call `open`, or `giveUp` where that fails. No other call for this
        /// file may come in between.
        case make
        /// Restore the whole file by itself: no place is free.
        case later
        /// Nothing: the file is finished, given up or restored by itself.
        case skip
    }

    /// What `giveUp` ended.
    enum GivenUp {
        /// Discard this file.
        case open(File)
        /// The file was not made yet.
        case unopened
        /// The file was finished or given up before.
        case done
    }

    private enum Progress {
        case making
        case open(File, offsets: [UInt64], partsLeft: Int)
        case done
    }

    private let limit: Int
    private var progress: [UInt32: Progress] = [:]
    /// How many files have a place.
    private(set) var count = 0

    init(limit: Int) { self.limit = limit }

    /// The step for a part of a file.
    /// - Parameters:
    ///   - part: its position among the file's parts, from 0.
    ///   - number: the file's number.
    mutating func take(part: Int, of number: UInt32) -> Step {
        switch progress[number] {
        case .done: return .skip
        case .open(let file, let offsets, _): return .write(file, at: offsets[part])
        case .making: preconditionFailure("a file is made in one go, before anything else is asked about it")
        case nil: break
        }
        guard count < limit else {
            progress[number] = .done
            return .later
        }
        count += 1
        progress[number] = .making
        return .make
    }

    /// Notes the file that `make` asked for.
    /// - Parameter offsets: where each of its parts belongs, in bytes.
    mutating func open(_ file: File, as number: UInt32, offsets: [UInt64]) {
        guard case .making = progress[number] else { preconditionFailure("only a file that was asked for is opened") }
        progress[number] = .open(file, offsets: offsets, partsLeft: offsets.count)
    }

    /// Counts a part as written.
    /// - Returns: the file to commit where this was its last part; nil where parts are missing or
    ///   the file was given up meanwhile.
    mutating func finishPart(of number: UInt32) -> File? {
        guard case .open(let file, let offsets, let partsLeft) = progress[number] else { return nil }
        guard partsLeft == 1 else {
            progress[number] = .open(file, offsets: offsets, partsLeft: partsLeft - 1)
            return nil
        }
        progress[number] = .done
        count -= 1
        return file
    }

    /// Gives a file up: its further parts are skipped, and its place is free.
    mutating func giveUp(_ number: UInt32) -> GivenUp {
        switch progress.updateValue(.done, forKey: number) {
        case .open(let file, _, _):
            count -= 1
            return .open(file)
        case .making:
            count -= 1
            return .unopened
        case nil: return .unopened
        case .done: return .done
        }
    }
}
