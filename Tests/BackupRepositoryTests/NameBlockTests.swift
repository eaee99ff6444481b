import Testing

@testable import BackupRepository

/// The details of a block, by the description at the head of its source.
@Suite struct NameBlockTests {
    private static let states: [NameState?] = [
        NameState(kind: .file, size: 3, modifiedMilliseconds: 5, content: 0x0102_0304_0506_0708),
        NameState(kind: .file, modifiedMilliseconds: 5), NameState(kind: .folder),
        NameState(kind: .link, modifiedMilliseconds: 5, content: 0x1112_1314_1516_1718),
        NameState(kind: .other, modifiedMilliseconds: 5), nil,
    ]

    private func events(_ states: [NameState?]) -> [NameEvent] {
        states.enumerated().map { number, state in
            NameEvent(key: NameKey(folder: [], name: bytes("n\(number)")), snapshot: 1, state: state)
        }
    }

    @Test func `what is read again is what was written`() throws {
        let block = NameBlock.encode(events(Self.states))
        let details = try NameBlockDetails(decoding: block.details, rows: Self.states.count)
        #expect(details.rows.map(\.state) == Self.states)
        #expect(details.rows.map(\.snapshot) == [1, 1, 1, 1, 1, 1])
    }

    /// A kind and a snapshot each; the size of a file; when an item but a folder changed; eight bytes
    /// of the content of a file that is not empty, and of a link.
    @Test(arguments: zip(states, [12, 4, 2, 11, 3, 2]))
    func `each kind has the details of its kind`(state: NameState?, length: Int) {
        #expect(NameBlock.encode(events([state])).details.count == length)
    }
}
