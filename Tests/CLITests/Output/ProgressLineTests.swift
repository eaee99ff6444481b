import Testing

@testable import CLI

/// The line that tells how far a restore is.
@Suite struct ProgressLineTests {
    private static func state(_ done: Int, of total: Int = 1000, remaining: Double? = nil) -> ProgressLine.State {
        var state = ProgressLine.State()
        (state.unitsDone, state.unitsTotal) = (1, 3)
        (state.bytesDone, state.bytesTotal) = (done << 30, total << 30)
        state.remainingSeconds = remaining
        return state
    }

    @Test func `on a terminal the line is redrawn, with a bar`() throws {
        var line = ProgressLine(isTerminal: true, width: 120)
        let shown = line.text(Self.state(500), at: 0)
        let text = try #require(shown)
        #expect(text.hasPrefix("\r████████████············  50 %  1 of 3 accounts  500.0 GiB of 1000.0 GiB"))
        #expect(text.hasSuffix("\u{1B}[K"))
    }

    @Test func `it is redrawn at most five times a second`() {
        var line = ProgressLine(isTerminal: true, width: 80)
        #expect(line.text(Self.state(0), at: 0) != nil)
        #expect(line.text(Self.state(100), at: 0.19) == nil)
        #expect(line.text(Self.state(100), at: 0.2) != nil)
    }

    @Test func `elsewhere there is a line every ten seconds or five percent`() {
        var line = ProgressLine(isTerminal: false, width: nil)
        #expect(line.text(Self.state(0), at: 0) == "0 %  1 of 3 accounts  0 B of 1000.0 GiB\n")
        #expect(line.text(Self.state(49), at: 1) == nil)
        #expect(line.text(Self.state(50), at: 2) != nil)
        #expect(line.text(Self.state(51), at: 11.9) == nil)
        #expect(line.text(Self.state(51), at: 12) != nil)
    }

    @Test func `the last line always comes`() {
        var line = ProgressLine(isTerminal: true, width: 80)
        _ = line.text(Self.state(999), at: 0)
        #expect(line.text(Self.state(1000), at: 0.01, isLast: true)?.hasSuffix("\n") == true)
    }

    @Test func `a terminal's line fits its width`() throws {
        var line = ProgressLine(isTerminal: true, width: 30)
        let shown = line.text(Self.state(500), at: 0)
        let text = try #require(shown)
        #expect(text.dropFirst().dropLast(3).count <= 29)
    }

    // MARK: The remaining time

    private func words(_ remaining: [(time: Double, seconds: Double)]) -> String {
        var (line, last) = (ProgressLine(isTerminal: false, width: nil), "")
        for (time, seconds) in remaining { last = line.text(Self.state(1, remaining: seconds), at: time) ?? last }
        return last
    }

    @Test func `at first it is only estimated`() {
        #expect(words([(0, 300)]).contains("estimating"))
        #expect(words([(0, 300), (9.9, 290)]).contains("estimating"))
    }

    @Test func `after ten steady seconds it is told`() {
        #expect(words([(0, 310), (5, 305), (10, 300)]).contains("5 minutes left"))
    }

    @Test func `while it jumps it is not told`() {
        #expect(words([(0, 310), (10, 600)]).contains("estimating"))
        #expect(words([(0, 600), (10, 300)]).contains("estimating"))
    }

    @Test func `a restore without an estimate says nothing of it`() throws {
        var line = ProgressLine(isTerminal: false, width: nil)
        let shown = line.text(Self.state(1), at: 0)
        let text = try #require(shown)
        #expect(!text.contains("estimating"))
    }

    @Test func `failures and what it waits for are told`() throws {
        var state = Self.state(1)
        (state.unitsFailed, state.waitingFor) = (2, "a lock\n")
        var line = ProgressLine(isTerminal: false, width: nil)
        let shown = line.text(state, at: 0)
        let text = try #require(shown)
        #expect(text.contains("waits for a lock\\u{a}  ▲ 2 failed"))
    }
}
