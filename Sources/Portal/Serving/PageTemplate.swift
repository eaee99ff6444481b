/// A page with places `{{name}}`, which get escaped text and nothing else.
struct PageTemplate: Sendable {
    private enum Piece: Sendable, Hashable {
        case text(String)
        case place(String)
    }

    private let pieces: [Piece]

    /// Braces around anything but a name of letters are text.
    init(_ text: String) {
        var pieces: [Piece] = []
        var rest = text[...]
        while let match = rest.firstMatch(of: /\{\{([A-Za-z]+)\}\}/) {
            pieces.append(.text(String(rest[..<match.range.lowerBound])))
            pieces.append(.place(String(match.output.1)))
            rest = rest[match.range.upperBound...]
        }
        pieces.append(.text(String(rest)))
        self.pieces = pieces
    }

    /// The names of its places.
    var places: Set<String> {
        Set(pieces.compactMap { if case .place(let name) = $0 { name } else { nil } })
    }

    /// The page; a place without a value stays empty.
    func filled(_ values: [String: String]) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .place(let name): Self.escaped(values[name] ?? "")
            }
        }.joined()
    }

    /// A text that stays text between tags and in quoted attributes. Scalar by scalar: a mark that
    /// follows a quote joins it to one character, and the quote must not slip through with it.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\0": result.append("\u{fffd}")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
