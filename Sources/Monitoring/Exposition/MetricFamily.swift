/// What a metric is: one row of the table in `docs/metrics.md`, which tests compare with these.
public struct MetricFamily: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case counter, gauge
        /// The upper bounds of its buckets, ascending; one without a bound is added.
        case histogram([Double])

        /// The word for it in the text format.
        public var word: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    /// A label, and the values that it can have where they are known before anything happens.
    public struct Label: Sendable, Hashable {
        public let name: String
        public let values: [String]

        public init(_ name: String, _ values: [String] = []) {
            self.name = name
            self.values = values
        }
    }

    public let name: String
    public let kind: Kind
    public let labels: [Label]
    /// One sentence for people.
    public let help: String
    /// The most combinations of label values. Whatever comes after them counts as `other`, so that no
    /// client and no mistake makes series without end.
    public let maximumSeries: Int

    public init(
        _ name: String, _ kind: Kind, _ labels: [Label] = [], maximumSeries: Int = 64, help: String
    ) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.maximumSeries = maximumSeries
        self.help = help
    }

    /// The value of every label of what exceeded `maximumSeries`.
    public static let otherValue = "other"

    /// The combinations that exist from the start, with zero: an alert on an increase misses the first
    /// event of a series that begins with it.
    var initialSeries: [[String]] {
        labels.reduce([[]]) { known, label in known.flatMap { head in label.values.map { head + [$0] } } }
    }
}
