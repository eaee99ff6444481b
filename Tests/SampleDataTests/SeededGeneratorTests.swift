import SampleData
import Testing

@Suite struct SeededGeneratorTests {
    /// The reference implementation's first numbers of seed 1234567 (Vigna, splitmix64.c; the values
    /// are those of Rosetta Code's task "Pseudo-random numbers/Splitmix64").
    @Test func `the sequence is that of splitmix64`() {
        var random = SeededGenerator(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in random.next() } == expected)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 1000])
    func `as many bytes come as are asked for`(count: Int) {
        var random = SeededGenerator(seed: 1)
        #expect(random.bytes(count).count == count)
    }

    @Test func `bytes are those of the numbers, the lowest first`() {
        var numbers = SeededGenerator(seed: 5)
        var bytes = SeededGenerator(seed: 5)
        let first = numbers.next()
        #expect(bytes.bytes(8) == (0..<8).map { UInt8(truncatingIfNeeded: first >> (8 * UInt64($0))) })
    }

    @Test func `numbers below a limit reach both ends`() {
        var random = SeededGenerator(seed: 2)
        let seen = Set((0..<200).map { _ in random.number(below: 3) })
        #expect(seen == [0, 1, 2])
    }

    @Test func `each element of a list is chosen at some time`() {
        var random = SeededGenerator(seed: 3)
        let seen = Set((0..<200).map { _ in random.choice(["a", "b", "c"]) })
        #expect(seen == ["a", "b", "c"])
    }
}
