import Foundation
import Testing

@testable import OData

@Suite struct HeadersTests {
    @Test(arguments: ["content-type", "CONTENT-TYPE", "Content-Type"])
    func `a field is found by its name in any case`(name: String) {
        let headers: Headers = ["Content-Type": "a"]
        #expect(headers[name] == "a")
        #expect(headers.all(name) == ["a"])
    }

    /// Only ASCII letters have case: `[` and `{` differ in the same bit.
    @Test(arguments: [("a[", "a{"), ("a@", "a`"), ("a_", "a\u{7f}"), ("K", "\u{212a}"), ("a", "ab")])
    func `other characters have no case`(name: String, other: String) {
        let headers: Headers = [name: "x"]
        #expect(headers[other] == nil)
    }

    @Test func `fields of one name keep their order, and the first counts`() {
        var headers: Headers = ["A": "1"]
        headers.add("b", "2")
        headers.add("a", "3")
        #expect(headers["A"] == "1")
        #expect(headers.all("a") == ["1", "3"])
        #expect(headers.fields.map(\.name) == ["A", "b", "a"])
    }

    @Test func `setting replaces every field of the name`() {
        var headers: Headers = ["A": "1", "b": "2", "a": "3"]
        headers["a"] = "4"
        #expect(headers.all("A") == ["4"])
        #expect(headers.fields.count == 2)
        headers["A"] = nil
        #expect(headers["a"] == nil)
        #expect(headers.fields.map(\.name) == ["b"])
    }
}

@Suite struct RequestIdentityTests {
    private func id(_ text: String) -> String? { RequestIdentity.clientRequestID(in: ["Client-Request-Id": text]) }

    @Test func `a client's id is echoed where it is 1 to 128 visible characters`() {
        #expect(id("!~") == "!~")
        #expect(id(String(repeating: "x", count: 128))?.count == 128)
        #expect(id(String(repeating: "x", count: 129)) == nil)
        #expect(id("") == nil)
        #expect(RequestIdentity.clientRequestID(in: Headers()) == nil)
    }

    @Test(arguments: ["a b", "a\tb", "a\r\nb", "\u{7f}", "é", "\u{0}"])
    func `an id that could break a header is not echoed`(text: String) { #expect(id(text) == nil) }
}

@Suite struct ODataErrorTests {
    private let identity = RequestIdentity(requestID: "r", clientRequestID: "c", date: Date(timeIntervalSince1970: 0))

    /// Source: contract errors.md, generic Graph errors; RFC 9110 and RFC 6585 for those that it does not list.
    @Test(arguments: [
        (ODataErrorCode.badRequest, 400, "BadRequest"), (.filterLengthExceeded, 400, "FilterLengthExceeded"),
        (.invalidAuthenticationToken, 401, "InvalidAuthenticationToken"), (.accessDenied, 403, "accessDenied"),
        (.resourceNotFound, 404, "ResourceNotFound"), (.methodNotAllowed, 405, "methodNotAllowed"),
        (.notAcceptable, 406, "notAcceptable"), (.conflict, 409, "conflict"), (.lengthRequired, 411, "lengthRequired"),
        (.preconditionFailed, 412, "preconditionFailed"), (.requestEntityTooLarge, 413, "requestEntityTooLarge"),
        (.uriTooLong, 414, "uriTooLong"), (.unsupportedMediaType, 415, "unsupportedMediaType"),
        (.expectationFailed, 417, "expectationFailed"), (.failedDependency, 424, "FailedDependency"),
        (.tooManyRequests, 429, "TooManyRequests"),
        (.requestHeaderFieldsTooLarge, 431, "requestHeaderFieldsTooLarge"),
        (.internalServerError, 500, "InternalServerError"), (.notImplemented, 501, "notImplemented"),
        (.serviceNotAvailable, 503, "serviceNotAvailable"), (.httpVersionNotSupported, 505, "httpVersionNotSupported"),
    ])
    func `a code of the protocol has its status and spelling`(code: ODataErrorCode, status: Int, spelling: String) {
        let error = ODataError(code, "m")
        #expect(error.status == status)
        #expect(error.code == spelling)
    }

