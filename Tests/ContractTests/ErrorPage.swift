import Foundation

/// The tables of `errors.md` as facts: what the server is to produce.
struct ErrorPage {
    /// A row of a table.
    struct Row {
        /// The heading that it stands under.
        let family: String
        /// The status of the answer; nil where the code stands inside of an answer that succeeds.
        let status: Int?
        /// What the status column says besides a number, such as `in entity`.
        let place: String
        let codes: [String]
        /// The operations by their words, such as `create` and `deleteAndUnprotect`.
        let operations: [String]
    }

    private(set) var rows: [Row] = []

    /// The words of operations in the third column.
    private static let words: Set<String> = [
        "create", "get", "patch", "update", "delete", "activate", "deactivate", "list", "search", "run",
        "deleteAndUnprotect", "enable", "offboard",
        "cancelOffboard",
    ]

    init(_ text: String) {
        var family = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("##") { family = line.drop { $0 == "#" || $0 == " " }.description }
            guard line.hasPrefix("| ") else { continue }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count >= 3, !["status", "code"].contains(cells[0]) else { continue }
            rows.append(Self.row(family, cells))
        }
    }

    private static func row(_ family: String, _ cells: [String]) -> Row {
        // The table of bulk addition jobs has no status: its codes stand in the job.
        if cells[0].first?.isLetter == true {
            return Row(family: family, status: nil, place: "in job", codes: [cells[0]], operations: [])
        }
        let status = cells[0].replacing("*", with: "")
        let place = status.firstMatch(of: /\((.*)\)/).map { String($0.1) } ?? ""
        let isPublished = !cells[1].hasPrefix("(")
        let codes = cells[1].split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let told = cells.count > 3 ? cells[2].replacing(/\(.*?\)/, with: "") : ""
        return Row(
            family: family, status: place.isEmpty ? Int(status) : nil, place: place, codes: isPublished ? codes : [],
            operations: told.matches(of: /\w+/).map { String($0.0) }.filter(words.contains))
    }
}

extension Refusal {
    /// Whether it asks for an operation that a row of `errors.md` names by a word.
    func isOf(_ word: String) -> Bool {
        let last = target.prefix { $0 != "?" }.split(separator: "/").last.map(String.init) ?? ""
        switch word {
        case "get", "list": return method == "GET"
        case "patch", "update": return method == "PATCH"
        case "delete": return method == "DELETE"
        case "create": return method == "POST"
        default: return method == "POST" && last == word
        }
    }
}
