import Testing
import Texts

@testable import Connectors

private let composed = "\u{e9}lan@x"
private let decomposed = "e\u{301}lan@x"

/// Which of a person's folders counts.
@Suite struct FolderNamesTests {
    private static let twins = ["ADELE@x", "Adele@x", "adele@x"]

    private func take(
        _ name: String, from names: inout FolderNames, last: String? = nil, spelling: String? = nil,
        isOthers: Bool = false
    ) -> (choice: FolderNames.Choice, left: [String]) {
        names.take(NameRule.anyCase.key(name), last: last, spelling: spelling) { _ in isOthers }
    }

    @Test func `a folder is its owner's in any case, and is given away once`() {
        var names = FolderNames("drives", ["Diego@x"])
        let first = take("dIEGO@X", from: &names)
        #expect(first.choice == .one("Diego@x"))
        #expect(first.left == [])
        #expect(take("Diego@x", from: &names).choice == .none)
        #expect(names.groups.isEmpty)
    }

    @Test(
        arguments: [
            ("adele@x", nil, "adele@x"), (nil, "Adele@x", "Adele@x"), ("ADELE@x", "adele@x", "ADELE@x"),
            ("gone@x", "adele@x", "adele@x"),
        ] as [(String?, String?, String)])
    func `of twins the one last seen counts, then the one spelled as the file says`(
        last: String?, spelling: String?, expected: String
    ) {
        var names = FolderNames("drives", Self.twins)
        let taken = take("adele@x", from: &names, last: last, spelling: spelling)
        #expect(taken.choice == .one(expected))
        #expect(taken.left == Self.twins.filter { $0 != expected })
        #expect(names.groups.isEmpty)
    }

    @Test(arguments: [(nil, nil), ("gone@x", nil), (nil, "aDELE@x")] as [(String?, String?)])
    func `of twins of which no one is known none counts`(last: String?, spelling: String?) {
        var names = FolderNames("drives", Self.twins)
        let taken = take("adele@x", from: &names, last: last, spelling: spelling)
        #expect(taken.choice == .several(Self.twins))
        #expect(taken.choice.name == nil)
        #expect(take("adele@x", from: &names).choice == .none)
    }

    @Test func `a folder that looks alike is taken where it is nobody else's`() {
        var names = FolderNames("drives", [decomposed])
        #expect(take(composed, from: &names, isOthers: true).choice == .none)
        #expect(names.groups.count == 1)
        let taken = take(composed, from: &names)
        #expect(taken.choice.name.map { Array($0.utf8) } == Array(decomposed.utf8))
        #expect(names.groups.isEmpty)
    }

    @Test func `a folder of the very name goes before one that looks alike`() {
        var names = FolderNames("drives", [decomposed, composed])
        let taken = take(composed, from: &names)
        #expect(taken.choice.name.map { Array($0.utf8) } == Array(composed.utf8))
        #expect(names.groups.keys.map { Array($0.string.utf8) } == [Array(decomposed.utf8)])
    }

    // MARK: What is remembered

    @Test func `a folder that stands alone is remembered`() {
        #expect(FolderNames.Choice.one("a").lastSeen(nil) == "a")
        #expect(FolderNames.Choice.one("a").lastSeen("b") == "a")
    }

    @Test func `a missing folder leaves what was remembered`() {
        #expect(FolderNames.Choice.none.lastSeen("b") == "b")
        #expect(FolderNames.Choice.none.lastSeen(.some(nil)) == nil)
        #expect(FolderNames.Choice.none.lastSeen(nil) == nil)
    }

    @Test func `twins of a person who was never seen are remembered as undecided`() {
        #expect(FolderNames.Choice.several(["a", "A"]).lastSeen(nil) == KnownName.unseen)
        #expect(FolderNames.Choice.several(["a", "A"]).lastSeen("a") == "a")
        #expect(FolderNames.Choice.several(["a", "A"]).lastSeen(.some(nil)) == nil)
    }
}

