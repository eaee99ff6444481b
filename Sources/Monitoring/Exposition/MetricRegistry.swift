import Synchronization

/// Counts what happens, from any thread.
///
/// It knows nothing but the families that it is made with: a name that is not in the table cannot be
/// counted, and a label can be neither added nor left out.
public final class MetricRegistry: Sendable {
    private let state: Mutex<MetricReadings>

    /// Begins with zero for every combination of labels that is known beforehand.
    public init(_ families: [MetricFamily] = MetricFamily.counted) {
        var readings = MetricReadings()
        for family in families {
            for labels in family.initialSeries { readings.set(Self.zero(of: family), of: family, labels) }
        }
        state = Mutex(readings)
    }

    /// Adds to a counter.
    public func add(_ amount: Int = 1, to family: MetricFamily, _ labels: String...) {
        precondition(family.kind == .counter && amount >= 0, "\(family.name) is a counter, which never falls")
        change(family, labels) { value in
            guard case .number(let number) = value else { return }
            value = .number(number + Double(amount))
        }
    }

    /// Counts an observation in a histogram.
    public func observe(_ amount: Double, in family: MetricFamily, _ labels: String...) {
        change(family, labels) { value in
            guard case .histogram(var histogram) = value else {
                preconditionFailure("\(family.name) is a histogram")
            }
            // Otherwise the buckets would be copied, because two hold them.
            value = .number(0)
            histogram.observe(amount)
            value = .histogram(histogram)
        }
    }

    /// What was counted so far.
    public var readings: MetricReadings { state.withLock { $0 } }

    private func change(
        _ family: MetricFamily, _ labels: [String], _ body: (inout MetricReadings.Value) -> Void
    ) {
        state.withLock { $0.change(family, labels, from: Self.zero(of: family), body) }
    }

    private static func zero(of family: MetricFamily) -> MetricReadings.Value {
        switch family.kind {
        case .counter, .gauge: .number(0)
        case .histogram(let bounds): .histogram(Histogram(bounds: bounds))
        }
    }
}
