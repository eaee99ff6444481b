import CLinuxCalls
import ResticFormat
import Texts

extension NameBlockNames {
    /// The rows whose names a query finds, ascending.
    ///
    /// Looks for the longest text of the query in the names of the whole block at once, and at single
    /// names only where it occurs.
    func rows(foundBy query: NameQuery) -> [Int] {
        var lowered = text
        NameFolding.lower(&lowered)
        let hits = query.needle.isEmpty ? nil : lowered.places(of: query.needle)
        let foundSpecial = exceptions.filter { query.finds(folded: $0.folded) }.map(\.row)
        guard hits?.isEmpty != true || !foundSpecial.isEmpty else { return [] }
        let starts = starts()
        guard starts.count == rows + 1 else { return [] }
        let special = Set(exceptions.map(\.row))
        let candidates = hits.map { Self.rows(of: $0, starts) } ?? Array(0..<rows)
        var found = candidates.filter { row in
            !special.contains(row) && starts[row + 1] - starts[row] > 1
                && query.finds(folded: lowered[starts[row]..<(starts[row + 1] - 1)])
        }
        if !foundSpecial.isEmpty { found = (found + foundSpecial).sorted() }
        // Further events of an item have no name of their own.
        return found.flatMap { row in
            [row] + (row + 1..<max(row + 1, rows)).prefix { starts[$0 + 1] - starts[$0] == 1 }
        }
    }

    /// The rows in which bytes are.
    private static func rows(of places: [Int], _ starts: [Int]) -> [Int] {
        var (rows, row) = ([Int](), 0)
        for place in places {
            while row + 2 < starts.count, starts[row + 1] <= place { row += 1 }
            if rows.last != row { rows.append(row) }
        }
        return rows
    }

    /// Where each name begins in `text`, and where the last one's NUL ends.
    private func starts() -> [Int] {
        var starts = [0]
        starts.reserveCapacity(rows + 1)
        for place in text.indices where text[place] == 0 { starts.append(place + 1) }
        return starts
    }

    /// The keys of some rows, ascending.
    func keys(ofRows rows: [Int]) throws(FormatError) -> [NameKey] {
        let starts = starts()
        guard starts.count == self.rows + 1 else {
            throw FormatError(.malformed, "a block of the name index lacks names")
        }
        var keys: [NameKey] = []
        var folder = 0
        for row in rows {
            while folder < folders.count, folders[folder].end <= row { folder += 1 }
            let name = text[starts[row]..<(starts[row + 1] - 1)]
            if name.isEmpty, let same = keys.last {
                keys.append(same)
            } else {
                keys.append(NameKey(folder: folders[folder].path, name: Array(name)))
            }
        }
        return keys
    }
}

extension NameFolding {
    /// A name in the form in which searches see it.
    static func folded(_ name: [UInt8]) -> [UInt8] {
        if let exception = exception(name) { return exception }
        var name = name
        lower(&name)
        return name
    }
}

extension [UInt8] {
    /// Where a text occurs, which is not empty. Of occurrences that overlap the first counts.
    fileprivate func places(of needle: [UInt8]) -> [Int] {
        unsafe withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return [] }
            return unsafe needle.withUnsafeBytes { needle in
                guard let text = needle.baseAddress else { return [] }
                var (places, start) = ([Int](), 0)
                // In bounds: `start` never passes the end, and `count - start` bytes are looked at.
                while start < bytes.count {
                    let hit = unsafe holdfast_find(base + start, bytes.count - start, text, needle.count)
                    guard hit >= 0 else { break }
                    places.append(start + hit)
                    start += hit + needle.count
                }
                return places
            }
        }
    }
}
