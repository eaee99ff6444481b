/// The text format of Prometheus, version 0.0.4.
///
/// Source: prometheus.io, "Exposition formats", "Text format details".
public enum MetricsText {
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Families in the order of the table, each with its series in the order of their labels; those
    /// without a value are left out.
    public static func text(_ readings: MetricReadings, families: [MetricFamily] = MetricFamily.all) -> String {
        var text = ""
        for family in families {
            guard let series = readings.series[family.name], !series.isEmpty else { continue }
            text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
            text += "# TYPE \(family.name) \(family.kind.word)\n"
            for (labels, value) in series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                let pairs = zip(family.labels.map(\.name), labels).map { (name: $0, value: $1) }
                text += lines(family.name, pairs, value)
            }
        }
        return text
    }

    private typealias Pairs = [(name: String, value: String)]

    private static func lines(_ name: String, _ labels: Pairs, _ value: MetricReadings.Value) -> String {
        switch value {
        case .number(let number): return line(name, labels, number)
        case .histogram(let histogram):
            var text = ""
            var sum = 0
            for (place, count) in histogram.counts.enumerated() {
                sum += count
                let bound = place < histogram.bounds.count ? number(histogram.bounds[place]) : "+Inf"
                text += line("\(name)_bucket", labels + [(name: "le", value: bound)], Double(sum))
            }
            return text + line("\(name)_sum", labels, histogram.sum) + line("\(name)_count", labels, Double(sum))
        }
    }

    private static func line(_ name: String, _ labels: Pairs, _ value: Double) -> String {
        let list = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
        return list.isEmpty ? "\(name) \(number(value))\n" : "\(name){\(list)} \(number(value))\n"
    }

    /// No character of a value ends its quotes or its line. Readers disagree on other control
    /// characters, so those become a space.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": result.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quotes: result.append(contentsOf: "\\\"".unicodeScalars)
            case _
            where scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
                || (0x2028...0x2029).contains(scalar.value):
                result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// A number as every reader of floating-point numbers takes it.
    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 { return "\(whole)" }
        return "\(value)"
    }
}
