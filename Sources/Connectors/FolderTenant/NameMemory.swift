import Foundation
import Glibc
import Texts

/// How a person's folders were spelled when they were first and last seen.
///
/// Ids come from a name's bytes, and names of people compare without regard to case: without this,
/// a folder renamed by case only would belong to another person.
public struct KnownName: Codable, Hashable, Sendable {
    /// The spelling from which the id was made; it never changes.
    public var person: String
    /// The name of the drive's folder, where it is spelled otherwise; empty where none
    /// was ever seen alone.
    public var drive: String?
    /// The name of the mailbox's folder, where it is spelled otherwise.
    public var mailbox: String?

    /// Stands for no folder: a folder's name is never empty.
    static let unseen = ""

    public init(person: String, drive: String? = nil, mailbox: String? = nil) {
        self.person = person
        self.drive = drive
        self.mailbox = mailbox
    }
}

/// Where a tenant keeps spellings over restarts.
public protocol NameMemory: Sendable {
    /// Everything that was kept, in order.
    func load() throws -> [KnownName]

    /// Adds names, durable on return.
    func append(_ names: [KnownName]) throws
}

/// Spellings in a file: one JSON object a line. Later lines of a person replace earlier ones;
/// lines are only appended.
public struct NameFile: NameMemory {
    private let path: String

    public init(path: String) { self.path = path }

    /// Whether something was ever kept.
    public var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// - Throws: `TenantError` with the number of a line that cannot be read. A last line without
    ///   its end was left by a crash and is skipped.
    public func load() throws -> [KnownName] {
        guard exists else { return [] }
        let bytes = try Data(contentsOf: URL(filePath: path))
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        lines.removeLast()
        return try lines.enumerated().filter { !$0.element.isEmpty }.map { number, line in
            do {
                return try JSONDecoder().decode(KnownName.self, from: Data(line))
            } catch {
                throw TenantError(
                    .unavailable,
                    "'\(path)' cannot be read from line \(number + 1) on. "
                        + """
                        It keeps the ids of people whose folders were renamed by case: put back your copy, or \
                        remove that line.
                        """
                )
            }
        }
    }

    public func append(_ names: [KnownName]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes: [UInt8] = []
        for name in names { bytes += try encoder.encode(name) + [UInt8(ascii: "\n")] }
        // Safe: the calls read the path and the bytes and keep neither.
        let file = unsafe Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemFailure(number: errno) }
        defer { close(file) }
        try cutUnfinishedLine(of: file)
        let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count, fsync(file) == 0 else { throw SystemFailure(number: count < 0 ? errno : ENOSPC) }
    }

    /// Removes an incomplete last line, which a crash left.
    private func cutUnfinishedLine(of file: Int32) throws {
        let present = try Data(contentsOf: URL(filePath: path))
        guard let last = present.last, last != UInt8(ascii: "\n") else { return }
        let end = present.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        guard ftruncate(file, off_t(end)) == 0 else { throw SystemFailure(number: errno) }
    }
}

/// The known spellings of people, by name without regard to case.
struct KnownNames: Sendable {
    private var names: [ExactText: KnownName] = [:]

    init(_ names: [KnownName] = []) { for name in names { learn(name) } }

    subscript(name: String) -> KnownName? { names[NameRule.anyCase.key(name)] }

    /// Learns a spelling. Returns false where it was known. The first spelling stays the
    /// one of the id.
    @discardableResult
    mutating func learn(_ name: KnownName) -> Bool {
        let key = NameRule.anyCase.key(name.person)
        var learned = name
        if let known = names[key] { learned.person = known.person }
        if learned.drive?.isExactly(learned.person) ?? false { learned.drive = nil }
        if learned.mailbox?.isExactly(learned.person) ?? false { learned.mailbox = nil }
        if let known = names[key], known.isExactly(learned) { return false }
        names[key] = learned
        return true
    }
}

extension KnownName {
    fileprivate func isExactly(_ other: KnownName) -> Bool {
        func same(_ left: String?, _ right: String?) -> Bool { left.map(ExactText.init) == right.map(ExactText.init) }
        return same(person, other.person) && same(drive, other.drive) && same(mailbox, other.mailbox)
    }
}
