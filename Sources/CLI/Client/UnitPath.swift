/// A unit, or an item in it, as a user names it: `UNIT` or `UNIT:PATH`.
///
/// A unit is a mail address, a sign-in name, a site's address or name, or an id.
struct UnitPath: Equatable {
    var unit: String
    /// The names on the way to the item; empty for the root.
    var names: [String] = []
    /// Whether a colon stood there, so that an item is meant and not the whole unit.
    var hasPath = false

    var path: String { names.joined(separator: "/") }

    /// - Throws: `CommandFailure` for an empty unit and for a path with `.` or `..`.
    init(_ text: String) throws(CommandFailure) {
        guard let colon = Self.colon(in: text) else {
            unit = text
            guard !unit.isEmpty else { throw Self.empty(text) }
            return
        }
        unit = String(text[..<colon])
        hasPath = true
        names = text[text.index(after: colon)...].split(separator: "/").map(String.init)
        guard !unit.isEmpty else { throw Self.empty(text) }
        if names.contains(where: { $0 == "." || $0 == ".." }) {
            throw CommandFailure(.wrongCommand, "'\(text)': a path goes from the root of the drive, without . and ..")
        }
    }

    private static func empty(_ text: String) -> CommandFailure {
        CommandFailure(.wrongCommand, "'\(text)' names no account or site. Write UNIT or UNIT:PATH.")
    }

    /// The colon before the path: not the one of `https://`, nor one before a port.
    private static func colon(in text: String) -> String.Index? {
        guard let scheme = text.firstRange(of: "://") else { return text.firstIndex(of: ":") }
        let rest = text[scheme.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        return rest[slash...].firstIndex(of: ":")
    }
}
