import Testing

@testable import BackupRepository

private func sample(_ bytes: [UInt8]) -> ContentSample {
    var sample = ContentSample()
    unsafe bytes.withUnsafeBytes { unsafe sample.add($0) }
    return sample
}

private func name(_ text: String) -> [UInt8] { Array(text.utf8) }

private let noise: [UInt8] = {
    var generator = SeededGenerator(seed: 99)
    return generator.bytes(200_000)
}()
private let prose = Array(String(repeating: "It was the best of times, it was the worst of times.\n", count: 400).utf8)
private let zip: [UInt8] = {
    var bytes: [UInt8] = [0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0]
    bytes += noise.prefix(9000)
    bytes += [0x50, 0x4b, 5, 6]
    bytes += [UInt8](repeating: 0, count: 18)
    return bytes
}()

@Suite struct FileEndingTests {
    @Test(
        arguments: [
            ("a.docx", .writing), ("A.DOCX", .writing), ("x.tar.gz", .archive), ("a.jpg", .picture),
            ("a.md", .text), ("a.swift", .code), ("a.locked", .sealed), ("a.gpg", .sealed), ("a.lockbit", .unknown),
            ("README", .unknown), (".profile", .unknown), ("server.log.1", .leftover), ("a.docx~", .leftover),
            ("a.", .unknown), ("a.bak", .data), ("a.numbers", .sheet), ("a.\u{e4}\u{f6}", .unknown),
            ("a.b c", .unknown),
        ] as [(String, FileKind)])
    func `the ending says the kind`(text: String, kind: FileKind) {
        #expect(FileEnding(name(text)).kind == kind)
    }

    @Test func `an ending longer than any known one is unknown`() {
        #expect(FileEnding(name("a." + String(repeating: "x", count: 300))).kind == .unknown)
        #expect(FileEnding([0xff, 0x2e, 0xfe]).kind == .unknown)
        #expect(FileEnding([]).kind == .unknown)
    }

    /// The catalogue keeps a bit for each kind.
    @Test func `kinds have numbers of their own`() {
        #expect(FileKind.allCases.map(\.rawValue) == Array(0..<17))
    }
}

@Suite struct FileFormTests {
    @Test(
        arguments: [
            ([0x50, 0x4b, 3, 4], .zip), (Array("%PDF-1.4".utf8), .pdf), ([0xff, 0xd8, 0xff, 0xe1], .jpeg),
            ([0x89, 0x50, 0x4e, 0x47], .png), ([0xd0, 0xcf, 0x11, 0xe0], .compoundFile),
            (Array("\0\0\0\u{18}ftypmp42".utf8), .other), (Array("SQLite format 3\0".utf8), .plain),
            ([0x78, 0x9c, 1, 2], .other), ([], nil), ([0x50], nil), (Array("hello".utf8), nil),
        ] as [([UInt8], FileForm?)])
    func `first bytes tell the form`(head: [UInt8], form: FileForm?) {
        #expect(FileForm(head: head) == form)
    }

    @Test func `random bytes seldom look like a form`() {
        var generator = SeededGenerator(seed: 5)
        let known = (0..<20_000).count { _ in FileForm(head: generator.bytes(64)) != nil }
        #expect(known < 20, "\(known) of 20,000")
    }

    @Test func `sealed archives say so`() {
        let zipHead: [UInt8] = [0x50, 0x4b, 3, 4, 20, 0, 1, 0]
        #expect(SealedArchive.isSealed(.zip, head: zipHead, tail: []))
        #expect(!SealedArchive.isSealed(.zip, head: zip, tail: []))
        #expect(SealedArchive.isSealed(.sevenZip, head: [], tail: [1, 2, 0x06, 0xf1, 0x07, 0x01, 9]))
        #expect(!SealedArchive.isSealed(.sevenZip, head: [], tail: [1, 2, 0x03, 0x01, 0x01]))
        let rar5: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1a, 7, 1, 0, 1, 2, 3, 4, 0x21, 4, 0, 0]
        #expect(SealedArchive.isSealed(.rar, head: rar5, tail: []))
        var rar4: [UInt8] = [0x52, 0x61, 0x72, 0x21, 0x1a, 7, 0, 1, 2, 0x73, 0x80, 0, 13, 0]
        #expect(SealedArchive.isSealed(.rar, head: rar4, tail: []))
        rar4[10] = 0
        #expect(!SealedArchive.isSealed(.rar, head: rar4, tail: []))
        #expect(!SealedArchive.isSealed(.rar, head: [0x52, 0x61], tail: []))
    }
}

