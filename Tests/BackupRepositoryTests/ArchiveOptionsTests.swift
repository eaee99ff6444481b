import BackupRepository
import Testing

/// Options with which a run would never end are refused where they are made.
@Suite struct ArchiveOptionsTests {
    @Test func `a run has a thread`() async {
        await #expect(processExitsWith: .failure) { _ = ArchiveOptions(width: 0) }
    }

    @Test func `a run takes at least one entry at once`() async {
        await #expect(processExitsWith: .failure) { _ = ArchiveOptions(entriesAtOnce: 0) }
    }

    @Test func `one of each is enough`() {
        let options = ArchiveOptions(width: 1, packSizeBytes: 65_536, entriesAtOnce: 1)
        #expect([options.width, options.packSizeBytes, options.entriesAtOnce] == [1, 65_536, 1])
    }
}
