import SampleData
import FileTree
import Foundation
import Glibc
import Testing

@testable import Connectors

/// Long files, which go to the disk past the system's cache where the file system can do that.
@Suite struct DirectContentTests {
    let scratch = Scratch()
    private static let length = (17 << 20) + 1234

    private func tree() throws -> LocalTree { try LocalTree(path: scratch.path, access: .write) }

    private func written(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: scratch(name)))) }

    /// Cuts `content` into pieces of up to `longest` bytes and writes them from several threads, in
    /// an order of their own.
    private func write(_ content: [UInt8], to file: any WritableFile, longest: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var pieces: [Range<Int>] = []
        var start = 0
        while start < content.count {
            let end = min(content.count, start + 1 + generator.number(below: longest))
            pieces.append(start..<end)
            start = end
        }
        pieces.shuffle(using: &generator)
        let order = pieces
        DispatchQueue.concurrentPerform(iterations: order.count) { number in
            let piece = order[number]
            #expect(throws: Never.self) {
                try unsafe content[piece].withUnsafeBytes { unsafe try file.write($0, at: UInt64(piece.lowerBound)) }
            }
        }
    }

    @Test(arguments: [3_000_000, 500_000, 6_000]) func `pieces of any length in any order make the file`(
        longest: Int
    ) throws {
        var generator = SeededGenerator(seed: 3)
        var content = generator.bytes(Self.length)
        content.replaceSubrange(5_000_001..<9_000_003, with: repeatElement(0, count: 4_000_002))
        let file = try tree().makeFile(TreePath(test: "long"), size: UInt64(content.count))
        write(content, to: file, longest: longest, seed: UInt64(longest))
        #expect(try scratch.names().allSatisfy { $0 != "long" })
        try file.commit(AttributeChanges(permissions: 0o600))
        #expect(try written("long") == content)
        #expect(try scratch.names() == ["long"])
    }

    @Test func `long runs of zeros take no space`() throws {
        var content = [UInt8](repeating: 0, count: Self.length)
        content[4] = 1
        let file = try tree().makeFile(TreePath(test: "sparse"), size: UInt64(content.count))
        write(content, to: file, longest: 3_000_000, seed: 8)
        try file.commit(AttributeChanges())
        #expect(try written("sparse") == content)
        #expect(try scratch.status("sparse").st_blocks * 512 < 1 << 20)
    }

    /// The space of a region is set aside with its first bytes; what turns out to be zeros gives it back.
    @Test(arguments: [false, true]) func `a region has space for what is written alone`(zerosFirst: Bool) throws {
        let region = Int(ReservedSpace.regionBytes)
        let file = try tree().makeFile(TreePath(test: "regions"), size: UInt64(3 * region))
        var generator = SeededGenerator(seed: 9)
        let bytes = generator.bytes(1 << 20)
        let zeros = [UInt8](repeating: 0, count: region - bytes.count)
        func write(_ content: [UInt8], at offset: Int) throws {
            try unsafe content.withUnsafeBytes { unsafe try file.write($0, at: UInt64(offset)) }
        }
        if zerosFirst { try write(zeros, at: region + bytes.count) }
        try write(bytes, at: region)
        if !zerosFirst { try write(zeros, at: region + bytes.count) }
        // Zeros in a region of which nothing else is known.
        try write(zeros, at: 0)
        try file.commit(AttributeChanges())
        let space = Int(try scratch.status("regions").st_blocks) * 512
        #expect(space >= bytes.count)
        #expect(space < 2 << 20)
        var expected = Data(count: 3 * region)
        expected.replaceSubrange(region..<(region + bytes.count), with: bytes)
        #expect(try Data(contentsOf: URL(filePath: scratch("regions"))) == expected)
    }

    @Test func `several writes to one file find space that was set aside`() throws {
        try scratch.file("file")
        let file = Descriptor(owning: unsafe open(scratch("file"), O_RDWR))
        let size = ReservedSpace.regionBytes + 4096
        try #require(ftruncate(file.number, off_t(size)) == 0)
        let space = ReservedSpace(file, size: size)
        space.reserve(8192..<12_288)
        #expect(try scratch.status("file").st_blocks * 512 >= Int(ReservedSpace.regionBytes))
        space.leaveOut(0..<ReservedSpace.regionBytes)
        #expect(try scratch.status("file").st_blocks * 512 < 1 << 20)
        // The last region ends with the file.
        space.reserve(ReservedSpace.regionBytes..<(ReservedSpace.regionBytes + 1))
        #expect(try scratch.status("file").st_blocks * 512 < 1 << 20)
        #expect(try scratch.status("file").st_size == off_t(size))
    }

    @Test func `what was never written reads as zeros`() throws {
        let file = try tree().makeFile(TreePath(test: "holes"), size: UInt64(Self.length))
        try file.write("one", at: 5_000)
        try file.write("two", at: UInt64(Self.length - 3))
        try file.commit(AttributeChanges())
        var expected = [UInt8](repeating: 0, count: Self.length)
        expected.replaceSubrange(5_000..<5_003, with: Array("one".utf8))
        expected.replaceSubrange((Self.length - 3)..., with: Array("two".utf8))
        #expect(try written("holes") == expected)
    }

    @Test func `a file that is dropped leaves nothing, also with pieces on their way`() throws {
        do {
            let file = try tree().makeFile(TreePath(test: "dropped"), size: UInt64(Self.length))
            write([UInt8](repeating: 5, count: Self.length), to: file, longest: 3_000_000, seed: 1)
        }
        #expect(try scratch.names() == [])
    }

    @Test func `a disk that refuses is told by the next piece and at the end`() throws {
        try scratch.file("readOnly")
        let file = Descriptor(owning: unsafe open(scratch("readOnly"), O_RDONLY))
        let content = try #require(DirectContent(file, size: UInt64(Self.length)))
        let page = [UInt8](repeating: 1, count: DirectContent.pageBytes)
        try unsafe page.withUnsafeBytes { unsafe try content.write($0, at: 0) }
        #expect { try content.finish() } throws: { ($0 as? SystemFailure)?.number == EBADF }
        #expect { try unsafe page.withUnsafeBytes { unsafe try content.write($0, at: 0) } } throws: {
            ($0 as? SystemFailure)?.number == EBADF
        }
    }

    @Test func `what the file system does not take past its cache goes through it`() throws {
        try scratch.file("file", "0123456789")
        let file = Descriptor(owning: unsafe open(scratch("file"), O_RDWR))
        try DirectContent.use(true, for: file)
        let pending = DiskWriters.Pending()
        let buffer = DiskWriters.shared.take()
        unsafe buffer.bytes.copyBytes(from: Array("abc".utf8))
        DiskWriters.shared.write(buffer, count: 3, to: file, at: 4, pending)
        try DiskWriters.shared.wait(for: pending)
        #expect(try scratch.content("file") == "0123abc789")
    }
}
