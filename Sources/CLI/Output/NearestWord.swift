/// The word that someone may have meant.
enum NearestWord {
    /// The nearest of some words; nil where none is near: more than a third of the letters differ.
    static func of(_ word: String, among words: [String]) -> String? {
        let word = word.lowercased()
        let ranked = words.map { ($0, distance(word, $0.lowercased())) }.min { $0.1 < $1.1 }
        guard let (nearest, distance) = ranked, distance <= max(1, nearest.count / 3) else { return nil }
        return nearest
    }

    /// The question whether the nearest of some words was meant, to stand behind a sentence; empty
    /// where none is near.
    static func guess(_ word: String, among words: [String]) -> String {
        of(word, among: words).map { " Did you mean '\($0)'?" } ?? ""
    }

    /// How many letters must be put in, taken out, replaced or exchanged with their neighbour: the
    /// distance of optimal string alignment.
    static func distance(_ first: String, _ second: String) -> Int {
        let (first, second) = (Array(first.unicodeScalars.prefix(64)), Array(second.unicodeScalars.prefix(64)))
        var before: [Int] = []
        var row = Array(0...second.count)
        for (i, letter) in first.enumerated() {
            var next = [i + 1]
            for (j, other) in second.enumerated() {
                var best = min(row[j + 1] + 1, next[j] + 1, row[j] + (letter == other ? 0 : 1))
                if i > 0, j > 0, letter == second[j - 1], first[i - 1] == other { best = min(best, before[j - 1] + 1) }
                next.append(best)
            }
            (before, row) = (row, next)
        }
        return row[second.count]
    }
}
