import Foundation
import Testing

@testable import Sandbox

/// Moments in the control surface's bodies are written as those of the Graph surface.
@Suite struct SandboxDatesTests {
    /// 1772409600 is `date -u -d 2026-03-02 +%s`.
    @Test(arguments: [
        "2026-03-02", "2026-03-02T00:00Z", "2026-03-02T00:00:00", "2026-03-02T01:00:00+0100",
        "2026-03-02T00:00:00.000000000Z", "2026-03-01T23:00:00-01",
    ])
    func `a moment that leaves no doubt is read`(text: String) {
        #expect(SandboxDates.date(text) == Date(timeIntervalSince1970: 1_772_409_600))
    }

    @Test(arguments: ["", "tomorrow", "2026-02-30", "1772409600"])
    func `anything else is not`(text: String) { #expect(SandboxDates.date(text) == nil) }
}
