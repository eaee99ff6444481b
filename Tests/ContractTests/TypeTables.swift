import Foundation

/// The tables of `types.md` as facts.
struct TypeTables {
    /// A row of a property table.
    struct Property {
        let type: String
        /// Nil for navigations, whose nullability the schema does not tell.
        let isNullable: Bool?
        let isNavigation: Bool
        let isFlags: Bool
        let versions: Set<String>
        /// Who sets it, in the words of the table.
        let access: String

        var isReadOnly: Bool { access.hasPrefix("read-only") }
    }

    struct Kind {
        var base: String?
        var isEntity = false
        var isAbstract = false
        var versions: Set<String> = []
        var properties: [String: Property] = [:]
    }

    struct Enumeration {
        let members: [String]
        /// The versions that have each member.
        let evolvable: [String: Set<String>]
        let isFlags: Bool
        /// Whether the whole enumeration is of the preview only.
        let isBetaOnly: Bool
    }

    private(set) var kinds: [String: Kind] = [:]
    private(set) var enumerations: [String: Enumeration] = [:]

    private static let both: Set<String> = ["v1.0", "beta"]

    init(_ text: String) {
        var current: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.hasPrefix("## ") || line.hasPrefix("### ") {
                current = heading(line)
            } else if line.hasPrefix("| "), let row = Self.cells(line) {
                take(row, of: current, line)
            } else if let name = current {
                describe(name, line)
            }
        }
    }

    /// The type that a heading begins; nil for headings of chapters.
    private mutating func heading(_ line: String) -> String? {
        let words = line.drop { $0 == "#" }.split(separator: " ")
        guard let name = words.first.map(String.init) else { return nil }
        if name == "Enums" || name == "Action" { return name }
        let isType = line.hasPrefix("### ") || words.count == 3 && words[1] == ":"
        guard isType else { return nil }
        let base = words.count == 3 && words[1] == ":" ? String(words[2]) : nil
        kinds[name] = Kind(
            base: base == "entity" || base == "identity" ? nil : base, isEntity: base != nil && base != "identity",
            versions: Self.both)
        return name
    }

    private mutating func describe(_ name: String, _ line: String) {
        guard line.hasPrefix("entity") || line.hasPrefix("complex type") else { return }
        kinds[name]?.isAbstract = line.hasPrefix("entity, abstract")
        if line.contains("beta only") { kinds[name]?.versions = ["beta"] }
    }

    private mutating func take(_ row: [String], of current: String?, _ line: String) {
        guard let current, row[0] != "property", row[0] != "enum", row[0] != "navigation property",
            !row[0].hasPrefix("---")
        else { return }
        if current == "Enums" {
            guard row.count == 5 else { return }
            enumerations[row[0]] = Self.enumeration(row)
        } else if current == "backupRestoreRoot", row.count == 3 {
            kinds[current]?.properties[row[0]] = Property(
                type: row[1], isNullable: nil, isNavigation: true, isFlags: false, versions: Self.versions(row[2]),
                access: "nav")
        } else if row.count == 6, kinds[current] != nil {
            let isNavigation = row[3].hasPrefix("nav")
            let isFlags = row[1].hasSuffix(" (flags)")
            kinds[current]?.properties[row[0]] = Property(
                type: row[1].replacing(" (flags)", with: ""),
                isNullable: isNavigation ? nil : !row[2].hasPrefix("no"), isNavigation: isNavigation,
                isFlags: isFlags, versions: Self.versions(row[4]), access: row[3])
        }
    }

    private static func versions(_ cell: String) -> Set<String> { cell == "both" ? both : [cell] }

    private static func enumeration(_ row: [String]) -> Enumeration {
        let members = row[2].matches(of: /`([A-Za-z]+)`/).map { String($0.1) }
        var evolvable: [String: Set<String>] = [:]
        for match in row[3].matches(of: /`([A-Za-z]+)`( \(beta\))?/) {
            evolvable[String(match.1)] = match.2 == nil ? both : ["beta"]
        }
        return Enumeration(
            members: members, evolvable: evolvable,
            isFlags: row[1].contains("flags") && !row[1].contains("not flags"),
            isBetaOnly: row[1].contains("(beta)"))
    }

    /// The cells of a table's row, without the marks of code.
    private static func cells(_ line: String) -> [String]? {
        let parts = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        return parts.count >= 3 ? parts : nil
    }
}
