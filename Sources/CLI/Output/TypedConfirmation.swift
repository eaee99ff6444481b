import Foundation

/// Asks before something is overwritten or removed.
struct TypedConfirmation {
    /// What will happen, with its count: `Roll back 213 accounts`.
    let act: String
    /// How many accounts it concerns.
    let count: Int
    /// The server's address, which the question names.
    let server: String

    /// Up to so many accounts, a `y` suffices; beyond, the count must be typed.
    static let simpleCount = 10

    /// What the given answer means.
    enum Verdict: Equatable {
        case confirmed
        case ask
        case refused(String)
    }

    /// Whether `--yes` fits, before anyone is asked.
    func verdict(yes: Int?, hasTerminal: Bool) -> Verdict {
        guard let yes else {
            guard hasTerminal else {
                return .refused("\(act) on \(server)? There is no terminal to ask on: add --yes \(count).")
            }
            return .ask
        }
        return yes == count
            ? .confirmed
            : .refused("--yes says \(yes), but this concerns \(count.counted("account")). Nothing was changed.")
    }

    /// Whether what was typed agrees.
    func agrees(_ answer: String) -> Bool {
        let word = answer.trimmingCharacters(in: .whitespaces).lowercased()
        return count > Self.simpleCount ? word == "\(count)" : ["y", "yes"].contains(word)
    }

    /// - Throws: `CommandFailure` unless the act is confirmed.
    func require(yes: Int?) throws {
        switch verdict(yes: yes, hasTerminal: Terminal.inputIsTerminal && Terminal.errorIsTerminal) {
        case .confirmed: return
        case .refused(let message): throw CommandFailure(.wrongCommand, message)
        case .ask: break
        }
        let answer = count > Self.simpleCount ? "type \(count) to go on" : "y or n"
        Terminal.error.show("\(act) on \(server)? (\(answer)) ".printable)
        guard agrees(readLine() ?? "") else {
            throw CommandFailure(.wrongCommand, "Not confirmed. Nothing was changed.")
        }
    }
}
