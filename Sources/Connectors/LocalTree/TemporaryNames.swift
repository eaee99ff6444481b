import Synchronization

/// The names under which files stand until they are complete: `.holdfast-`,
/// 32 hexadecimal digits, `.tmp`.
///
/// The first 16 digits are the same for all files of one process, so that a process can tell its
/// own unfinished files from those that a killed process left. Names of this form are reserved:
/// listings hide them, so they are never backed up nor taken for user data.
public final class TemporaryNames: Sendable {
    private let run: [UInt8]
    private let count = Atomic<UInt64>(0)

    /// The names of this process.
    public static let ofThisProcess = TemporaryNames(run: UInt64.random(in: .min ... .max))

    /// Names of a run; `run` differs from that of every other process that may write
    /// to the same folders.
    public init(run: UInt64) {
        self.run = TemporaryNames.hexadecimal(run)
    }

    /// A name that this value has not returned before.
    func next() -> [UInt8] {
        let number = count.wrappingAdd(1, ordering: .relaxed).newValue
        return TemporaryNames.prefix + run + TemporaryNames.hexadecimal(number) + TemporaryNames.suffix
    }

    /// Whether `name` came from this value or one of the same run.
    func own(_ name: some Collection<UInt8>) -> Bool {
        TemporaryNames.isTemporary(name) && name.dropFirst(TemporaryNames.prefix.count).starts(with: run)
    }

    /// Whether `name` has the reserved form.
    static func isTemporary(_ name: some Collection<UInt8>) -> Bool {
        guard name.first == UInt8(ascii: "."), name.count == prefix.count + 32 + suffix.count else { return false }
        guard name.starts(with: prefix), name.suffix(suffix.count).elementsEqual(suffix) else { return false }
        return name.dropFirst(prefix.count).prefix(32).allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
    }

    private static let prefix = Array(".holdfast-".utf8)
    private static let suffix = Array(".tmp".utf8)

    private static func hexadecimal(_ number: UInt64) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return (0..<16).map { digits[Int(truncatingIfNeeded: number >> UInt64(60 - 4 * $0)) & 15] }
    }
}
