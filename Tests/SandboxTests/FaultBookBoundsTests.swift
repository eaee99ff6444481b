import OData
import Testing

@testable import Sandbox

/// How failures are kept: numbered, bounded, the oldest first.
@Suite struct FaultBookBoundsTests {
    private let book = FaultBook()

    private static func fault(_ path: String, code: String = "gone", remaining: Int? = nil) -> Fault {
        var fault = Fault(
            id: "", target: .request(method: nil, path: PathPattern(path)), code: code, message: "m", status: 410)
        fault.remaining = remaining
        return fault
    }

    private func refusal(_ path: String = "/a") -> ODataError? {
        book.refusal(of: ODataRequest(method: "GET", rawPath: path))
    }

    @Test func `each order gets a name of its own, also after others went`() throws {
        let first = try #require(book.order(Self.fault("/a")))
        #expect(book.remove(id: first.id))
        let second = try #require(book.order(Self.fault("/a")))
        #expect(first.id != second.id)
    }

    @Test func `the oldest that fits strikes first`() {
        for code in ["gone", "locked"] { #expect(book.order(Self.fault("/a", code: code, remaining: 1)) != nil) }
        #expect(refusal()?.code == "gone")
        #expect(refusal()?.code == "locked")
        #expect(refusal() == nil)
    }

    @Test func `the book has a bound, and room again when one goes`() throws {
        for _ in 0..<FaultBook.maximumFaults { _ = try #require(book.order(Self.fault("/a", remaining: 1))) }
        #expect(book.order(Self.fault("/b")) == nil)
        #expect(refusal() != nil)
        #expect(book.order(Self.fault("/b")) != nil)
        #expect(book.faults.count == FaultBook.maximumFaults)
    }

    @Test func `strikes are counted down and up`() throws {
        _ = book.order(Self.fault("/a", remaining: 3))
        _ = refusal()
        _ = refusal("/b")
        let left = try #require(book.faults.first)
        #expect(left.struck == 1)
        #expect(left.remaining == 2)
    }

    @Test func `all of them can go at once`() {
        for path in ["/a", "/b"] { _ = book.order(Self.fault(path)) }
        book.removeAll()
        #expect(book.faults.isEmpty)
        #expect(refusal() == nil)
    }

    @Test func `a refusal shows the order's words`() throws {
        _ = book.order(Self.fault("/a"))
        let error = try #require(refusal())
        #expect(error.status == 410)
        #expect(error.message == "m")
        #expect(error.retryAfterSeconds == nil)
    }
}
