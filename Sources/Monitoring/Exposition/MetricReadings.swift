/// Observations counted by size.
public struct Histogram: Sendable, Hashable {
    /// The upper bounds of the buckets, ascending, without the last one, which has none.
    public let bounds: [Double]
    /// How many lie in each bucket, and not in a smaller one; one more than bounds.
    public private(set) var counts: [Int]
    public private(set) var sum = 0.0

    public init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// A histogram that was counted elsewhere.
    /// - Parameter counts: as `counts`.
    public init(bounds: [Double], counts: [Int], sum: Double) {
        precondition(counts.count == bounds.count + 1, "there is a bucket for each bound and one above them")
        (self.bounds, self.counts, self.sum) = (bounds, counts, sum)
    }

    public mutating func observe(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// How many observations there are.
    public var count: Int { counts.reduce(0, +) }
}

/// What the metrics say at one moment.
public struct MetricReadings: Sendable, Hashable {
    enum Value: Sendable, Hashable {
        case number(Double)
        case histogram(Histogram)
    }

    /// The series of each family by the values of its labels.
    private(set) var series: [String: [[String]: Value]] = [:]

    public init() {}

    /// Notes the value of a gauge, or of a counter that is kept elsewhere.
    public mutating func set(_ value: Double, of family: MetricFamily, _ labels: String...) {
        set(.number(value), of: family, labels)
    }

    public mutating func set(_ value: Histogram, of family: MetricFamily, _ labels: String...) {
        set(.histogram(value), of: family, labels)
    }

    mutating func set(_ value: Value, of family: MetricFamily, _ labels: [String]) {
        precondition(labels.count == family.labels.count, "\(family.name) has other labels")
        series[family.name, default: [:]][labels] = value
    }

    /// Changes one value in place; `zero` is what a new one begins with.
    mutating func change(
        _ family: MetricFamily, _ labels: [String], from zero: Value, _ body: (inout Value) -> Void
    ) {
        precondition(labels.count == family.labels.count, "\(family.name) has other labels")
        var labels = labels
        if series[family.name]?[labels] == nil, series[family.name]?.count ?? 0 >= family.maximumSeries {
            labels = labels.map { _ in MetricFamily.otherValue }
        }
        body(&series[family.name, default: [:]][labels, default: zero])
    }

    /// The readings with those of another source, whose families are others.
    public func merging(_ other: MetricReadings) -> MetricReadings {
        var all = self
        all.series.merge(other.series) { own, theirs in own.merging(theirs) { own, _ in own } }
        return all
    }

    /// How many lines of values the text has.
    public var count: Int {
        series.values.reduce(0) { sum, series in
            series.values.reduce(sum) { sum, value in
                switch value {
                case .number: sum + 1
                case .histogram(let histogram): sum + histogram.counts.count + 2
                }
            }
        }
    }
}