@Suite struct KnownNamesTests {
    /// Whether each of some spellings was new when it was learned.
    private func learn(_ spellings: KnownName..., into names: inout KnownNames) -> [Bool] {
        spellings.map { names.learn($0) }
    }

    @Test func `the first spelling stays the one of the id`() {
        var names = KnownNames()
        let areNew = learn(KnownName(person: "Adele@x"), KnownName(person: "adele@X"), into: &names)
        #expect(areNew == [true, false])
        #expect(names["ADELE@x"]?.person == "Adele@x")
        #expect(names["diego@x"] == nil)
    }

    @Test func `a folder spelled like the person needs no note of its own`() {
        var names = KnownNames()
        let areNew = learn(
            KnownName(person: "adele@x", drive: "adele@x", mailbox: "Adele@x"),
            KnownName(person: "adele@x", mailbox: "Adele@x"), into: &names)
        #expect(areNew == [true, false])
        #expect(names["adele@x"] == KnownName(person: "adele@x", mailbox: "Adele@x"))
    }

    @Test func `a later spelling of a folder replaces an earlier one`() {
        var names = KnownNames([KnownName(person: "adele@x", drive: "Adele@x")])
        let areNew = learn(KnownName(person: "adele@x", drive: "ADELE@x"), into: &names)
        #expect(areNew == [true])
        #expect(names["adele@x"]?.drive == "ADELE@x")
    }

    @Test func `spellings compare by bytes, so a Mac's is another one`() {
        var names = KnownNames([KnownName(person: composed, drive: "\u{c9}lan@x")])
        #expect(names[decomposed] == nil)
        let areNew = learn(
            KnownName(person: composed, drive: "E\u{301}lan@x"), KnownName(person: decomposed), into: &names)
        #expect(areNew == [true, true])
    }
}

/// Which entry of `directory.json` describes which folder of `sites`.
@Suite struct SiteNamesTests {
    private let composed = "Caf\u{e9}"
    private let decomposed = "Cafe\u{301}"
    private let id = "aaaaaaaa-0000-4000-8000-0000000000ee"

    private func names(_ folders: [String], described name: String) throws -> SiteNames {
        let json = #"{"sites": [{"name": "\#(name)", "id": "\#(id)", "displayName": "Described"}]}"#
        return SiteNames(folders, try DirectoryFile(parsing: Array(json.utf8)), identifier: { "id of \($0)" })
    }

    private func described(_ names: SiteNames) -> [[UInt8]] {
        names.sites.filter { $0.described != nil }.map { Array($0.name.utf8) }
    }

    @Test func `a site that the file does not name has the id of its path`() throws {
        let names = try names(["other", "team"], described: "team")
        #expect(names.sites.map(\.id) == ["id of sites/other", id])
        #expect(names.sites.map { $0.described?.displayName } == [nil, "Described"])
    }

    @Test func `of two that look the same, the one with the bytes is described`() throws {
        let names = try names([decomposed, composed], described: composed)
        #expect(described(names) == [Array(composed.utf8)])
        #expect(names.sites.count == 2)
    }

    @Test func `a single look-alike is described, of two neither is`() throws {
        #expect(described(try names([decomposed], described: composed)) == [Array(decomposed.utf8)])
        let (one, other, third) = ("\u{1ed9}", "\u{f4}\u{323}", "\u{1ecd}\u{302}")
        #expect(described(try names([one, other], described: third)) == [])
    }

    @Test func `a site whose path gives an id that the file gives another is left out, with a warning`() throws {
        let json = #"{"sites": [{"name": "a", "id": "\#(id)"}]}"#
        let names = SiteNames(
            ["a", "b"], try DirectoryFile(parsing: Array(json.utf8)), identifier: { _ in id })
        #expect(names.sites.map(\.name) == ["a"])
        #expect(names.notices.count == 1)
        #expect(
            names.notices[0].hasPrefix("'sites/b' is left out: its id \(id) is what directory.json gives 'sites/a'"))
    }
}
