import Testing

@testable import Connectors

private let composed = "\u{e9}lan@x.example"
private let decomposed = "e\u{301}lan@x.example"
private let first = "aaaaaaaa-0000-4000-8000-000000000001"
private let second = "aaaaaaaa-0000-4000-8000-000000000002"
private let group = "aaaaaaaa-0000-4000-8000-0000000000ff"

@Suite struct DirectoryFileTests {
    private func file(_ json: String) throws -> DirectoryFile { try DirectoryFile(parsing: Array(json.utf8)) }

    private func problem(_ json: String) -> String? {
        #expect(throws: DirectoryFile.Problem.self) { try file(json) }?.text
    }

    // MARK: Members of groups

    private func members(_ members: [String]) throws -> [Int] {
        let list = members.map { #""\#($0)""# }.joined(separator: ", ")
        return try file(
            """
            {"users": [{"id": "\(first)", "userPrincipalName": "adele@x.example"},
                       {"userPrincipalName": "\(composed)"}],
             "groups": [{"id": "\(group)", "displayName": "g", "members": [\(list)]}]}
            """
        ).groups[0].members
    }

    @Test(arguments: [
        (first, 0), (first.uppercased(), 0), ("adele@x.example", 0), ("ADELE@X.EXAMPLE", 0), (composed, 1),
        (decomposed, 1), ("\u{c9}LAN@x.example", 1),
    ])
    func `a member is named by id or by sign-in name, in any case and however composed`(
        name: String, user: Int
    ) throws {
        #expect(try members([name]) == [user])
    }

    @Test func `members keep their order and come once, however often and by whatever name`() throws {
        #expect(try members([composed, first, "Adele@x.example", decomposed]) == [1, 0])
    }

    @Test(arguments: ["who@x.example", "", second, "adele", "adele@x.example "])
    func `a member who is no user is an error that names the place`(name: String) {
        let problem = #expect(throws: DirectoryFile.Problem.self) { try members([first, name]) }
        #expect(problem?.text.hasPrefix("the field groups[0].members[1] is '\(name)', which is neither") == true)
    }

    @Test func `a member who could be two users is an error`() {
        // One letter with two marks can be written in three ways; the file has two of them.
        let json = """
            {"users": [{"userPrincipalName": "\u{1ed9}"}, {"userPrincipalName": "\u{f4}\u{323}"}],
             "groups": [{"id": "\(group)", "displayName": "g", "members": ["\u{1ecd}\u{302}"]}]}
            """
        #expect(problem(json)?.hasPrefix("the field groups[0].members[0] ") == true)
    }

    @Test func `a group without members has none`() throws {
        let groups = try file(#"{"groups": [{"id": "\#(group)", "displayName": "g"}]}"#).groups
        #expect(groups.map(\.members) == [[]])
    }

    // MARK: Names and ids

    @Test func `ids are kept in lower case`() throws {
        let file = try file(
            """
            {"tenantId": "\(second.uppercased())",
             "users": [{"userPrincipalName": "a", "id": "\(first.uppercased())"}]}
            """)
        #expect(file.tenantID == second)
        #expect(file.users.map(\.id) == [first])
    }

    @Test func `a user is found in any case, and by a look-alike only where no one has the name itself`() throws {
        let file = try file(
            #"{"users": [{"userPrincipalName": "\#(composed)"}, {"userPrincipalName": "Adele@x.example"}]}"#)
        #expect(file.user(exactly: "adele@X.example")?.userPrincipalName == "Adele@x.example")
        #expect(file.user(exactly: decomposed) == nil)
        #expect(file.user(named: decomposed)?.userPrincipalName == composed)
        #expect(file.user(named: "nobody") == nil)
    }

    @Test func `composed and decomposed names are two users`() throws {
        let file = try file(
            #"{"users": [{"userPrincipalName": "\#(composed)"}, {"userPrincipalName": "\#(decomposed)"}]}"#)
        let name = try #require(file.user(named: decomposed)?.userPrincipalName)
        #expect(Array(name.utf8) == Array(decomposed.utf8))
    }

    @Test func `names of sites compare by bytes, so case makes another site`() throws {
        let file = try file(#"{"sites": [{"name": "team"}, {"name": "Team"}]}"#)
        #expect(file.site(exactly: "Team") == file.sites[1])
        #expect(file.site(exactly: "TEAM") == nil)
        #expect(file.site(named: "TEAM") == nil)
    }

    @Test func `a name may have 255 bytes and no more`() throws {
        let longest = String(repeating: "\u{e9}", count: 127) + "a"
        #expect(longest.utf8.count == 255)
        #expect(try file(#"{"sites": [{"name": "\#(longest)"}]}"#).sites.count == 1)
        #expect(problem(#"{"sites": [{"name": "\#(longest)b"}]}"#)?.hasPrefix("the field sites[0].name is ") == true)
    }

    @Test(arguments: ["", ".", "..", ".hidden", "a/b", #"\u0000"#, #"a\u0000b"#])
    func `a name that cannot be a folder's is an error`(name: String) {
        for field in ["sites[0].name", "users[0].userPrincipalName"] {
            let (list, key) = field.hasPrefix("sites") ? ("sites", "name") : ("users", "userPrincipalName")
            let text = problem(#"{"\#(list)": [{"\#(key)": "\#(name)"}]}"#)
            #expect(text?.hasPrefix("the field \(field) is '") == true)
        }
    }

    @Test(arguments: [
        (#"{"users": [{"userPrincipalName": "a", "displayName": "x\u0000"}]}"#, "users[0].displayName"),
        (#"{"users": [{"userPrincipalName": "a", "mail": "\u0000"}]}"#, "users[0].mail"),
        (#"{"groups": [{"id": "\#(group)", "displayName": "\u0000"}]}"#, "groups[0].displayName"),
        (#"{"sites": [{"name": "a", "displayName": "\u0000"}]}"#, "sites[0].displayName"),
    ])
    func `a text with NUL, which the catalogue cannot keep, is an error`(json: String, field: String) {
        #expect(problem(json) == "the field \(field) holds a NUL character")
    }

    @Test(arguments: [
        (
            """
            {"users": [{"userPrincipalName": "a", "id": "\(first)"}, {"userPrincipalName": "b", "id": "\(first)"}]}
            """,
            "users[1].id", "users[0]"
        ),
        (
            """
            {"users": [{"userPrincipalName": "a"}, {"userPrincipalName": "b", "id": "\(first)"},
                       {"userPrincipalName": "c", "id": "\(first.uppercased())"}]}
            """, "users[2].id", "users[1]"
        ),
        (
            #"{"users": [{"userPrincipalName": "a"}, {"userPrincipalName": "A"}]}"#, "users[1].userPrincipalName",
            "users[0]"
        ),
        (
            #"{"groups": [{"id": "\#(group)", "displayName": "g"}, {"id": "\#(group)", "displayName": "h"}]}"#,
            "groups[1].id", "groups[0]"
        ),
        (#"{"sites": [{"name": "a"}, {"name": "b"}, {"name": "a"}]}"#, "sites[2].name", "sites[0]"),
        (
            #"{"sites": [{"name": "a", "id": "\#(first)"}, {"name": "b", "id": "\#(first)"}]}"#, "sites[1].id",
            "sites[0]"
        ),
    ])
    func `what must be unique names both places`(json: String, field: String, other: String) {
        #expect(problem(json) == "the field \(field) repeats that of \(other); each must be different")
    }

    @Test func `an id of a user may be one of a group or site, which are other things`() throws {
        let file = try file(
            """
            {"users": [{"userPrincipalName": "a", "id": "\(first)"}], "sites": [{"name": "s", "id": "\(first)"}],
             "groups": [{"id": "\(first)", "displayName": "g"}]}
            """)
        #expect(file.users[0].id == file.sites[0].id)
        #expect(file.users[0].id == file.groups[0].id)
    }

    @Test(arguments: ["{}", #"{"users": null, "groups": null, "sites": null}"#, #"{"users": [], "other": {"a": [1]}}"#])
    func `what is not written is not there`(json: String) throws {
        let file = try file(json)
        #expect(file.tenantID == nil)
        #expect(file.users.isEmpty)
        #expect(file.groups.isEmpty)
        #expect(file.sites.isEmpty)
    }

    @Test(arguments: [
        (
            #"{"users": [{"userPrincipalName": "a", "mail": 1}]}"#,
            "the field users[0].mail has the wrong type; expected a text"
        ),
        (#"{"users": {"a": 1}}"#, "the field users has the wrong type; expected a list"),
        (#"{"users": [null]}"#, "the field users[0] is null; expected an object"),
        (#"{"groups": [{"id": "x"}]}"#, "the field groups[0].displayName is missing"),
        (#"{"sites": [{"name": null}]}"#, "the field sites[0].name is null; expected a text"),
        ("7", "the field at the top has the wrong type; expected an object"),
    ])
    func `a field of another type is told with what belongs there`(json: String, text: String) {
        #expect(problem(json) == text)
    }
}

@Suite struct JSONSyntaxTests {
    @Test(arguments: [
        "{}", "[]", " [ ] ", "0", "-1.5e+3", "true", "null", #""""#, #""\"""#, #""\\""#, #"{"a": [1, {"b": null}]}"#,
        "[[[[1]]]]\n",
    ])
    func `what is JSON has no error`(text: String) {
        #expect(JSONSyntax.firstError(in: Array(text.utf8)) == nil)
    }

    /// Columns are counted in bytes from 1, at the byte that cannot stand there.
    @Test(arguments: [
        ("", 1, 1), ("tru", 1, 1), ("[1 2]", 1, 4), (#"{"a" 1}"#, 1, 6), (#"{"a":1,}"#, 1, 8), ("[1,]", 1, 4),
        ("{1:2}", 1, 2), ("[1]x", 1, 4), (#""abc"#, 1, 5), ("\"a\nb\"", 1, 3), ("{\n  \"a\": [1,\n  }", 3, 3),
        ("[\"\u{e9}\" 1]", 1, 7), ("[", 1, 2), (#"{"a":"#, 1, 6), ("\u{feff}{}", 1, 1), ("{'a':1}", 1, 2),
    ])
    func `what is not JSON is placed`(text: String, line: Int, column: Int) {
        let place = JSONSyntax.firstError(in: Array(text.utf8))
        #expect(place?.line == line)
        #expect(place?.column == column)
    }
}
