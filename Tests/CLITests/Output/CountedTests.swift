import Testing

@testable import CLI

@Suite struct CountedTests {
    @Test(arguments: [(0, "0 items"), (1, "1 item"), (2, "2 items"), (11, "11 items"), (-1, "-1 items")])
    func `a noun is singular for one and plural otherwise`(count: Int, expected: String) {
        #expect(count.counted("item") == expected)
    }

    @Test(arguments: [(1, "1 library"), (2, "2 libraries")])
    func `a noun may have a plural of its own`(count: Int, expected: String) {
        #expect(count.counted("library", plural: "libraries") == expected)
    }

    @Test func `counts of any width are written alike`() {
        #expect(UInt64(1).counted("pack") == "1 pack")
        #expect(UInt64.max.counted("pack") == "18446744073709551615 packs")
    }
}
