import Testing

@testable import ResticFormat

/// Trees beyond the vectors: every field, modes, escapes, canonical form.
@Suite struct TreeTests {
    /// Written by hand after restic-format.md sections 10.1 to 10.6.
    @Test func `every field is written in its place`() throws {
        var node = Node(
            name: utf8("a<b"), type: .symlink, mode: 134_218_239, mtime: NodeTime(seconds: 1),
            atime: NodeTime(seconds: 2),
            ctime: NodeTime(seconds: 3, nanoseconds: 4_000_000))
        node.uid = 5
        node.gid = 4_294_967_295
        node.user = "ü\"\u{2028}"
        node.group = "g\u{1}\t\u{8}"
        node.inode = 18_446_744_073_709_551_615
        node.deviceID = 6
        node.size = 7
        node.links = 8
        node.linkTarget = [0x61, 0xff]
        node.extendedAttributes = [.init(name: "user.x", value: [0, 1, 2, 3]), .init(name: "user.y", value: [])]
        node.genericAttributes = utf8("{\"windows.file_attributes\":32}")
        node.device = 9
        node.subtree = ObjectID.hash(of: [])
        node.error = "e"
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        let expected = """
            {"nodes":[{"name":"a\\u003cb","type":"symlink","mode":134218239,"mtime":"1970-01-01T00:00:01Z",\
            "atime":"1970-01-01T00:00:02Z",\
            "ctime":"1970-01-01T00:00:03.004Z","uid":5,"gid":4294967295,"user":"ü\\"\\u2028","group":"g\\u0001\\t\\b",\
            "inode":18446744073709551615,"device_id":6,"size":7,"links":8,"linktarget":"a\\ufffd",\
            "linktarget_raw":"Yf8=",\
            "extended_attributes":[{"name":"user.x","value":"AAECAw=="},{"name":"user.y","value":""}],\
            "generic_attributes":{"windows.file_attributes":32},"device":9,"content":null,"subtree":"\(empty)",\
            "error":"e"}]}\n
            """
        #expect(text(try Tree(nodes: [node]).encoded()) == expected)
        #expect(try Tree(decoding: utf8(expected)).nodes == [node])
    }

    @Test func `an empty directory is an empty list`() throws {
        #expect(text(try Tree(nodes: []).encoded()) == "{\"nodes\":[]}\n")
        #expect(try Tree(decoding: utf8("{\"nodes\":[]}\n")).nodes.isEmpty)
    }

    @Test func `reading is lenient as restic is`() throws {
        let tree = try Tree(
            decoding: utf8(
                """
                 {"x": [1, {"y": -1.5e3}, "\\u00e9", null, true], "nodes" : [
                   {"type":"file","name":"b","content":[],"future":{"deep":[[]]},"n\\u0061me":"c","uid":null},
                   {"name":"a","type":"dir","linktarget":"later","content":null}
                 ]}
                """))
        #expect(tree.nodes.map { text($0.name) } == ["c", "a"])
        #expect(tree.nodes[0].mtime == .absent)
        #expect(tree.nodes[0].content == [])
        #expect(tree.nodes[1].content == nil)
    }

    /// Restic-format.md section 10.4 has these numbers.
    @Test(
        arguments: [
            (NodeType.file, 0o644, 420), (.dir, 0o755, 2_147_484_141), (.dir, 0o700, 2_147_484_096),
            (.symlink, 0o777, 134_218_239),
            (.file, 0o4755, 8_388_608 + 493), (.file, 0o2755, 4_194_304 + 493),
            (.dir, 0o1777, 2_147_483_648 + 1_048_576 + 511),
            (.dev, 0o660, 67_108_864 + 432), (.chardev, 0o666, 67_108_864 + 2_097_152 + 438),
            (.fifo, 0o600, 33_554_432 + 384),
            (.socket, 0o777, 16_777_216 + 511),
        ] as [(NodeType, UInt16, UInt32)]) func `modes are Go's`(
            _ type: NodeType, _ permissions: UInt16, _ mode: UInt32
        )
    {
        #expect(FileMode.mode(of: type, permissions: permissions) == mode)
        #expect(FileMode.permissions(of: mode) == permissions)
    }

    @Test func `random trees round trip`() throws {
        var random = SplitMix64(seed: 77)
        for _ in 0..<200 {
            let names = Set((0..<Int(random.next() % 12)).map { _ in random.bytes(1 + Int(random.next() % 12)) })
            let tree = try Tree(nodes: names.map { Self.randomNode($0, &random) })
            let encoded = tree.encoded()
            #expect(try Tree(decoding: encoded) == tree)
            #expect(try Tree(decoding: encoded).encoded() == encoded)
        }
    }

    static func randomNode(_ name: [UInt8], _ random: inout SplitMix64) -> Node {
        func small(_ random: inout SplitMix64) -> UInt64 { random.next() >> (random.next() % 64) }
        var node = Node(
            name: name, type: NodeType.allCases.randomElement(using: &random) ?? .file,
            mode: UInt32(truncatingIfNeeded: small(&random)),
            mtime: NodeTime(seconds: Int64(small(&random) >> 20), nanoseconds: UInt32(random.next() % 1_000_000_000)))
        node.uid = UInt32(truncatingIfNeeded: small(&random))
        node.user = String(decoding: random.bytes(Int(random.next() % 6)), as: UTF8.self)
        node.size = small(&random)
        node.inode = small(&random)
        if random.next() % 3 == 0 { node.linkTarget = random.bytes(1 + Int(random.next() % 9)) }
        if random.next() % 3 == 0 {
            node.content = (0..<random.next() % 4).map { _ in ObjectID.hash(of: random.bytes(4)) }
        }
        if random.next() % 3 == 0 {
            node.extendedAttributes = [.init(name: "user.a", value: random.bytes(Int(random.next() % 9)))]
        }
        return node
    }
}
