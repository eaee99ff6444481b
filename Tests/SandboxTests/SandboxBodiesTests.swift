import Foundation
import OData
import Testing

@testable import Sandbox

/// Bodies of the control surface: what is read, and what a slip of the pen is told.
@Suite struct SandboxBodiesTests {
    private func refusal(_ body: () throws -> Void) -> ODataError? { #expect(throws: ODataError.self) { try body() } }

    private func bytes(_ json: String) -> [UInt8] { Array(json.utf8) }

    // MARK: The clock

    @Test func `every member of a clock's body is optional`() throws {
        let empty = try ClockBody.read(bytes("{}"))
        #expect(empty.now == nil)
        #expect(empty.advance == nil)
        #expect(empty.frozen == nil)
        let full = try ClockBody.read(bytes(#"{"advance": "P1D", "step": "PT1H", "frozen": false, "now": null}"#))
        #expect(full.advance == "P1D")
        #expect(full.step == "PT1H")
        #expect(!(try #require(full.frozen as Bool?)))
    }

    @Test(
        arguments: [
            (#"{"noww": "x"}"#, "There is no field 'noww'. Fields: advance, frozen, now, step.", "noww"),
            (#"{"now": 7}"#, "'now' must be a text.", "now"),
            (#"{"frozen": "yes"}"#, "'frozen' must be true or false.", "frozen"),
            ("[]", "The body must be a JSON object.", nil), ("7", "The body must be a JSON object.", nil),
        ] as [(String, String, String?)])
    func `a body that is none is refused with the place`(json: String, message: String, target: String?) {
        let error = refusal { _ = try ClockBody.read(bytes(json)) }
        #expect(error?.status == 400)
        #expect(error?.message == message)
        #expect(error?.target == target)
    }

    @Test(arguments: ["", "{", #"{"now": }"#, "{} {}"])
    func `what is no JSON is told with the byte`(json: String) {
        let error = refusal { _ = try ClockBody.read(bytes(json)) }
        #expect(error?.message.hasPrefix("The body is not JSON: ") == true)
        #expect(error?.message.contains("(byte ") == true)
    }

    // MARK: Files

    private func content(_ json: String) throws -> FileContent {
        let body = try FilesBody.read(bytes("{\"write\": {\"f\": \(json)}}"))
        return try #require(body.write.first?.content)
    }

    @Test(arguments: [
        (#""hé""#, #"text("hé")"#), (#"{"base64": "AP8="}"#, "bytes([0, 255])"),
        (#"{"sizeBytes": 10, "seed": 7}"#, "random(sizeBytes: 10, seed: 7)"),
        (#"{"sizeBytes": 0}"#, "random(sizeBytes: 0, seed: 1)"),
        (#"{"sizeBytes": 268435456}"#, "random(sizeBytes: 268435456, seed: 1)"),
    ])
    func `a file is a text, bytes, or so many random bytes`(json: String, expected: String) throws {
        #expect(String(describing: try content(json)) == expected)
    }

    @Test(arguments: [
        ("7", "'write.f' must be a JSON object."), ("{}", "neither a text nor has it 'base64' or 'sizeBytes'"),
        (#"{"base64": "AP8"}"#, "'write.f' must be a text"),
        (#"{"base64": "", "seed": 1}"#, "'write.f' must be a text"),
        (#"{"sizeBytes": 268435457}"#, "from 0 to 268435456"), (#"{"sizeBytes": 1, "seed": -1}"#, "from 0 to"),
        (#"{"size": 1}"#, "There is no field 'write.f.size'."),
    ])
    func `a file that is none of them is refused with its place`(json: String, words: String) {
        let error = refusal { _ = try content(json) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.target?.hasPrefix("write.f") == true)
    }

    @Test func `files keep the order of writing and the bytes of their names`() throws {
        let body = try FilesBody.read(bytes(#"{"write": {"b": "", "caf\u00e9": "", "cafe\u0301": "", "a": ""}}"#))
        let names = body.write.map { Array($0.path.utf8) }
        #expect(names == ["b", "caf\u{e9}", "cafe\u{301}", "a"].map { Array($0.utf8) })
    }

    @Test(
        arguments: [
            ("{}", nil), (#"{"ransomware": null}"#, nil), (#"{"ransomware": {}}"#, 1),
            (#"{"ransomware": {"seed": 9}}"#, 9),
        ] as [(String, UInt64?)])
    func `an attack is ordered by its member, with or without a seed`(json: String, seed: UInt64?) throws {
        #expect(try FilesBody.read(bytes(json)).ransomwareSeed == seed)
    }

    @Test(arguments: [
        (#"{"ransomware": {"seeds": 1}}"#, "ransomware.seeds"), (#"{"ransomware": 1}"#, "ransomware"),
        (#"{"delete": ["a", 1]}"#, "delete"), (#"{"delete": "a"}"#, "delete"), (#"{"write": []}"#, "write"),
    ])
    func `a slip in a body of files is named`(json: String, target: String) {
        #expect(refusal { _ = try FilesBody.read(bytes(json)) }?.target == target)
    }

    // MARK: Tenants

    @Test func `a tenant is read whole`() throws {
        let tenant = try TenantBody.read(
            bytes(
                #"""
                {"users": [{"userPrincipalName": "ada@x", "displayName": "Ada", "drive": {"f": ""}},
                           {"userPrincipalName": "bob@x"}],
                 "groups": [{"displayName": "G", "members": ["ada@x"]}, {"displayName": "Empty"}],
                 "sites": [{"name": "s", "libraries": {"Documents": {"f": "", "g": ""}, "Empty": {}}}]}
                """#))
        #expect(tenant.users.map(\.userPrincipalName) == ["ada@x", "bob@x"])
        #expect(tenant.users[0].drive?.count == 1)
        #expect(tenant.users[1].drive == nil)
        #expect(tenant.groups.map(\.members) == [["ada@x"], []])
        #expect(tenant.sites[0].libraries.map(\.name) == ["Documents", "Empty"])
        #expect(tenant.sites[0].libraries.map(\.files.count) == [2, 0])
    }

    @Test func `a tenant of nothing is a tenant`() throws {
        let tenant = try TenantBody.read(bytes("{}"))
        #expect(tenant.users.isEmpty)
        #expect(tenant.groups.isEmpty)
        #expect(tenant.sites.isEmpty)
    }

    @Test(arguments: [
        (#"{"users": [{}]}"#, "users[0].userPrincipalName"),
        (#"{"users": [{"userPrincipalName": "a"}, {"userPrincipalName": 1}]}"#, "users[1].userPrincipalName"),
        (#"{"users": [7]}"#, "users[0]"), (#"{"users": 7}"#, "users"),
        (#"{"users": [{"userPrincipalName": "a", "phone": "1"}]}"#, "users[0].phone"),
        (#"{"users": [{"userPrincipalName": "a", "drive": {"f": 1}}]}"#, "users[0].drive.f"),
        (#"{"groups": [{"displayName": "g", "members": "a"}]}"#, "groups[0].members"),
        (#"{"groups": [{}]}"#, "groups[0].displayName"), (#"{"sites": [{}]}"#, "sites[0].name"),
        (#"{"sites": [{"name": "s", "libraries": []}]}"#, "sites[0].libraries"),
        (#"{"sites": [{"name": "s", "libraries": {"L": 1}}]}"#, "sites[0].libraries.L"),
        (#"{"sites": [{"name": "s", "libraries": {"L": {"f": 1}}}]}"#, "sites[0].libraries.L.f"),
    ])
    func `a slip in a tenant is named by its place`(json: String, target: String) {
        #expect(refusal { _ = try TenantBody.read(bytes(json)) }?.target == target)
    }

    // MARK: Paths

    @Test(arguments: ["", "/a", "a/", "a//b", ".", "..", "a/../b", "a\u{0}b"])
    func `a path that is none is refused`(path: String) {
        let error = refusal { try SandboxFiles.check([path]) }
        #expect(error?.status == 400)
        #expect(error?.target == path)
    }

    @Test func `names have at most 255 bytes`() throws {
        try SandboxFiles.check([String(repeating: "x", count: 255)])
        let long = String(repeating: "ü", count: 128)
        #expect(refusal { try SandboxFiles.check(["a/\(long)"]) }?.message.contains("255 bytes") == true)
    }

    @Test(arguments: [["a", "a/b"], ["a/b/c", "x", "a"]])
    func `a file cannot be the folder of another`(paths: [String]) {
        #expect(refusal { try SandboxFiles.check(paths) }?.message.hasPrefix("'a' cannot be a file") == true)
    }

    @Test func `names that only begin alike are no folders of each other`() throws {
        try SandboxFiles.check(["a", "ab", "a b/c", "a.b"])
    }
}