@Suite struct ContentSampleTests {
    @Test func `random bytes are random, text and zeros are not`() {
        #expect(sample(noise).isRandom)
        #expect(sample(Array(noise.prefix(64))).isRandom)
        #expect(!sample(Array(noise.prefix(63))).isRandom)
        #expect(!sample(prose).isRandom)
        #expect(!sample([UInt8](repeating: 0, count: 4096)).isRandom)
        #expect(
            !sample((0..<4096).map { UInt8(truncatingIfNeeded: $0) }).isRandom, "each byte equally often is no chance")
    }

    @Test func `texts of several encodings are text`() {
        #expect(sample(prose).isText)
        #expect(sample(Array("Grüße aus Zürich\n".utf8)).isText)
        #expect(sample([0xe4, 0xf6, 0xfc, 0x20, 0x61]).isText, "an older encoding")
        #expect(sample(Array(repeating: [0x41, 0x00] as [UInt8], count: 100).flatMap(\.self)).isText, "UTF-16")
        #expect(!sample(noise).isText)
        #expect(!sample([UInt8](repeating: 0, count: 100)).isText)
    }

    @Test(arguments: [63, 64, 65, 1024, 70_000])
    func `parts add up to what the whole is`(size: Int) {
        var parts = ContentSample()
        for start in stride(from: 0, to: noise.count, by: size) {
            let part = Array(noise[start..<min(noise.count, start + size)])
            unsafe part.withUnsafeBytes { unsafe parts.add($0) }
        }
        #expect(parts.length == noise.count)
        #expect(parts.head == Array(noise.prefix(1024)))
        #expect(parts.tail == Array(noise.suffix(1024)))
    }

    @Test func `nothing is nothing`() {
        let empty = sample([])
        #expect(empty.length == 0)
        #expect(!empty.isZero)
        #expect(!empty.isRandom)
    }
}

@Suite struct ContentVerdictTests {
    private func verdict(
        _ file: String, _ bytes: [UInt8], isChanged: Bool = true, before: Double? = 0.4, now: Double? = 1
    ) -> ContentVerdict {
        ContentVerdict(
            FileEnding(name(file)), sample(bytes), isChanged: isChanged,
            ContentVerdict.Compression(before: before, now: now))
    }

    @Test(arguments: ["a.docx", "a.pdf", "a.jpg", "a.txt", "a.swift", "a.doc", "a.mp4", "a.zip"])
    func `a known kind that became noise is broken`(file: String) {
        #expect(verdict(file, noise) == .broken)
        #expect(verdict(file, []) == .broken, "and so is what became empty")
        #expect(verdict(file, [UInt8](repeating: 0, count: 5000)) == .broken, "and what became zeros")
    }

    @Test func `what fits its name is sound`() {
        #expect(verdict("a.docx", zip) == .sound)
        #expect(verdict("a.txt", prose, now: 0.4) == .sound)
        #expect(verdict("a.doc", Array("{\\rtf1 hello}".utf8) + prose, now: 0.4) == .sound)
        #expect(verdict("a.xls", Array("<html>".utf8) + prose, now: 0.4) == .sound)
        #expect(verdict("a.docx", [0xd0, 0xcf, 0x11, 0xe0] + noise, before: 1) == .sound, "a document with a password")
        #expect(verdict("a.png", [0xff, 0xd8, 0xff, 0xe0] + noise) == .sound, "a picture of another form")
    }

    @Test func `a form that lost its end is broken`() {
        #expect(verdict("a.docx", Array(zip.prefix(5000))) == .broken)
        #expect(verdict("a.pdf", Array("%PDF-1.4\n".utf8) + noise) == .broken)
    }

    @Test func `text with noise in it is broken, and other text that hardened is hardened`() {
        let half = prose.prefix(8000) + noise.prefix(8000)
        #expect(verdict("a.txt", Array(half), now: 0.7) == .broken)
        #expect(verdict("a.doc", [0xd0, 0xcf, 0x11, 0xe0] + noise) == .hardened)
        #expect(verdict("a.bmp", Array("BM".utf8) + noise) == .hardened)
    }

    @Test func `what was noise before, or zeros before, is no news`() {
        #expect(verdict("band", noise, before: 1) == .sound)
        #expect(verdict("a.txt", noise, before: 0.99) == .sound)
        #expect(verdict("disk.img", [UInt8](repeating: 0, count: 5000), before: 0.001) == .sound)
        #expect(verdict("band", noise, before: nil, now: nil) == .sound)
    }

