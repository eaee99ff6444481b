import Testing

@testable import ResticFormat

/// Whole repositories written by restic: every file from its bytes and the password
/// to the given plaintexts.
@Suite struct RepositoryVectorTests {
    struct Repository: Decodable {
        var password: String
        var repository_version: Int
        var master_key: MasterKey
        var files: [String: File]
    }
    struct MasterKey: Decodable {
        var encrypt, mac_k, mac_r: HexBytes
        func triple() throws -> KeyTriple { try KeyTriple(rawBytes: encrypt.bytes + mac_k.bytes + mac_r.bytes) }
    }
    struct File: Decodable {
        var hex: HexBytes
        var document: String?
        var data_plaintext: String?
        var user_key: MasterKey?
        var header_plaintext: HexBytes?
        var blobs: [Blob]?
    }
    struct Blob: Decodable {
        var type: UInt8
        var offset, length: UInt32
        var uncompressed_length: UInt32?
        var id: String
        var plaintext: HexBytes
        var zstd: HexBytes?
    }

    static let names = ["repository-v1-0.14.0", "repository-v2-0.14.0", "repository-v2-0.19.1-nocompress"]

    private func open(_ name: String) throws -> (repository: Repository, sealer: Sealer) {
        let repository: Repository = try Vectors.load(name)
        return (repository, Sealer(try repository.master_key.triple()))
    }

    @Test(arguments: names) func `names are the hashes of the stored bytes`(_ name: String) throws {
        for (path, file) in try open(name).repository.files where path != "config" {
            #expect(path.hasSuffix(ObjectID.hash(of: file.hex.bytes).hex))
        }
    }

    @Test(arguments: names) func `key files open with their password`(_ name: String) throws {
        let (repository, _) = try open(name)
        let file = try #require(repository.files.first { $0.key.hasPrefix("keys/") }?.value)
        let keyFile = try KeyFile(decoding: file.hex.bytes)
        let user = try PasswordKey.derive(password: repository.password, salt: keyFile.salt, cost: keyFile.cost)
        #expect(try user == file.user_key?.triple())
        #expect(try keyFile.open(password: repository.password) == repository.master_key.triple())
        #expect(text(try Sealer(user).open(keyFile.data)) == file.data_plaintext)
        #expect(text(keyFile.encoded()) == text(file.hex.bytes))
        #expect(file.data_plaintext.map(utf8) == MasterKeyDocument.encode(try repository.master_key.triple()))
    }

    @Test(arguments: names) func `configs read and write`(_ name: String) throws {
        let (repository, sealer) = try open(name)
        let file = try #require(repository.files["config"])
        let document = try sealer.open(file.hex.bytes)
        #expect(text(document) == file.document)
        let config = try RepositoryConfig(decoding: document)
        #expect(config.version == repository.repository_version)
        #expect(text(config.encoded()) == file.document)
    }

    @Test(arguments: names) func `indexes and snapshots read and write`(_ name: String) throws {
        let (repository, sealer) = try open(name)
        for (path, file) in repository.files {
            guard path.hasPrefix("index/") || path.hasPrefix("snapshots/") else { continue }
            let document = try UnpackedFile.decode(file.hex.bytes, sealer: sealer, decompressor: ZstdDecompressor())
            #expect(text(document) == file.document)
            let again =
                path.hasPrefix("index/")
                ? try IndexFile(decoding: document).encoded() : try Snapshot(decoding: document).encoded()
            #expect(text(again) == file.document)
        }
    }

    @Test(arguments: names) func `packs read as their headers and indexes say`(_ name: String) throws {
        let (repository, sealer) = try open(name)
        let indexFile = try #require(repository.files.first { $0.key.hasPrefix("index/") }?.value.document)
        let index = try IndexFile(decoding: utf8(indexFile))
        for (path, file) in repository.files where path.hasPrefix("data/") {
            let bytes = file.hex.bytes
            let entries = try PackHeader.decode(tail: bytes, packByteCount: bytes.count, sealer: sealer)
            #expect(PackHeader.encode(entries) == file.header_plaintext?.bytes)
            #expect(PackHeader.packByteCount(of: entries) == bytes.count)
            let pack = try #require(index.packs.first { path.hasSuffix($0.id.hex) })
            #expect(Set(pack.blobs) == Set(entries))
            for (entry, blob) in zip(entries, try #require(file.blobs)) { try check(entry, blob, in: bytes, sealer) }
        }
    }

    private func check(_ entry: PackEntry, _ blob: Blob, in pack: [UInt8], _ sealer: Sealer) throws {
        #expect((entry.type.rawValue | (entry.isCompressed ? 2 : 0)) == blob.type)
        #expect(
            (entry.offset, entry.length, entry.uncompressedLength) == (
                blob.offset, blob.length, blob.uncompressed_length ?? 0
            ))
        #expect(entry.id.hex == blob.id)
        let stored = Array(pack[Int(entry.offset)..<Int(entry.offset + entry.length)])
        let body = try sealer.open(stored)
        #expect(body == (blob.zstd ?? blob.plaintext).bytes)
        let format = BlobFormat(sealer: sealer)
        #expect(try format.decode(stored, as: entry) == blob.plaintext.bytes)
        guard entry.type == .tree else { return }
        #expect(try Tree(decoding: blob.plaintext.bytes).encoded() == blob.plaintext.bytes)
    }
}

