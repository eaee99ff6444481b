import Testing

@testable import Monitoring

@Suite struct MetricRegistryTests {
    private static let open = MetricFamily(
        "test_open_total", .counter, [.init("route")], maximumSeries: 3, help: "Open.")
    private static let closed = MetricFamily(
        "test_closed_total", .counter, [.init("kind", ["a", "b"]), .init("outcome", ["x", "y"])], help: "Closed.")
    private static let seconds = MetricFamily("test_seconds", .histogram([1]), help: "Seconds.")

    private func registry() -> MetricRegistry { MetricRegistry([Self.open, Self.closed, Self.seconds]) }

    private func lines(_ registry: MetricRegistry, _ family: MetricFamily) -> [String] {
        MetricsText.text(registry.readings, families: [family]).split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("#")
        }
    }

    @Test func `combinations that are known beforehand begin with zero`() {
        #expect(
            lines(registry(), Self.closed) == [
                #"test_closed_total{kind="a",outcome="x"} 0"#, #"test_closed_total{kind="a",outcome="y"} 0"#,
                #"test_closed_total{kind="b",outcome="x"} 0"#, #"test_closed_total{kind="b",outcome="y"} 0"#,
            ])
        #expect(lines(registry(), Self.open) == [])
    }

    @Test func `counters add up`() {
        let registry = registry()
        registry.add(to: Self.closed, "a", "x")
        registry.add(41, to: Self.closed, "a", "x")
        #expect(lines(registry, Self.closed).first == #"test_closed_total{kind="a",outcome="x"} 42"#)
    }

    @Test func `what exceeds the most series counts as others, and what is known goes on`() {
        let registry = registry()
        for route in ["/1", "/2", "/3", "/4", "/5", "/1"] { registry.add(to: Self.open, route) }
        #expect(
            lines(registry, Self.open) == [
                #"test_open_total{route="/1"} 2"#, #"test_open_total{route="/2"} 1"#,
                #"test_open_total{route="/3"} 1"#, #"test_open_total{route="other"} 2"#,
            ])
    }

    @Test func `nothing is lost where many threads count`() async {
        let registry = registry()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        registry.add(to: Self.closed, "a", "x")
                        registry.observe(Double(number), in: Self.seconds)
                    }
                }
            }
        }
        #expect(lines(registry, Self.closed).first == #"test_closed_total{kind="a",outcome="x"} 8000"#)
        #expect(
            lines(registry, Self.seconds) == [
                #"test_seconds_bucket{le="1"} 2000"#, #"test_seconds_bucket{le="+Inf"} 8000"#,
                "test_seconds_sum 28000", "test_seconds_count 8000",
            ])
    }
}
