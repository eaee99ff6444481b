/// A length of time as ISO 8601 writes it, of fixed units only: weeks, days, hours, minutes,
/// seconds. `P40D`, `PT12H`, `P1DT30M`.
struct SandboxPeriod: Sendable, Hashable {
    let seconds: Double

    /// Reads a period; nil where the text is none, is empty (`P`), or names months or years, which
    /// have no fixed length.
    init?(_ text: String) {
        var rest = Substring(text)
        guard rest.popFirst() == "P" else { return nil }
        let halves = rest.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
        let days = Self.sum(halves[0], ["W": 604_800, "D": 86_400])
        let time = halves.count == 2 ? Self.sum(halves[1], ["H": 3600, "M": 60, "S": 1]) : 0
        guard let days, let time, !rest.isEmpty, !(halves.last ?? "").isEmpty else { return nil }
        seconds = days + time
    }

    private static func sum(_ text: Substring, _ units: [Character: Double]) -> Double? {
        var total = 0.0
        var number = ""
        for letter in text {
            if letter.isASCII, letter.isNumber || letter == "." {
                number.append(letter)
            } else {
                guard let unit = units[letter], let count = Double(number) else { return nil }
                total += count * unit
                number = ""
            }
        }
        return number.isEmpty ? total : nil
    }
}
