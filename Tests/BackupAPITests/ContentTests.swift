import BackupAPI
import BackupTesting
import Catalog
import Foundation
import OData
import Testing

/// The content of backups over the additions.
@Suite struct ContentTests {
    private let harness: RestoreHarness
    private let session: String

    init() async throws {
        harness = try await RestoreHarness()
        let (_, point) = try await harness.protectedDrive()
        session = try await harness.browseSession(point)
    }

    private func key(_ path: String) async throws -> String {
        let answer = await harness.post("/browseSessions/\(session)/resolve", ["paths": [.string(path)]])
        return try #require(answer.values.first?["itemKey"]?.stringValue)
    }

    private func content(_ path: String, _ fields: Headers = Headers(), more: String = "") async throws -> ODataResponse
    {
        await harness.get("/browseSessions/\(session)/content?itemKey=\(try await key(path))\(more)", fields)
    }

    @Test func `paths are resolved in their order`() async throws {
        let answer = await harness.post(
            "/browseSessions/\(session)/resolve", ["paths": ["Plans/notes.txt", "none", "Plans"]])
        #expect(answer.status == 200)
        #expect(answer.values.map { $0.text("path") } == ["Plans/notes.txt", "none", "Plans"])
        #expect(answer.values.map { $0.text("name") } == ["notes.txt", nil, "Plans"])
        #expect(answer.values.map { $0.text("type") } == ["file", nil, "folder"])
        #expect(answer.values[0].text("sizeInBytes") == "14")
        #expect(answer.values[1]["itemKey"] == .null)
    }

    @Test func `a file is sent so that no browser runs it`() async throws {
        let answer = try await content("Plans/notes.txt")
        #expect(answer.status == 200)
        #expect(try await answer.content() == Array("notes of March".utf8))
        #expect(answer.stream?.length == 14)
        #expect(answer.headers["Content-Type"] == "application/octet-stream")
        #expect(answer.headers["Content-Disposition"]?.hasPrefix("attachment; filename=\"notes.txt\"") == true)
        #expect(answer.headers["Content-Security-Policy"] == "sandbox")
        #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
        #expect(answer.headers["Cache-Control"] == "no-store, no-transform")
        #expect(answer.headers["Accept-Ranges"] == "bytes")
    }

    @Test(
        arguments: [
            ("bytes=0-4", 206, "notes", "bytes 0-4/14"), ("bytes=9-", 206, "March", "bytes 9-13/14"),
            ("bytes=-5", 206, "March", "bytes 9-13/14"), ("bytes=14-", 416, "", "bytes */14"),
            ("bytes=0-1,3-4", 200, "notes of March", nil),
            ("bytes=0-99999999999999999999999", 206, "notes of March", "bytes 0-13/14"),
        ] as [(String, Int, String, String?)])
    func `a range of a file is a part of it`(range: String, status: Int, text: String, field: String?) async throws {
        let answer = try await content("Plans/notes.txt", ["Range": range])
        #expect(answer.status == status)
        #expect(String(decoding: try await answer.content(), as: UTF8.self) == text)
        #expect(answer.headers["Content-Range"] == field)
    }

    @Test func `a range goes on only in the same content, and a known content is not sent`() async throws {
        let tag = try #require(try await content("Plans/notes.txt").headers["ETag"])
        #expect(try await content("Plans/notes.txt", ["Range": "bytes=0-1", "If-Range": tag]).status == 206)
        #expect(try await content("Plans/notes.txt", ["Range": "bytes=0-1", "If-Range": "\"x\""]).status == 200)
        #expect(try await content("Plans/notes.txt", ["If-None-Match": "\"x\", \(tag)"]).status == 304)
        #expect(try await content("bread order.docx").headers["ETag"] != tag)
    }

    @Test func `previews are text, or images that are known`() async throws {
        let text = try await content("Plans/notes.txt", more: "&preview=text")
        #expect(try await text.content() == Array("notes of March".utf8))
        #expect(text.headers["Content-Type"] == "application/octet-stream")
        let image = try await content("Plans/notes.txt", more: "&preview=image")
        #expect(image.status == 422)
        #expect(try await content("Plans/notes.txt", more: "&preview=html").status == 400)
    }

    @Test func `what is no file, no key or no session is refused`() async throws {
        let path = "/browseSessions/\(session)/content"
        #expect(await harness.get("\(path)?itemKey=\(try await key("Plans"))").status == 404)
        #expect(await harness.get("\(path)?itemKey=x").status == 404)
        #expect(await harness.get(path).status == 400)
        #expect(await harness.get("/browseSessions/none/content?itemKey=x").status == 404)
        #expect(await harness.get("\(path)?itemKey=x&other=1").status == 400)
    }

    @Test func `a caller that may not restore gets nothing`() async throws {
        let reader = harness.principal(["BackupRestore-Restore.Read.All"])
        let key = try await key("Plans/notes.txt")
        #expect(await harness.get("/browseSessions/\(session)/content?itemKey=\(key)", as: reader).status == 403)
        let body: JSONValue = ["browseSessionId": .string(session), "itemKeys": [.string(key)], "format": "raw"]
        #expect(await harness.post("/downloads", body, as: reader).status == 403)
        #expect(
            await harness.post("/browseSessions/\(session)/resolve", ["paths": ["Plans"]], as: reader).status == 403)
    }

    @Test func `a download is made and fetched by the same caller`() async throws {
        let body: JSONValue = [
            "browseSessionId": .string(session), "itemKeys": [.string(try await key("Plans/notes.txt"))],
            "format": "raw",
        ]
        let created = await harness.post("/downloads", body)
        #expect(created.status == 201)
        #expect(created.json.text("fileName") == "notes.txt")
        #expect(created.json.text("sizeInBytes") == "14")
        #expect(created.json.text("expiresDateTime") != nil)
        #expect(created.headers["Location"]?.hasSuffix("/holdfast/v1.0/downloads/\(created.id)") == true)
        let fetched = await harness.get("/downloads/\(created.id)", ["Range": "bytes=0-4"])
        #expect(fetched.status == 206)
        #expect(try await fetched.content() == Array("notes".utf8))
        let other = harness.principal(application: UUID().uuidString)
        #expect(await harness.get("/downloads/\(created.id)", as: other).status == 404)
    }

    @Test func `an archive says its length before it is sent`() async throws {
        let body: JSONValue = [
            "browseSessionId": .string(session), "itemKeys": [.string(try await key("Plans"))], "format": "zip",
        ]
        let created = await harness.post("/downloads", body)
        #expect(created.json.text("fileName") == "Plans.zip")
        let fetched = await harness.get("/downloads/\(created.id)", ["Accept": "text/html,*/*;q=0.8"])
        let bytes = try await fetched.content()
        #expect(fetched.stream?.length == bytes.count)
        #expect(bytes.starts(with: Array("PK".utf8)))
        #expect(created.json.text("sizeInBytes") == "\(bytes.count)")
    }

    @Test func `a batch takes no streams`() async throws {
        let request: JSONValue = [
            "requests": [
                [
                    "id": "1", "method": "GET",
                    "url": .string("/browseSessions/\(session)/content?itemKey=\(try await key("Plans/notes.txt"))"),
                ]
            ]
        ]
        let answer = await harness.post("/$batch", request)
        #expect(answer["responses"]?.arrayValue?.first?["status"] == .int(400))
    }
}