    @Test func `two codes are the same where their spellings are`() {
        #expect(ODataErrorCode("BadRequest", status: 400) == .badRequest)
        #expect(Set([ODataErrorCode("gone", status: 410), ODataErrorCode("gone", status: 404)]).count == 1)
        #expect(ODataErrorCode("badrequest", status: 400) != .badRequest)
    }

    @Test func `only 405 says which methods there are, and only what is to be repeated says when`() {
        let refused = ODataError.methodNotAllowed("PUT", allow: ["GET", "PATCH"]).response(for: identity)
        #expect(refused.headers["Allow"] == "GET, PATCH")
        #expect(refused.headers["Retry-After"] == nil)
        let busy = ODataError(.serviceNotAvailable, "m", retryAfterSeconds: 3).response(for: identity)
        #expect(busy.headers["Retry-After"] == "3")
        #expect(busy.headers["Allow"] == nil)
        #expect(ODataError.methodNotAllowed("PUT", allow: []).response(for: identity).headers["Allow"] == "")
    }

    @Test func `members that are empty are left out`() {
        let error = ODataError(.badRequest, "m").response(for: identity).json["error"]?.objectValue
        #expect(error?.names == ["code", "message", "innerError"])
        let full = ODataError(
            status: 400, code: "a", message: "m", target: "t", details: [.init(code: "b", message: "n")]
        ).response(for: identity).json["error"]
        #expect(full?.objectValue?.names == ["code", "message", "target", "details", "innerError"])
        #expect(full?["details"] == [["code": "b", "message": "n"]])
    }

    @Test func `a fault in a body is told with its place`() {
        var fault = JSONParseError(offset: 17, message: "A comma was expected.")
        #expect(ODataError(fault).message == "The body is not valid JSON: A comma was expected. (at byte 17)")
        #expect(ODataError(fault).target == nil)
        fault.property = "a/b[2]"
        #expect(ODataError(fault).message.hasSuffix("(at byte 17 in 'a/b[2]')"))
        #expect(ODataError(fault).target == "a/b[2]")
    }

    @Test func `a long fault is cut`() {
        var fault = JSONParseError(offset: 1, message: String(repeating: "x", count: 5000))
        fault.property = String(repeating: "y", count: 5000)
        let error = ODataError(fault)
        #expect(error.message.count < 700)
        #expect((error.target ?? "").count <= 201)
    }

    @Test func `only a plain 400 takes another code`() {
        let other = ODataErrorCode("InvalidThing", status: 400)
        #expect(ODataError.badRequest("m", target: "t").recoded(other).code == "InvalidThing")
        #expect(ODataError.badRequest("m", target: "t").recoded(other).target == "t")
        #expect(ODataError.notFound("m").recoded(other).code == "ResourceNotFound")
        #expect(ODataError(.filterLengthExceeded, "m").recoded(other).code == "FilterLengthExceeded")
        #expect(ODataError.requestEntityTooLarge.recoded(other) == .requestEntityTooLarge)
    }
}

@Suite struct PermissionsTests {
    private let permissions = Permissions(delegated: ["A", "B"], application: ["C"])

    private func refusal(_ reader: Reader, of permissions: Permissions? = nil) -> ODataError? {
        do throws(ODataError) {
            try (permissions ?? self.permissions).check(reader)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        (CallerKind.delegated, ["A"], true), (.delegated, ["B"], true), (.delegated, ["C"], false),
        (.delegated, [], false),
        (.application, ["C"], true), (.application, ["A", "B"], false), (.delegated, ["a"], false),
        (.delegated, ["X", "B"], true),
    ])
    func `any permission of the caller's kind will do`(kind: CallerKind, held: [String], isAllowed: Bool) {
        #expect((refusal(Reader(kind: kind, permissions: Set(held))) == nil) == isAllowed)
    }

    @Test func `a refusal names what is missing`() {
        let error = refusal(Reader(permissions: []))
        #expect(error?.status == 403)
        #expect(error?.message == "The token lacks the permission: A or B.")
    }

    @Test func `what a kind of caller is never offered says so`() {
        let peopleOnly = Permissions(delegated: ["A"], application: [])
        let error = refusal(Reader(kind: .application, permissions: ["A"]), of: peopleOnly)
        #expect(error?.message.contains("not offered to application tokens") == true)
        #expect(refusal(Reader(permissions: ["A"]), of: peopleOnly) == nil)
    }
}
