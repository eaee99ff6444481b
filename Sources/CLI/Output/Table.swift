/// Rows of texts in columns: fitted to a terminal, or separated by tabs for programs.
struct Table {
    struct Column {
        let name: String
        /// Numbers end in the same column.
        var isNumber = false
    }

    let columns: [Column]
    var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// Columns by name; those whose names end with `#` hold numbers.
    init(_ names: String...) {
        columns = names.map { name in
            name.hasSuffix("#") ? Column(name: String(name.dropLast()), isNumber: true) : Column(name: name)
        }
    }

    mutating func add(_ row: String...) { rows.append(row) }

    /// The lines: with heads and aligned where there is a width, else separated by tabs and uncut.
    /// - Parameter width: columns of the terminal; nil where the reader is a program.
    /// - Parameter hasHeads: whether the first line names the columns.
    /// - Parameter bold: how the first line is set off.
    func lines(width: Int?, hasHeads: Bool = true, bold: (String) -> String = { $0 }) -> [String] {
        let cells = rows.map { row in row.map(\.printable) }
        guard let width else {
            let heads = hasHeads ? [columns.map { $0.name.lowercased() }] : []
            return (heads + cells).map { $0.joined(separator: "\t") }
        }
        let heads = columns.map { $0.name.uppercased() }
        let widths = columns.indices.map { index in
            ([heads[index]] + cells.map { $0[index] }).map(\.displayWidth).max() ?? 0
        }
        let body = cells.map { line($0, widths, limit: width) }
        return (hasHeads ? [bold(line(heads, widths, limit: width))] : []) + body
    }

    private func line(_ cells: [String], _ widths: [Int], limit: Int) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let padding = String(repeating: " ", count: max(0, widths[index] - cell.displayWidth))
            let isLast = index == cells.count - 1
            line += columns[index].isNumber ? padding + cell : cell + (isLast ? "" : padding)
            if !isLast { line += "  " }
        }
        return line.cut(to: limit)
    }
}

extension String {
    /// How many places of a terminal the text takes: two for each wide letter of East Asia, none for
    /// a mark that joins the letter before.
    var displayWidth: Int {
        guard !utf8.allSatisfy({ $0 < 0x80 }) else { return utf8.count }
        return reduce(0) { $0 + $1.displayWidth }
    }

    /// The text, cut to some places of a terminal with `…` at its end.
    func cut(to limit: Int) -> String {
        guard displayWidth > limit else { return self }
        var (text, width) = ("", 0)
        for character in self {
            width += character.displayWidth
            guard width < limit else { break }
            text.append(character)
        }
        return text + "…"
    }
}

extension Character {
    fileprivate var displayWidth: Int {
        guard let scalar = unicodeScalars.first else { return 0 }
        switch scalar.value {
        // East Asian Wide and Fullwidth (Unicode Standard Annex 11), and pictures.
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
            return 2
        default: return 1
        }
    }
}
