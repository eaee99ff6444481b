import CLinuxCalls
import Glibc
import Synchronization

/// Space that a long file gets before it is written past the cache.
///
/// ext4 lets one such write at a time into the holes of a file, and several into space that was set
/// aside. That is done region by region with the first write to each, so that a sparse file takes
/// little more than what it holds for a while, and nothing more in the end: a region whose first bytes
/// are zeros gets none, and zeros in others give theirs back. It is only a help: where the file system
/// cannot do it, or has no room, the rest is written without.
final class ReservedSpace: Sendable {
    private enum Region: Equatable {
        case reserved
        case sparse
    }

    private struct State {
        var regions: [UInt64: Region] = [:]
        var isRefused = false
    }

    static let regionBytes: UInt64 = 64 << 20

    private let file: Descriptor
    private let size: UInt64
    private let state = Mutex(State())

    init(_ file: Descriptor, size: UInt64) {
        self.file = file
        self.size = size
    }

    /// Sets space aside where `range` is about to be written.
    func reserve(_ range: Range<UInt64>) {
        forEachRegion(of: range) { number, _, state in
            guard state.regions[number] == nil, !state.isRefused else { return }
            let start = number * Self.regionBytes
            let end = min(start + Self.regionBytes, size)
            guard end > start, let offset = off_t(exactly: start) else { return }
            if holdfast_reserve_space(file.number, offset, off_t(end - start)) == 0 {
                state.regions[number] = .reserved
            } else {
                state.isRefused = true
            }
        }
    }

    /// Gives back the space of `range`, which stays without content.
    func leaveOut(_ range: Range<UInt64>) {
        forEachRegion(of: range) { number, part, state in
            if state.regions[number] == .reserved, let offset = off_t(exactly: part.lowerBound) {
                // Where that fails, the zeros take space.
                _ = holdfast_make_hole(file.number, offset, off_t(part.upperBound - part.lowerBound))
            } else if !state.isRefused {
                state.regions[number] = .sparse
            }
        }
    }

    private func forEachRegion(
        of range: Range<UInt64>, _ body: (UInt64, Range<UInt64>, inout State) -> Void
    ) {
        state.withLock { state in
            var start = range.lowerBound
            while start < range.upperBound {
                let number = start / Self.regionBytes
                let end = min(range.upperBound, (number + 1) * Self.regionBytes)
                body(number, start..<end, &state)
                start = end
            }
        }
    }
}
