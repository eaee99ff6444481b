import BackupTesting
import Connectors
import Foundation
import Logging
import OData
import Testing

@testable import Sandbox

/// A description is used whole or not at all, and names are kept by their bytes.
@Suite final class SandboxTenantTests {
    private static let id = "0a1b2c3d-0003-4000-8000-000000000003"
    private let place = FileManager.default.temporaryDirectory.appending(path: "holdfast-sandbox-\(UUID().uuidString)")
    private var folder: URL { place.appending(path: "tenant") }
    private let tenant: SandboxTenant

    init() throws {
        let folder = place.appending(path: "tenant")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let open: @Sendable (URL) throws -> any Tenant = {
            try FolderTenant(
                folder: $0.path, id: Self.id, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        tenant = SandboxTenant(
            folder: folder, tenant: try open(folder), clock: ManualClock(),
            makeID: { "0a1b2c3d-0004-4000-8000-000000000004" }, openTenant: open)
    }

    deinit { try? FileManager.default.removeItem(at: place) }

    private func replace(_ json: String) throws { try tenant.replace(by: TenantBody.read(Array(json.utf8))) }

    @Test func `file names that differ by normalisation only are two files`() throws {
        try replace(
            #"{"users": [{"userPrincipalName": "ada@x.example", "drive": {"caf\u00e9": "one", "cafe\u0301": "two!"}}]}"#
        )
        let files = try tenant.drive("ada@x.example").list()
        #expect(files.map { Array($0.path.utf8) } == [Array("cafe\u{301}".utf8), Array("caf\u{e9}".utf8)])
        #expect(files.map(\.sizeBytes) == [4, 3])
    }

    @Test(arguments: [
        #"{"users": [{"userPrincipalName": "a\u0000b"}]}"#, #"{"users": [{"userPrincipalName": ".."}]}"#,
        #"{"users": [{"userPrincipalName": "a/b"}]}"#,
        #"{"users": [{"userPrincipalName": "x"}, {"userPrincipalName": "X"}]}"#,
        #"{"users": [{"userPrincipalName": "x", "drive": {"a": "file", "a/b": "beneath it"}}]}"#,
        #"{"users": [{"userPrincipalName": "x", "drive": {"a/../b": ""}}]}"#,
        #"{"users": [{"userPrincipalName": "x", "drive": {"a": {"sizeBytes": -1}}}]}"#,
        #"{"users": [{"userPrincipalName": "x", "drive": {"a": {"sizeBytes": 1, "base64": ""}}}]}"#,
        #"{"users": [{"userPrincipalName": "x", "drive": {"a": {"base64": "?"}}}]}"#,
        #"{"users": [{"userPrincipalName": "x", "id": "no uuid"}]}"#,
        #"{"users": [{"userPrincipalName": "x", "phone": "1"}]}"#,
        #"{"sites": [{"name": "a"}, {"name": "a"}]}"#, #"{"sites": [{"name": "a", "libraries": {"": {}}}]}"#,
        #"""
        {"users": [{"userPrincipalName": "x", "id": "0a1b2c3d-0001-4000-8000-000000000001"}, \#
        {"userPrincipalName": "y", "id": "0a1b2c3d-0001-4000-8000-000000000001"}]}
        """#,
        #"{"groups": [{"displayName": "g", "members": ["nobody"]}]}"#, #"{"users": {}}"#, "[]", #"{"users": [{}]}"#,
    ])
    func `a description that cannot be used changes nothing`(json: String) throws {
        try replace(#"{"users": [{"userPrincipalName": "ada@x.example", "drive": {"kept.txt": "kept"}}]}"#)
        let error = #expect(throws: ODataError.self) { try replace(json) }
        #expect(error?.status == 400)
        #expect(try tenant.drive("ada@x.example").list().map(\.path) == ["kept.txt"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["tenant"])
    }

    @Test func `a name longer than a file system takes is refused before anything is written`() throws {
        let name = String(repeating: "ü", count: 128)
        let error = #expect(throws: ODataError.self) {
            try replace(#"{"users": [{"userPrincipalName": "x", "drive": {"ok": "", "\#(name)/y": ""}}]}"#)
        }
        #expect(error?.message.contains("255 bytes") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test(arguments: [
        (#"{"write": {"kept.txt/x": ""}}"#, 400), (#"{"write": {"folder": ""}}"#, 400), (#"{"delete": ["gone"]}"#, 404),
        (#"{"write": {"new": ""}, "delete": ["gone"]}"#, 404), (#"{"write": {"new": ""}, "delte": []}"#, 400),
        (#"{"ransomware": {"seed": -1}}"#, 400), (#"{"delete": "kept.txt"}"#, 400),
    ])
    func `changes that cannot all be made are not begun`(json: String, status: Int) throws {
        try replace(#"{"users": [{"userPrincipalName": "x", "drive": {"kept.txt": "kept", "folder/a": "a"}}]}"#)
        let error = #expect(throws: ODataError.self) {
            let body = try FilesBody.read(Array(json.utf8))
            try tenant.drive("x").requireRoom(for: body)
        }
        #expect(error?.status == status)
    }

    @Test func `what is written in the same body may be deleted in it`() throws {
        try replace(#"{"users": [{"userPrincipalName": "x", "drive": {}}]}"#)
        let body = try FilesBody.read(Array(#"{"write": {"a/b": ""}, "delete": ["a"]}"#.utf8))
        try tenant.drive("x").requireRoom(for: body)
    }
}
