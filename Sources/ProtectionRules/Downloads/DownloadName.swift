import Texts

/// Names of backups, as they are safe in archives and in the fields of answers.
///
/// Names in backups are any bytes. On another system a name may be a path, another drive, or text
/// that a terminal obeys.
public enum DownloadName {
    /// Characters that end a name, begin a path or a stream on some system.
    private static let forbidden: Set<Unicode.Scalar> = ["/", "\\", ":"]
    /// Invisible, and part of words and emoji in many scripts.
    private static let joiners: Set<Unicode.Scalar> = ["\u{200C}", "\u{200D}"]
    private static let maximumScalars = 200

    /// One name without anything that could lead out of its folder: separators, control and
    /// direction marks become `_`, bytes that are not UTF-8 U+FFFD.
    public static func safe(_ name: [UInt8]) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
            scalars.append(isHarmless(scalar) ? scalar : "_")
        }
        let text = String(scalars)
        return ["", ".", ".."].contains(text) ? "_" : text
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        if forbidden.contains(scalar) { return false }
        if joiners.contains(scalar) { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: return false
        default: return true
        }
    }

    /// `name (2).ending`: another name for the second item that is called so.
    public static func numbered(_ name: String, _ number: Int) -> String {
        guard let dot = name.unicodeScalars.lastIndex(of: "."), dot != name.unicodeScalars.startIndex else {
            return "\(name) (\(number))"
        }
        return "\(name[..<dot]) (\(number))\(name[dot...])"
    }

    /// The value of `Content-Disposition` that makes a browser store the file under a name.
    /// Source: RFC 6266, section 4.1; RFC 8187, section 3.2.
    public static func attachment(_ name: String) -> String {
        var name = String(String.UnicodeScalarView(name.unicodeScalars.prefix(maximumScalars)))
        if name.isEmpty { name = "_" }
        let plain = name.unicodeScalars.map { scalar in
            scalar.isASCII && (0x20...0x7e).contains(scalar.value) && !["\"", "\\", "%"].contains(scalar)
                ? Character(scalar) : "_"
        }
        return "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(name.urlSegment)"
    }
}

/// The names that are taken in one folder, without regard to case, because some systems have none.
public struct TakenNames: Sendable {
    /// Hashes in place of names, 8 bytes each. Two names with one hash are told apart needlessly.
    private var taken: Set<Int> = []

    public init() {}

    /// The name, or a numbered one where it is taken.
    public mutating func take(_ name: String) -> String {
        var (candidate, number) = (name, 1)
        while !taken.insert(candidate.lowercased().hashValue).inserted {
            number += 1
            candidate = DownloadName.numbered(name, number)
        }
        return candidate
    }
}
