import FileTree
import ResticFormat
import Testing

@testable import BackupRepository

/// Which present file a group of names keeps.
@Suite struct LinkChoiceTests {
    /// A name in the snapshot, and what stands at it now.
    private func member(
        _ name: String, _ comparison: FileComparison = .same, inode: UInt64?, links: UInt64 = 2, recorded: UInt64 = 2
    ) -> LinkMember {
        var node = sampleNode(name)
        node.links = recorded
        let item = inode.map { inode in
            var item = sampleItem(name)
            (item.attributes.inode, item.attributes.linkCount) = (inode, links)
            return item
        }
        return LinkMember(path: path(name), folder: 0, node: node, comparison: comparison, item: item)
    }

    private func file(_ inode: UInt64) -> FileIdentity {
        FileIdentity(ItemAttributes(kind: .file, permissions: 0, modified: Timestamp(seconds: 0), inode: inode))
    }

    private func choose(_ groups: [[LinkMember]], known: [UInt64: UInt64]) -> [FileIdentity?] {
        LinkChoice.choose(groups, knownNames: Dictionary(uniqueKeysWithValues: known.map { (file($0), $1) }))
    }

    @Test func `a group keeps its file when all names of the file are known`() {
        let group = [member("a", .sameContent, inode: 1), member("b", .sameContent, inode: 1)]
        #expect(choose([group], known: [1: 2]) == [file(1)])
    }

    @Test func `a name that the plan does not know keeps its file from being changed`() {
        let group = [
            member("a", .sameContent, inode: 1, links: 3), member("b", .sameContent, inode: 1, links: 3),
        ]
        #expect(choose([group], known: [1: 2]) == [nil])
    }

    @Test func `a file to which nothing has to be done keeps a name that the snapshot knew too`() {
        let group = [
            member("a", inode: 1, links: 3, recorded: 3), member("b", inode: 1, links: 3, recorded: 3),
        ]
        #expect(choose([group], known: [1: 2]) == [file(1)])
    }

    @Test func `a file to which nothing has to be done does not keep a name that the snapshot did not know`() {
        let group = [member("a", inode: 1, links: 3), member("b", inode: 1, links: 3)]
        #expect(choose([group], known: [1: 2]) == [nil])
    }

    @Test func `a name that changes makes the whole group something to do`() {
        let group = [
            member("a", inode: 1, links: 3, recorded: 3), member("b", .sameContent, inode: 1, links: 3, recorded: 3),
        ]
        #expect(choose([group], known: [1: 2]) == [nil])
    }

    @Test func `names that are removed or given to others do not count as unknown`() {
        // Four names: two are the group's, one is removed by the plan, one was there in the snapshot.
        let group = [
            member("a", inode: 1, links: 4, recorded: 3), member("b", inode: 1, links: 4, recorded: 3),
        ]
        #expect(choose([group], known: [1: 3]) == [file(1)])
    }

    @Test func `a file without the right content is kept by no group`() {
        let group = [member("a", .differs(.other), inode: 1), member("b", .differs(.other), inode: 1)]
        #expect(choose([group], known: [1: 2]) == [nil])
    }

    @Test func `names that are missing claim nothing`() {
        let group = [member("a", .differs(.none), inode: nil), member("b", inode: 2, links: 1)]
        #expect(choose([group], known: [2: 1]) == [file(2)])
    }

    @Test func `of two groups with names of one file the one with more names keeps it`() {
        let one = [member("a", inode: 1, links: 3)]
        let two = [member("b", inode: 1, links: 3), member("c", inode: 1, links: 3)]
        #expect(choose([one, two], known: [1: 3]) == [nil, file(1)])
    }

    @Test func `of two groups with as many names the first keeps the file`() {
        let one = [member("a", inode: 1)]
        let two = [member("b", inode: 1)]
        #expect(choose([one, two], known: [1: 2]) == [file(1), nil])
    }

    @Test func `a group whose file another one took keeps its second best`() {
        let one = [member("a", inode: 1, links: 5), member("b", inode: 1, links: 5), member("c", inode: 2, links: 1)]
        let two = [
            member("d", inode: 1, links: 5), member("e", inode: 1, links: 5), member("f", inode: 1, links: 5),
        ]
        #expect(choose([one, two], known: [1: 5, 2: 1]) == [file(2), file(1)])
    }

    @Test func `a group keeps one file, the one with most of its names`() {
        let group = [member("a", inode: 2, links: 1), member("b", inode: 1), member("c", inode: 1)]
        #expect(choose([group], known: [1: 2, 2: 1]) == [file(1)])
    }

    @Test func `of two files with as many names of the group the first one is kept`() {
        let group = [member("a", inode: 2, links: 1), member("b", inode: 1, links: 1)]
        #expect(choose([group], known: [1: 1, 2: 1]) == [file(2)])
    }

    @Test func `the link count is the highest that was seen`() {
        // A name was added between two looks at the file.
        let group = [member("a", .sameContent, inode: 1, links: 2), member("b", .sameContent, inode: 1, links: 3)]
        #expect(choose([group], known: [1: 2]) == [nil])
    }

    @Test func `files of different devices are different files`() throws {
        var other = member("b", inode: 1)
        other.item?.attributes.device = 9
        let identity = try #require(other.rightFile)
        #expect(identity != file(1))
        let chosen = LinkChoice.choose([[member("a", inode: 1)], [other]], knownNames: [file(1): 2, identity: 2])
        #expect(chosen == [file(1), identity])
    }

    @Test(arguments: [
        (FileComparison.same, UInt64(0), PresentFile.other), (.same, 3, .similar), (.sameContent, 3, .similar),
        (.differs(.none), 3, .none), (.differs(.other), 3, .other), (.differs(.similar), 0, .similar),
    ])
    func `a name that is written all the same knows what is there`(
        comparison: FileComparison, size: UInt64, present: PresentFile
    ) {
        var member = member("a", comparison, inode: 1)
        member.node.size = size
        #expect(member.present == present)
    }

    @Test(arguments: [(UInt64(1), UInt64(9), false), (2, 9, true), (2, 0, false)])
    func `a node has other names if it had more than one and a number`(links: UInt64, inode: UInt64, expected: Bool) {
        var node = sampleNode("a")
        (node.links, node.inode) = (links, inode)
        #expect(node.hasOtherNames == expected)
    }

    @Test(arguments: [(ItemKind.file, UInt64(2), true), (.file, 1, false), (.folder, 2, false)])
    func `an item has other names if it is a file of more than one`(kind: ItemKind, links: UInt64, expected: Bool) {
        var item = sampleItem("a", kind)
        item.attributes.linkCount = links
        #expect(item.attributes.hasOtherNames == expected)
    }

    @Test func `names of one file with the same content belong together`() {
        var (one, two) = (sampleNode("a"), sampleNode("b"))
        (one.links, two.links) = (2, 2)
        #expect(LinkKey(one, at: path("a")) == LinkKey(two, at: path("b")))
        two.content = [sampleID(1)]
        #expect(LinkKey(one, at: path("a")) != LinkKey(two, at: path("b")))
        two.content = []
        two.deviceID = 3
        #expect(LinkKey(one, at: path("a")) != LinkKey(two, at: path("b")))
    }

    @Test func `a file with one name shares nothing`() {
        let node = sampleNode("a")
        #expect(LinkKey(node, at: path("a")) == LinkKey(node, at: path("a")))
        #expect(LinkKey(node, at: path("a")) != LinkKey(node, at: path("b")))
    }
}
