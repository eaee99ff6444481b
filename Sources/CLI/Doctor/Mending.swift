import CLinuxCalls
import Foundation

/// An act that puts right what a check found and can harm nothing: it takes rights from other
/// accounts, or removes what an interrupted write left of a file that is there. It never touches
/// backups, a catalogue, or a file that this program did not make.
struct Mending: Hashable, Sendable {
    enum Act: Hashable, Sendable {
        /// Takes every right beyond these.
        case narrow(to: mode_t)
        /// Removes a draft of the state folder, while no server runs.
        case removeDraft
    }

    let act: Act
    let path: String

    /// What is asked before, and told after.
    var question: String {
        switch act {
        case .narrow(let mode) where mode & 0o077 == 0: "Close '\(path)' to other accounts (chmod go=)"
        case .narrow: "Take the right to change '\(path)' from other accounts (chmod go-w)"
        case .removeDraft: "Remove '\(path)', which an interrupted write left"
        }
    }

    /// - Throws: an error that says why nothing was changed.
    func perform(now: Date) throws {
        switch act {
        case .narrow(let mode): try narrow(to: mode)
        case .removeDraft: try removeDraft(now: now)
        }
    }

    // MARK: Modes

    /// Changes what was opened and looked at, not what the name leads to by then.
    private func narrow(to mode: mode_t) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(systemText(errno)) }
        defer { close(descriptor) }
        guard let found = mode_t(exactly: holdfast_mode(descriptor)) else { throw failure(systemText(errno)) }
        // Whoever could write to the folder could have put a link to another program's file here.
        let isAlone = found & S_IFMT == S_IFREG && holdfast_name_count(descriptor) == 1
        guard isAlone || found & S_IFMT == S_IFDIR else { throw failure("it is no plain file of this folder alone") }
        let account = geteuid()
        guard account == 0 || holdfast_owner(descriptor) == Int64(account) else {
            throw failure("it belongs to another account")
        }
        guard fchmod(descriptor, found & 0o7777 & mode) == 0 else { throw failure(systemText(errno)) }
    }

    // MARK: Leftovers

    /// So long a draft may still be in use by a command, which holds no lock.
    private static let restSeconds = 60.0

    private func removeDraft(now: Date) throws {
        let url = URL(filePath: path)
        let folder = url.deletingLastPathComponent()
        // A server that runs keeps the lock, and may be writing this very draft.
        let lock = try StateLock.take(in: folder)
        defer { withExtendedLifetime(lock) {} }
        guard StateDrafts.isLeftover(url.lastPathComponent, in: folder) else {
            throw failure("the file that it was to replace is not there, so it may be the last copy")
        }
        // Of the name itself, also where it is a link.
        let found = try FileManager.default.attributesOfItem(atPath: path)
        guard found[.type] as? FileAttributeType == .typeRegular, let written = found[.modificationDate] as? Date
        else { throw failure("it is no plain file") }
        guard now.timeIntervalSince(written) >= Self.restSeconds else {
            throw failure("it was written within the last minute")
        }
        guard unsafe unlink(path) == 0 else { throw failure(systemText(errno)) }
    }

    private func failure(_ reason: String) -> UsageError {
        UsageError("'\(path)' was not changed: \(reason).", status: .failed)
    }
}

/// Which names of a state folder are drafts that nothing needs any more.
enum StateDrafts {
    /// The files that are written under a temporary name first.
    private static let replaced = [
        StateFile.settings, StateFile.secret, StateFile.address, StateFile.sandbox, StateFile.lastCopy,
    ]

    /// Whether a name is that of a draft which can go: the file itself is there, or lives only as long
    /// as a server. A draft of a secret or of settings that are missing may be all that is left of them.
    static func isLeftover(_ name: String, in folder: URL) -> Bool {
        if isCopyInWork(name) { return folder.holds(StateFile.catalog) }
        guard let file = replaced.first(where: { StateFile.draft(of: $0) == name }) else { return false }
        return [StateFile.address, StateFile.lastCopy].contains(file) || folder.holds(file)
    }

    /// Whether it is a copy of the catalogue from before an upgrade that did not end.
    static func isCopyInWork(_ name: String) -> Bool {
        name.hasPrefix(StateFile.catalog + StateFile.beforeUpgrade) && name.hasSuffix(".part")
    }
}

/// What became of an act that was asked for.
struct Fix: Sendable {
    let mending: Mending
    let isDone: Bool
    let message: String

    var json: JSONValue {
        .object([("file", .string(mending.path)), ("isDone", .bool(isDone)), ("message", .string(message))])
    }
}

/// Asks for each act, does it and tells what came of it.
struct Mender {
    /// Whether all was confirmed beforehand.
    let isConfirmed: Bool
    var hasTerminal = Terminal.inputIsTerminal && Terminal.errorIsTerminal
    var now = Date()
    var answer: () -> String? = { readLine() }
    var tell: (String) -> Void = { Terminal.error.show($0) }

    /// - Throws: `CommandFailure` where nobody can be asked; nothing was changed then.
    func mend(_ acts: [Mending]) throws -> [Fix] {
        guard isConfirmed || hasTerminal || acts.isEmpty else {
            let list = acts.map(\.question).joined(separator: "; ")
            throw CommandFailure(
                .wrongCommand,
                "There is no terminal to ask on: add --yes for all of this. \(list). Nothing was changed.")
        }
        return acts.map { act in
            let fix = isAgreed(act) ? perform(act) : Fix(mending: act, isDone: false, message: "Left as it was.")
            tell(fix.message.printable + "\n")
            return fix
        }
    }

    private func isAgreed(_ act: Mending) -> Bool {
        guard !isConfirmed else { return true }
        tell("\(act.question)? (y or n) ".printable)
        let word = (answer() ?? "").trimmingCharacters(in: .whitespaces).lowercased()
        return ["y", "yes"].contains(word)
    }

    private func perform(_ act: Mending) -> Fix {
        do {
            try act.perform(now: now)
            return Fix(mending: act, isDone: true, message: "Done: \(act.question).")
        } catch {
            return Fix(mending: act, isDone: false, message: explained(error))
        }
    }
}