    @Test func `an unknown kind that compressed before and is noise now is hardened`() {
        #expect(verdict("data.qux", noise) == .hardened)
        #expect(verdict("data.qux", noise, now: 0.5) == .sound)
    }

    @Test func `new files are strangers where nothing can read them`() {
        #expect(verdict("a.docx.locked", noise, isChanged: false) == .stranger)
        #expect(verdict("a.docx", noise, isChanged: false) == .stranger)
        #expect(verdict("a.docx", zip, isChanged: false) == .sound)
        #expect(verdict("f3a9", noise, isChanged: false) == .stranger)
        #expect(verdict("f3a9", [0x78, 0x01] + noise, isChanged: false) == .sound, "an object of git")
        #expect(verdict("a.txt", prose, isChanged: false) == .sound)
        #expect(verdict("small", Array(noise.prefix(40)), isChanged: false) == .sound)
    }
}

@Suite struct FolderEvidenceTests {
    private func figures(
        removed: [String] = [], _ files: [(String, ChangedFile)], kept: [String] = [], isOld: Bool = true
    ) -> (figures: ChangeFigures, notes: [NoteKey: Int]) {
        var folder = FolderEvidence()
        for file in removed { folder.addRemoved(name(file)) }
        for (file, changed) in files { folder.add(changed, named: name(file)) }
        folder.setPresent((kept + files.map(\.0)).map(name).sorted { $0.lexicographicallyPrecedes($1) })
        var figures = ChangeFigures()
        var notes: [NoteKey: Int] = [:]
        folder.add(to: &figures, path: "Docs", isOld: isOld, notes: &notes)
        return (figures, notes)
    }

    private let stranger = ChangedFile(isNew: true, verdict: .stranger, hasNewContent: true)
    private let renamed = ChangedFile(isNew: true, verdict: .sound, hasNewContent: false, hasKnownContent: true)

    @Test func `strangers in place of known files are paired and disguised`() {
        let found = figures(
            removed: ["a.docx", "b.pdf", "tmp.tmp"],
            [("a.docx.locked", stranger), ("b.pdf.locked", stranger), ("c.locked", stranger)]
        ).figures
        #expect(found.strangers == 3)
        #expect(found.pairedStrangers == 2)
        #expect(found.disguised == 2)
        #expect(found.familiarRemoved == 2)
        #expect(found.ending == name("locked"))
        #expect(found.hitFolders == 1)
        #expect(found.kinds.nonzeroBitCount == 2)
        #expect(found.samples.first == ChangeFigures.Sample(path: "Docs/a.docx.locked", pathBefore: "Docs/a.docx"))
    }

    @Test func `renaming alone disguises`() {
        let found = figures(removed: ["a.docx"], [("a.docx.locked", renamed)]).figures
        #expect(found.disguised == 1)
        #expect(found.strangers == 0)
    }

    @Test func `a sidecar is no disguise, nor is a file of a known kind`() {
        let sidecar = ChangedFile(isNew: true, verdict: .sound, hasNewContent: true)
        #expect(figures(removed: ["a.jpg"], [("b.side", sidecar)]).figures.disguised == 0)
        #expect(figures(removed: ["a.jpg"], [("a.jpg.side", sidecar)]).figures.disguised == 1)
        #expect(figures(removed: ["a.doc"], [("a.docx", renamed)]).figures.disguised == 0)
    }

    @Test func `files that keep their unfamiliar ending are no disguise`() {
        let found = figures(removed: ["a.jpg", "old.qux"], [("b.jpg", renamed), ("new.qux", renamed)]).figures
        #expect(found.disguised == 0)
        let more = figures(removed: ["a.jpg", "old.qux"], [("x.qux", renamed), ("y.qux", renamed)]).figures
        #expect(more.disguised == 1)
        let vault = figures(removed: ["a.jpg", "1.c9r"], [("2.c9r", stranger)]).figures
        #expect(vault.strangers == 1)
        #expect(vault.pairedStrangers == 0)
    }