/// A smallest repository by hand, accepted by restic, with a tree that has extended attributes
/// and an empty file.
@Suite struct MinimalRepositoryTests {
    struct Minimal: Decodable {
        var password: String
        var master_key: RepositoryVectorTests.MasterKey
        var snapshot: [String: Field]
        var root_tree_id, root_tree, sub_tree_id, sub_tree, data_blob, data_blob_id: String
        var files: [String: HexBytes]
    }
    /// The fields of the snapshot that are compared are strings or lists of strings.
    enum Field: Decodable, Equatable {
        case one(String)
        case many([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            do { self = .one(try container.decode(String.self)) } catch {
                self = .many(try container.decode([String].self))
            }
        }
    }

    @Test func `every file reads to what it was made of`() throws {
        let minimal: Minimal = try Vectors.load("minimal-repository")
        let keyFile = try #require(minimal.files.first { $0.key.hasPrefix("keys/") }?.value)
        let master = try KeyFile(decoding: keyFile.bytes).open(password: minimal.password)
        #expect(try master == minimal.master_key.triple())
        let format = BlobFormat(sealer: Sealer(master))
        #expect(
            try RepositoryConfig(decoding: format.sealer.open(try #require(minimal.files["config"]?.bytes))).version
                == 2
        )
        var plaintexts: [String: String] = [:]
        for (path, file) in minimal.files where path.hasPrefix("data/") {
            for entry in try PackHeader.decode(tail: file.bytes, packByteCount: file.bytes.count, sealer: format.sealer)
            {
                let stored = Array(file.bytes[Int(entry.offset)..<Int(entry.offset + entry.length)])
                plaintexts[entry.id.hex] = text(try format.decode(stored, as: entry))
            }
        }
        #expect(
            plaintexts == [
                minimal.root_tree_id: minimal.root_tree, minimal.sub_tree_id: minimal.sub_tree,
                minimal.data_blob_id: minimal.data_blob,
            ])
        for tree in [minimal.root_tree, minimal.sub_tree] {
            #expect(text(try Tree(decoding: utf8(tree)).encoded()) == tree)
        }
        let root = try Tree(decoding: utf8(minimal.root_tree))
        #expect(root.nodes.map { text($0.name) } == ["empty.bin", "folder", "tagged"])
        #expect(root.nodes[0].content == [])
        #expect(root.nodes[2].extendedAttributes == [.init(name: "user.item.id", value: utf8("01ABCDEF!123"))])
        #expect(root.nodes[1].subtree?.hex == minimal.sub_tree_id)
    }

    @Test func `snapshots read in both forms`() throws {
        let minimal: Minimal = try Vectors.load("minimal-repository")
        let sealer = Sealer(try minimal.master_key.triple())
        var count = 0
        for (path, file) in minimal.files where path.hasPrefix("snapshots/") {
            let snapshot = try Snapshot(
                decoding: UnpackedFile.decode(file.bytes, sealer: sealer, decompressor: ZstdDecompressor()))
            #expect(ObjectID(hex: minimal.root_tree_id) == snapshot.tree)
            count += 1
            guard path.hasPrefix("snapshots/5e43d7cf") else { continue }
            #expect(minimal.snapshot["time"] == .one(snapshot.time.description))
            #expect(minimal.snapshot["paths"] == .many(snapshot.paths))
            #expect(minimal.snapshot["hostname"] == .one(snapshot.hostname))
            #expect(minimal.snapshot["username"] == .one(snapshot.username))
            #expect(minimal.snapshot["tags"] == .many(snapshot.tags))
            #expect(minimal.snapshot["program_version"] == .one(snapshot.programVersion))
        }
        #expect(count == 2)
    }
}
