import Testing

@testable import Monitoring

/// The text format, as its readers take it.
@Suite struct MetricsTextTests {
    private static let requests = MetricFamily(
        "test_requests_total", .counter, [.init("route"), .init("status")], help: "Requests.")
    private static let seconds = MetricFamily("test_seconds", .histogram([0.5, 2]), [.init("route")], help: "Seconds.")
    private static let level = MetricFamily("test_level", .gauge, help: "A level.")

    private func text(_ families: [MetricFamily], _ body: (inout MetricReadings) -> Void) -> String {
        var readings = MetricReadings()
        body(&readings)
        return MetricsText.text(readings, families: families)
    }

    @Test func `a family is told by its help, its type and its series in the order of their labels`() {
        let text = text([Self.requests]) { readings in
            readings.set(2, of: Self.requests, "/b", "200")
            readings.set(1, of: Self.requests, "/a", "500")
        }
        #expect(
            text == """
                # HELP test_requests_total Requests.
                # TYPE test_requests_total counter
                test_requests_total{route="/a",status="500"} 1
                test_requests_total{route="/b",status="200"} 2

                """)
    }

    @Test func `buckets hold what the smaller ones hold, too`() {
        let text = text([Self.seconds]) { readings in
            var histogram = Histogram(bounds: [0.5, 2])
            for seconds in [0.1, 0.5, 1, 7] { histogram.observe(seconds) }
            readings.set(histogram, of: Self.seconds, "/")
        }
        #expect(
            text == """
                # HELP test_seconds Seconds.
                # TYPE test_seconds histogram
                test_seconds_bucket{route="/",le="0.5"} 2
                test_seconds_bucket{route="/",le="2"} 3
                test_seconds_bucket{route="/",le="+Inf"} 4
                test_seconds_sum{route="/"} 8.6
                test_seconds_count{route="/"} 4

                """)
    }

    @Test func `a family without a value is left out`() {
        let text = text([Self.level, Self.requests]) { $0.set(1, of: Self.level) }
        #expect(!text.contains("requests"))
    }

    @Test(arguments: [
        ("plain", "plain"), (#"say "no""#, #"say \"no\""#), (#"C:\x"#, #"C:\\x"#), ("a\nb", #"a\nb"#),
        ("a\r\nb", #"a \nb"#), ("a\u{0}b\u{1b}[2J", "a b [2J"), ("a\u{2028}b", "a b"),
        ("\"} 1\nfake 2", #"\"} 1\nfake 2"#),
        ("ä\u{301}🙂", "ä\u{301}🙂"), (#"\"#, #"\\"#),
    ])
    func `no value of a label ends its quotes or its line`(value: String, expected: String) {
        let text = text([Self.requests]) { $0.set(1, of: Self.requests, value, "200") }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines.last.map(String.init) == #"test_requests_total{route="\#(expected)",status="200"} 1"#)
    }

    @Test(arguments: [
        (0.0, "0"), (1, "1"), (-3, "-3"), (0.25, "0.25"), (1_764_458_316.125, "1764458316.125"), (1e300, "1e+300"),
        (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (9_007_199_254_740_992, "9007199254740992.0"),
    ])
    func `numbers are written as every reader takes them`(value: Double, expected: String) {
        #expect(text([Self.level]) { $0.set(value, of: Self.level) }.hasSuffix("test_level \(expected)\n"))
    }
}
