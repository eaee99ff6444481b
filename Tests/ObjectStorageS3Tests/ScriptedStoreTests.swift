import BackupTesting
import Foundation
import ObjectStorage
import Testing

@testable import ObjectStorageS3

/// What a store makes of answers that no real server gives on demand.
@Suite struct ScriptedStoreTests {
    // MARK: Reading

    @Test func `a part is asked for by its bytes`() async throws {
        let scripted = try ScriptedStore([.part("cde", "2-4/9")])
        #expect(try await scripted.store.read("data/ab/object", range: 2..<5) == Array("cde".utf8))
        #expect(scripted.requests == ["GET /bucket/place/unit/data/ab/object HTTP/1.1"])
        #expect(scripted.headers("range") == ["bytes=2-4"])
        #expect(scripted.headers("host") == [String(scripted.server.address.dropFirst("http://".count))])
    }

    @Test func `a part may come with the status of the whole`() async throws {
        let scripted = try ScriptedStore([.ok("cde", ["Content-Range": "bytes 2-4/9"])])
        #expect(try await scripted.store.read("config", range: 2..<5) == Array("cde".utf8))
    }

    /// An answer to a request for bytes 2 to 4, and what a store must make of it.
    struct WrongPart: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let answer: Answer
        let code: ObjectStoreError.Code
    }

    static let wrongParts = [
        WrongPart(testDescription: "everything", answer: .ok("abcdefghi"), code: .inputOutput),
        WrongPart(testDescription: "cut at the end", answer: .part("cd", "2-3/4"), code: .outOfRange),
        WrongPart(testDescription: "416", answer: .error(416, "InvalidRange"), code: .outOfRange),
        WrongPart(testDescription: "another part", answer: .part("bcd", "1-3/9"), code: .inputOutput),
        WrongPart(testDescription: "more than the part", answer: .part("cdef", "2-5/9"), code: .inputOutput),
        WrongPart(testDescription: "more bytes than it says", answer: .part("cdefgh", "2-4/9"), code: .inputOutput),
        WrongPart(testDescription: "no range", answer: Answer(status: 206, body: "cde"), code: .inputOutput),
        WrongPart(testDescription: "a range of nonsense", answer: .part("cde", "x-y/z"), code: .inputOutput),
    ]

    @Test(arguments: wrongParts) func `another part than was asked for is no answer`(wrong: WrongPart) async throws {
        let scripted = try ScriptedStore([wrong.answer])
        let failure = await failure { _ = try await scripted.store.read("config", range: 2..<5) }
        #expect(failure?.code == wrong.code)
        #expect(scripted.requests.count == 1)
    }

    @Test(arguments: [
        Answer(status: 206, raw: "HTTP/1.1 206 Part\r\nContent-Length: 3\r\nContent-Range: bytes 2-4/9\r\n\r\ncd"),
        .part("cd", "2-4/9"),
    ])
    func `an answer that ends early is asked for again`(answer: Answer) async throws {
        let scripted = try ScriptedStore([answer, .part("cde", "2-4/9")])
        var buffer = Array("what was there before".utf8)
        try await scripted.store.read("config", range: 2..<5, into: &buffer)
        #expect(buffer == Array("cde".utf8))
        #expect(scripted.requests.count == 2)
    }

    @Test func `an empty part asks for the size only`() async throws {
        let scripted = try ScriptedStore([.head(200, length: 5)])
        #expect(try await scripted.store.read("config", range: 5..<5) == [])
        #expect(await failure { _ = try await scripted.store.read("config", range: 6..<6) }?.code == .outOfRange)
        #expect(scripted.requests.allSatisfy { $0.hasPrefix("HEAD ") })
    }

    @Test func `a whole object has the size that it says`() async throws {
        let endless = Answer(
            status: 200, raw: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n")
        let huge = Answer(status: 200, raw: "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nabc")
        for answer in [endless, huge] {
            let scripted = try ScriptedStore([answer])
            #expect(await failure { _ = try await scripted.store.read("config") }?.code == .inputOutput)
        }
    }

    @Test func `what cannot be asked about is told apart from what is missing`() async throws {
        let denied = try ScriptedStore([.head(403)])
        let failure = try #require(await failure { _ = try await denied.store.stat("config") })
        #expect(failure.code == .permissionDenied)
        #expect(failure.message.contains("s3:ListBucket"))
        let missing = try ScriptedStore([.head(404)])
        #expect(try await missing.store.stat("config") == nil)
        #expect(missing.requests.count == 1)
    }

    // MARK: Listing

    private func page(_ keys: [String], next: String? = nil) -> Answer {
        let objects = keys.map { "<Contents><Key>\($0)</Key><Size>1</Size></Contents>" }.joined()
        let more = next.map {
            "<IsTruncated>true</IsTruncated><NextContinuationToken>\($0)</NextContinuationToken>"
        }
        return .ok("<ListBucketResult>\(objects)\(more ?? "")</ListBucketResult>")
    }

    @Test func `a list goes on where its page ended`() async throws {
        let scripted = try ScriptedStore([
            page(["place/unit/data/a"], next: "+/="), page(["place/unit/data/b", "place/unit/data/"]),
        ])
        #expect(try await scripted.store.list(prefix: "data/").map(\.name) == ["data/a", "data/b"])
        let query = "list-type=2&encoding-type=url&max-keys=1000&prefix=place%2Funit%2Fdata%2F"
        #expect(
            scripted.requests == [
                "GET /bucket?\(query) HTTP/1.1", "GET /bucket?\(query)&continuation-token=%2B%2F%3D HTTP/1.1",
            ])
    }

    @Test(arguments: ["place/unit.beside/a", "place/other/a", "../x", "a"])
    func `a name that lies elsewhere is no part of a list`(key: String) async throws {
        let scripted = try ScriptedStore([page([key])])
        #expect(await failure { _ = try await scripted.store.list(prefix: "") }?.code == .inputOutput)
    }

    @Test func `a name that no store takes is left out`() async throws {
        let scripted = try ScriptedStore([page(["place/unit/../../x", "place/unit/a", "place/unit/a b"])])
        #expect(try await scripted.store.list(prefix: "").map(\.name) == ["a"])
    }

    @Test func `a list that does not go on is given up`() async throws {
        let scripted = try ScriptedStore([page([], next: "same")])
        #expect(await failure { _ = try await scripted.store.list(prefix: "") }?.code == .inputOutput)
        #expect(scripted.requests.count == 2)
    }

    @Test(arguments: ["", "<html>Welcome</html>", "<ListBucketResult><Contents>"])
    func `what is no list is not taken for an empty one`(body: String) async throws {
        let scripted = try ScriptedStore([.ok(body)])
        #expect(await failure { _ = try await scripted.store.list(prefix: "") }?.code == .inputOutput)
    }

    @Test func `a list that is longer than any is given up`() async throws {
        let scripted = try ScriptedStore([.ok(String(repeating: " ", count: (16 << 20) + 1))])
        #expect(await failure { _ = try await scripted.store.list(prefix: "") }?.code == .inputOutput)
    }

    // MARK: Writing

    @Test func `what is stored carries a checksum`() async throws {
        let scripted = try ScriptedStore([.ok()])
        try await scripted.store.write("config", Array("hello".utf8))
        #expect(scripted.headers("content-md5") == ["XUFAKrxLKna5cZ2REBfFkg=="])
        let other = try ScriptedStore([.ok()]) { $0.checksum = .sha256 }
        try await other.store.write("config", Array("hello".utf8))
        #expect(other.headers("x-amz-checksum-sha256") == ["LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="])
        #expect(other.headers("content-md5") == [nil])
    }

    @Test func `a store that refuses a wrong SHA-256 gets one with each object`() async throws {
        let scripted = try ScriptedStore([.error(400, "BadDigest"), .ok()]) { $0.checksum = .auto }
        try await scripted.store.write("config", [1])
        try await scripted.store.write("config", [2])
        #expect(scripted.requests.count == 3)
        #expect(scripted.headers("content-md5") == [nil, nil, nil])
    }

    @Test(arguments: [Answer.ok(), .error(501, "NotImplemented")])
    func `a store that does not look at SHA-256 gets MD5`(answer: Answer) async throws {
        let scripted = try ScriptedStore([answer, .ok()]) { $0.checksum = .auto }
        try await scripted.store.write("config", [1])
        #expect(scripted.headers("content-md5").last == "VaVACK0bpYmqIQ0mKcHfQQ==")
        // The wrong one that was stored is removed.
        #expect(scripted.requests.contains { $0.hasPrefix("DELETE ") } == (answer.status == 200))
    }

    @Test func `of creators at once one is told so`() async throws {
        let scripted = try ScriptedStore([.head(404), .error(412, "PreconditionFailed")])
        #expect(try await !scripted.store.create("config", [1]))
        #expect(scripted.headers("if-none-match") == [nil, "*"])
    }

    @Test func `a creator whose answer was lost is told that it stored its bytes`() async throws {
        let lost = [Answer.head(404), .silence, .error(412, "PreconditionFailed")]
        for (found, isOurs) in [("a", true), ("b", false)] {
            let scripted = try ScriptedStore(lost + [.ok(found)])
            #expect(try await scripted.store.create("config", Array("a".utf8)) == isOurs)
            #expect(scripted.requests.count == 4)
        }
    }

    // MARK: Deleting

    @Test func `many objects are deleted by one request each thousand`() async throws {
        let scripted = try ScriptedStore([.ok("<DeleteResult/>")])
        try await scripted.store.deleteAll((0..<1001).map { "data/\($0)" })
        #expect(scripted.requests == Array(repeating: "POST /bucket?delete HTTP/1.1", count: 2))
        #expect(scripted.server.requests[1].contains("<Object><Key>place/unit/data/1000</Key></Object>"))
        #expect(scripted.headers("content-md5").allSatisfy { $0 != nil })
    }

    @Test func `a deletion that failed among many is told by name`() async throws {
        let scripted = try ScriptedStore([
            .ok(
                """
                <DeleteResult><Error><Key>place/unit/gone</Key><Code>NoSuchKey</Code></Error>\
                <Error><Key>place/unit/b</Key><Code>AccessDenied</Code></Error></DeleteResult>
                """)
        ])
        let failure = try #require(await failure { try await scripted.store.deleteAll(["gone", "b"]) })
        #expect(failure.code == .permissionDenied)
        #expect(failure.name == "b")
    }

    @Test func `deletions that may succeed later are made again`() async throws {
        let slow = "<DeleteResult><Error><Key>place/unit/b</Key><Code>SlowDown</Code></Error></DeleteResult>"
        let scripted = try ScriptedStore([.ok(slow), .ok("<DeleteResult/>")])
        try await scripted.store.deleteAll(["a", "b"])
        #expect(scripted.requests.count == 2)
        #expect(scripted.time.pauses.count == 1)
    }

    @Test func `a page of a proxy is no result of deletions`() async throws {
        let scripted = try ScriptedStore([.ok("<html/>")])
        #expect(await failure { try await scripted.store.deleteAll(["a"]) }?.code == .inputOutput)
    }

    // MARK: Cancelling

    @Test func `a read that is cancelled ends, and leaves room for others`() async throws {
        let (began, hasBegun) = AsyncStream<Void>.makeStream()
        let hold = DispatchSemaphore(value: 0)
        let server = try ScriptedServer { connection, number in
            guard connection.request() != nil else { return }
            guard number == 0 else { return connection.answer(200, [:], "whole") }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nthe first of many")
            hasBegun.finish()
            hold.wait()
        }
        var settings = try S3Settings("s3://bucket", at: server.address)
        settings.maximumRequests = 1
        let store = S3Bucket(settings, TurnedTime().environment(), logger: .quiet).store(at: "unit")
        let task = Task { try await store.read("config") }
        for await _ in began {}
        task.cancel()
        await #expect(throws: ObjectStoreError.self) { try await task.value }
        #expect(try await store.read("config") == Array("whole".utf8))
        hold.signal()
    }
}
