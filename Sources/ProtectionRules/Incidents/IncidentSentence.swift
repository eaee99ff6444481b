public import Catalog
import Foundation

// What people read of an incident. Names of files come from attackers: what a text takes from them
// is one line of plain characters.

extension Incident {
    /// What happened, in one sentence.
    public var sentence: String {
        let since = beganAfter.map { "between \($0.formatted(.iso8601)) and" } ?? "before"
        let what = signals.values.first.map { ": \($0.text)" } ?? ""
        return "Files of \(accounts) began to be damaged \(since) \(beganBefore.formatted(.iso8601))\(what)."
    }

    /// How many accounts, in words.
    package var accounts: String { unitCount == 1 ? "1 account" : "\(unitCount) accounts" }
}

extension IncidentSignal {
    /// What was seen, with its figure.
    public var text: String {
        let usually = usual.map { " (usually at most \($0) a day)" } ?? ""
        return switch kind {
        case .massRewrite: "\(value) % of the files got new content within an hour"
        case .brokenContent: "\(value) files do not fit their names any more\(usually)"
        case .incompressible: "\(value) files that compressed before do not any more\(usually)"
        case .newEnding:
            word.map { "\(value) files gave way to files that end in '.\(Self.plain($0))'" }
                ?? "\(value) files gave way to files with unfamiliar endings"
        case .copies: "beside \(value) files came files of their names and more that nothing can read\(usually)"
        case .note: "the same small file\(word.map { " '\(Self.plain($0))'" } ?? "") came into \(value) folders"
        case .massRemoval: "\(value) % of the files are gone and gave way to none"
        case .wideRemoval: "files went from \(value) folders that are still there, or most of all files went"
        case .sealedArchives: "files gave way to \(value) archives that need a password, or that nothing can read"
        case .spread: "the damaged files are of many kinds, or in many folders"
        }
    }

    /// A name without what could start a line or steer a terminal, and not endless.
    private static func plain(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(80).map { scalar in
            let isSafe =
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
                default: true
                }
            return isSafe ? Character(scalar) : "\u{fffd}"
        }
        return String(scalars)
    }
}