    @Test func `strangers beside the files whose names they have are copies, and replace none`() {
        let found = figures(
            removed: ["old.pdf"],
            [
                ("a.docx.locked", stranger), ("b.tar.gz.x.y", stranger), ("c.docx.locked", stranger),
                ("new.docx", renamed), ("new.docx.locked", stranger), ("tmp.tmp.locked", stranger),
            ], kept: ["a.docx", "b.tar.gz", "tmp.tmp", "z.pdf"]
        ).figures
        #expect(found.strangers == 5)
        #expect(found.copies == 2, "c.docx is not there, new.docx is new, and nobody misses tmp.tmp")
        #expect(found.pairedStrangers == 1)
        #expect(found.disguised == 1)
        #expect(found.hitFolders == 1)
        #expect(figures([("a.docx.locked", stranger)], kept: ["a.docx"]).figures.kinds.nonzeroBitCount == 1)
    }

    @Test func `a folder that keeps files is thinned, one that is emptied is not`() {
        #expect(figures(removed: ["a.docx", "b.pdf"], [], kept: ["c.docx"]).figures.thinnedAway == 2)
        #expect(figures(removed: ["a.docx", "b.pdf"], [], kept: ["c.docx"]).figures.thinnedFolders == 1)
        for emptied in [figures(removed: ["a.docx"], []), figures(removed: ["a.docx"], [], kept: ["Thumbs.tmp"])] {
            #expect(emptied.figures.thinnedFolders == 0)
            #expect(emptied.figures.thinnedAway == 0)
            #expect(emptied.figures.emptiedFolders == 1)
        }
    }

    @Test func `files that came in the same folder make up for those that went`() {
        let found = figures(removed: ["a.doc", "b.doc"], [("a.docx", renamed)], kept: ["c.doc"]).figures
        #expect(found.thinnedAway == 1)
        #expect(figures(removed: ["a.doc"], [("a.docx", renamed)], kept: ["c.doc"]).figures.thinnedFolders == 0)
    }

    @Test func `strangers alone are no hits`() {
        let found = figures([("a.c9r", stranger)]).figures
        #expect(found.strangers == 1)
        #expect(found.pairedStrangers == 0)
        #expect(found.hitFolders == 0)
    }

    /// Thousands of files of a vault in another folder are what a person moved, and no attack.
    @Test func `a vault that moved brings nothing new`() {
        let moved = ChangedFile(isNew: true, verdict: .stranger, hasNewContent: false, hasKnownContent: true)
        #expect(figures([("a.c9r", moved), ("b.c9r", moved), ("c.c9r", stranger)]).figures.strangers == 1)
        let beside = figures(removed: ["a.docx"], [("a.docx.locked", moved)]).figures
        #expect(beside.strangers == 0)
        #expect(beside.pairedStrangers == 1)
        #expect(beside.disguised == 1)
    }

    @Test func `notes are counted in folders that were there before`() {
        var note = ChangedFile(isNew: true, verdict: .sound, hasNewContent: true)
        note.digest = 7
        #expect(figures([("READ ME", note)]).notes == [NoteKey(name: name("READ ME"), digest: 7): 1])
        #expect(figures([("READ ME", note)], isOld: false).notes.isEmpty)
    }

    @Test func `the last place for a sample is used`() {
        var figures = ChangeFigures()
        var notes: [NoteKey: Int] = [:]
        for (path, count) in [("First", ChangeFigures.maximumSamples - 1), ("Second", 1)] {
            var folder = FolderEvidence()
            for number in 0..<count {
                folder.add(
                    ChangedFile(isNew: false, verdict: .broken, hasNewContent: true), named: name("\(number).docx"))
            }
            folder.add(to: &figures, path: path, isOld: true, notes: &notes)
        }
        #expect(figures.samples.count == ChangeFigures.maximumSamples)
        #expect(figures.samples.last == ChangeFigures.Sample(path: "Second/0.docx"))
    }

    /// The size up to which a new file may be a note stands in docs/detection.md.
    @Test(arguments: [(65_536, true), (65_537, false)])
    func `a new file of up to 64 KiB may be a note`(size: Int, mayBe: Bool) {
        var read = ReadEvidence()
        read.sample = sample([UInt8](repeating: 0x61, count: size))
        let file = ChangedFile(
            named: name("READ ME"), read, sizeBefore: nil, compressionBefore: nil, blobs: [sampleID(1)])
        #expect((file.digest != nil) == mayBe)
    }

    @Test func `samples and endings are bounded`() {
        let many = (0..<2000).map { ("f\($0).docx.e\($0)", stranger) }
        let found = figures(removed: (0..<2000).map { "f\($0).docx" }, many).figures
        #expect(found.samples.count == ChangeFigures.maximumSamples)
        #expect(found.disguised == 2000)
    }
}
