import BackupTesting
import Foundation
import ObjectStorage
import Testing

@Suite struct CacheFolderTests {
    private let folder: BackupTesting.TemporaryFolder

    init() throws { folder = try BackupTesting.TemporaryFolder("cache") }

    private func cache(_ maximumBytes: UInt64 = 1000) -> CacheFolder {
        CacheFolder(path: folder.path + "/cache", maximumBytes: maximumBytes)
    }

    private func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 7, count: count) }

    @Test func `what is kept is given back, also to the next process`() {
        let first = cache()
        first.write("t/u/folders", [1, 2, 3])
        #expect(first.read("t/u/folders") == [1, 2, 3])
        #expect(cache().read("t/u/folders") == [1, 2, 3])
        #expect(cache().usedBytes == 3)
        first.write("t/u/folders", [])
        #expect(first.read("t/u/folders") == [])
        #expect(first.usedBytes == 0)
        first.remove("t/u/folders")
        #expect(first.read("t/u/folders") == nil)
        #expect(cache().read("t/u/folders") == nil)
    }

    @Test func `what was used least recently goes first`() {
        let cache = cache()
        for name in ["a", "b", "c"] { cache.write(name, bytes(300)) }
        _ = cache.read("a")
        cache.write("d", bytes(200))
        #expect(cache.read("b") == nil)
        #expect(["a", "c", "d"].allSatisfy { cache.read($0) != nil })
        #expect(cache.usedBytes == 800)
    }

    @Test func `the next process keeps to the bound with what it finds`() throws {
        let first = cache()
        for name in ["a", "b", "c"] { first.write(name, bytes(300)) }
        let old = Date(timeIntervalSince1970: 1_000_000)
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: first.path + "/c")
        let next = cache()
        next.write("d", bytes(300))
        #expect(next.read("c") == nil)
        #expect(next.usedBytes <= 1000)
    }

    @Test func `one copy never takes more than half of the room`() {
        let cache = cache()
        cache.write("a", bytes(400))
        cache.write("a", bytes(501))
        #expect(cache.read("a") == nil, "nor does the old one stay")
        #expect(cache.usedBytes == 0)
    }

    @Test func `all copies of one folder can be removed`() {
        let cache = cache()
        for name in ["t/u/a", "t/u/index/b", "t/u2/a"] { cache.write(name, [1]) }
        cache.removeAll(in: "t/u/")
        #expect(cache.read("t/u/a") == nil)
        #expect(cache.read("t/u/index/b") == nil)
        #expect(cache.read("t/u2/a") == [1])
    }

    @Test func `what cannot be written or read counts as absent`() throws {
        try folder.write("cache", "a file where the folder should be")
        let cache = cache()
        cache.write("a", [1])
        #expect(cache.read("a") == nil)
        #expect(cache.usedBytes == 0)
    }

    @Test func `a copy that somebody removed is noticed`() throws {
        let cache = cache()
        cache.write("t/a", [1])
        try folder.remove("cache/t/a")
        #expect(cache.read("t/a") == nil)
        #expect(cache.usedBytes == 0)
    }

    @Test(arguments: ["../a", "/etc/passwd", "", "a/../../b"]) func `no name leads out of it`(name: String) throws {
        let cache = cache()
        cache.write(name, [1])
        #expect(cache.read(name) == nil)
        #expect(try folder.names("") == [])
    }

    @Test func `only its owner reads it`() throws {
        let cache = cache()
        cache.write("t/a", [1])
        let files = FileManager.default
        for (path, mode) in [("", 0o700), ("/t", 0o700), ("/t/a", 0o600)] {
            let attributes = try files.attributesOfItem(atPath: cache.path + path)
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
    }
}
