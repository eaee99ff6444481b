import Foundation
import Testing

@testable import Monitoring

/// What is written for people, alerts and dashboards, beside what the program has.
@Suite struct MetricTableTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    /// The rows of the table: name, type, labels, meaning.
    private func rows() throws -> [[String]] {
        try text("docs/metrics.md").split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }.filter { $0.count == 4 && $0[0].hasPrefix("`holdfast_") || $0[0].hasPrefix("`process_") }
    }

    @Test func `names, types, labels and meanings of the page are those of the program`() throws {
        let declared = MetricFamily.all.map { family in
            ["`\(family.name)`", family.kind.word, family.labels.map(\.name).joined(separator: ", "), family.help]
        }
        #expect(try rows() == declared)
    }

    @Test func `the page names the values of labels that are known beforehand`() throws {
        let page = try text("docs/metrics.md")
        for label in Set(MetricFamily.all.flatMap(\.labels)) {
            for value in label.values { #expect(page.contains("`\(value)`"), "\(label.name)") }
        }
    }

    @Test func `names are as Prometheus wants them`() {
        for family in MetricFamily.all {
            #expect(family.name.wholeMatch(of: /[a-z]+(_[a-z]+)+/) != nil, "\(family.name)")
            #expect(family.name.hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
            #expect(family.help.hasSuffix("."), "\(family.name)")
            #expect(family.labels.allSatisfy { $0.name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil }, "\(family.name)")
        }
        #expect(Set(MetricFamily.all.map(\.name)).count == MetricFamily.all.count)
    }

    @Test func `no label names a unit, a user or a file`() {
        let allowed: Set = [
            "workload", "state", "outcome", "kind", "store", "operation", "status", "route", "method", "change",
            "reason", "version", "swift", "catalog_schema",
        ]
        let always = MetricFamily.all.filter { !MetricFamily.eachUnit.contains($0) }
        #expect(Set(always.flatMap { $0.labels.map(\.name) }).subtracting(allowed) == [])
        // Those that are asked for name a unit by its id.
        #expect(
            MetricFamily.eachUnit.map { $0.labels.map(\.name) } == Array(repeating: ["unit", "workload"], count: 3))
    }

    @Test func `everything that can be counted at once is below a thousand series`() {
        let registry = MetricRegistry()
        for number in 0..<1000 {
            RequestCounts(registry).note(
                method: number.isMultiple(of: 2) ? "GET" : "POST", route: "/\(number)", status: 200 + number % 300,
                seconds: 1)
        }
        var sum = registry.readings.count
        let always = MetricFamily.all.filter { !MetricFamily.eachUnit.contains($0) }
        for family in always where !MetricFamily.counted.contains(family) {
            let combinations = family.labels.reduce(1) { $0 * max(1, $1.values.count) }
            if case .histogram(let bounds) = family.kind {
                sum += combinations * (bounds.count + 3)
            } else {
                sum += combinations
            }
        }
        #expect(sum < 1000)
    }

    @Test(arguments: ["packaging/prometheus/holdfast.rules.yml", "packaging/grafana/holdfast.json"])
    func `every series that is asked for exists`(path: String) throws {
        let text = try text(path)
        // Descriptions name a histogram as the table does.
        let known = Set(MetricFamily.all.flatMap { Self.series($0) + [$0.name] })
        let named = Set(text.matches(of: /\b(?:holdfast|process)_[a-z_]+/).map { String($0.output) })
        #expect(named.count > 10)
        #expect(named.subtracting(known) == [])
    }

    /// The labels that a selector names exist at its series, and their values can occur.
    @Test(arguments: ["packaging/prometheus/holdfast.rules.yml", "packaging/grafana/holdfast.json"])
    func `every label that is asked for exists`(path: String) throws {
        let text = try text(path).replacing(#"\""#, with: "\"")
        let families = Dictionary(
            MetricFamily.all.flatMap { family in Self.series(family).map { ($0, family) } }, uniquingKeysWith: { $1 })
        for selector in text.matches(of: /\b((?:holdfast|process)_[a-z_]+)\{([^}]*)\}/) {
            guard let family = families[String(selector.1)] else { continue }
            for pair in selector.2.matches(of: /([a-z_]+)\s*(=~|!~|=|!=)\s*"([^"]*)"/) {
                let name = String(pair.1)
                if ["instance", "job", "le"].contains(name) { continue }
                let label = try #require(family.labels.first { $0.name == name }, "\(family.name) has no \(name)")
                guard !label.values.isEmpty, !pair.3.hasPrefix("$") else { continue }
                for value in pair.3.split(separator: "|") {
                    #expect(label.values.contains(String(value)), "\(family.name) \(name)")
                }
            }
        }
    }

    private static func series(_ family: MetricFamily) -> [String] {
        guard case .histogram = family.kind else { return [family.name] }
        return ["bucket", "sum", "count"].map { "\(family.name)_\($0)" }
    }
}
