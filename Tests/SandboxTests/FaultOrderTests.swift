import Foundation
import OData
import Testing

@testable import Sandbox

/// Which failures can be ordered, and what an order that cannot be fulfilled is told.
@Suite struct FaultOrderTests {
    private static let unit = "0a1b2c3d-0001-4000-8000-000000000001"
    private static let target = #""unit": "\#(unit)", "code": "UnknownError""#

    private func read(_ json: String) throws -> Fault { try FaultOrder.fault(from: FaultBody.read(Array(json.utf8))) }

    private func refusal(_ json: String) -> ODataError? { #expect(throws: ODataError.self) { try read(json) } }

    // MARK: What is ordered

    @Test(arguments: [
        ("", Fault.Target.backup(unitID: unit)), (#""operation": "backup", "#, .backup(unitID: unit)),
        (#""operation": "restore", "#, .restore(unitID: unit)),
    ])
    func `a unit fails in its backups unless its restores are named`(operation: String, target: Fault.Target) throws {
        let code = #""code": "UnknownError""#
        #expect(try read("{\(operation)\"unit\": \"\(Self.unit.uppercased())\", \(code)}").target == target)
    }

    @Test(arguments: ["", #""operation": "restore", "#])
    func `an artifact fails in its restore`(operation: String) throws {
        let fault = try read("{\(operation)\"artifact\": \"\(Self.unit)\", \"code\": \"UnknownError\"}")
        #expect(fault.target == .artifact(id: Self.unit))
    }

    @Test func `an order that says little gets what is usual`() throws {
        let fault = try read("{\(Self.target)}")
        #expect(fault.message == "Ordered through the sandbox.")
        #expect(!fault.isRetryable)
        #expect(fault.remaining == nil)
        #expect(fault.struck == 0)
    }

    @Test func `an order may say everything`() throws {
        let fault = try read("{\(Self.target), \"message\": \"Full.\", \"times\": 3, \"retryable\": true}")
        #expect(fault.message == "Full.")
        #expect(fault.isRetryable)
        #expect(fault.remaining == 3)
    }

    @Test func `a request has the status of its code unless another is named`() throws {
        let order = #""request": {"method": "patch", "path": "/users"}, "code": "TooManyRequests""#
        let usual = try read("{\(order)}")
        #expect(usual.target == .request(method: "PATCH", path: PathPattern("/users")))
        #expect(usual.status == 429)
        #expect(usual.retryAfterSeconds == 5)
        let other = try read("{\(order), \"status\": 599, \"retryAfterSeconds\": 0}")
        #expect(other.status == 599)
        #expect(other.retryAfterSeconds == 0)
    }

    @Test func `a status that does not ask for another try has no time to wait`() throws {
        let fault = try read(#"{"request": {"path": "/users"}, "code": "TooManyRequests", "status": 409}"#)
        #expect(fault.retryAfterSeconds == nil)
    }

    // MARK: What is refused

    @Test(
        arguments: [
            (#"{"code": "UnknownError"}"#, "Give one of 'unit', 'artifact' and 'request'.", nil),
            ("{\(target), \"artifact\": \"\(unit)\"}", "Give one of 'unit', 'artifact' and 'request'.", nil),
            ("{\(target), \"operation\": \"prune\"}", "'operation' is 'backup' or 'restore'", "operation"),
            ("{\(target), \"status\": 500}", "belong to requests", "status"),
            ("{\(target), \"retryAfterSeconds\": 1}", "belong to requests", "status"),
            (#"{"request": {"path": "/a"}, "code": "gone", "operation": "backup"}"#, "belong to units", "operation"),
            (#"{"request": {"path": "/a"}, "code": "gone", "retryable": true}"#, "belong to units", "operation"),
            (#"{"request": {"path": "/a"}, "code": "UnknownError"}"#, "no transient refusal. Codes: ", "code"),
            (#"{"unit": "x", "code": "UnknownError"}"#, "'x' is not the id", nil),
            ("{\"unit\": \"\(unit)\", \"code\": \"gone\"}", "does not occur there. Codes: InvalidArtifactId, ", "code"),
            ("{\(target), \"times\": 0}", "'times' must be a whole number from 1", "times"),
            (#"{"request": {}, "code": "gone"}"#, "'request.path' is missing.", "request.path"),
            (#"{"unit": 7, "code": "UnknownError"}"#, "'unit' must be a text.", "unit"),
        ] as [(String, String, String?)])
    func `a refusal says what is wrong and where`(json: String, words: String, target: String?) {
        let error = refusal(json)
        #expect(error?.status == 400)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.target == target)
    }

    @Test func `a message has at most a thousand characters`() throws {
        let longest = String(repeating: "é", count: 1000)
        #expect(try read("{\(Self.target), \"message\": \"\(longest)\"}").message == longest)
        #expect(refusal("{\(Self.target), \"message\": \"\(longest)x\"}")?.target == "message")
    }

    // MARK: Paths

    @Test(arguments: [
        ("/users", "/v1.0/users"), ("/users", "/beta/USERS"), ("users/", "/users"), ("/v1.0/users", "/beta/users"),
        ("/a/*/b", "/v1.0/a/anything/b"), ("/a/*", "/a/%2A"), ("/a b", "/a%20b"), ("/*", "/x"),
    ])
    func `a pattern fits a path of any version, in any case`(pattern: String, path: String) {
        #expect(PathPattern(pattern).matches(path))
    }

    @Test(arguments: [
        ("/users", "/users/x"), ("/users/*", "/users"), ("/a/*/b", "/a/x/y/b"), ("/a*", "/ab"), ("/users", "/"),
        ("/users", "/v2.0/users"), ("/a/b", "/a%2Fb"),
    ])
    func `a pattern fits whole segments only`(pattern: String, path: String) {
        #expect(!PathPattern(pattern).matches(path))
    }

    @Test func `a pattern is shown without its version`() {
        #expect(PathPattern("/v1.0/Users/*").description == "/users/*")
    }

    // MARK: Answers

    private func answer(_ fault: Fault) throws -> [String: Any] {
        let data = try JSONEncoder().encode(FaultAnswer(fault))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    @Test func `the answer about a unit has what belongs to jobs`() throws {
        var fault = try read("{\(Self.target), \"times\": 3}")
        (fault.id, fault.struck, fault.remaining) = ("7", 1, 2)
        let answer = try answer(fault)
        #expect(answer["id"] as? String == "7")
        #expect(answer["unit"] as? String == Self.unit)
        #expect(answer["operation"] as? String == "backup")
        #expect(try !#require(answer["retryable"] as? Bool))
        #expect(answer["timesLeft"] as? Int == 2)
        #expect(answer["timesStruck"] as? Int == 1)
        #expect(answer["status"] == nil)
    }

    @Test func `the answer about a request has what belongs to requests`() throws {
        let answer = try answer(try read(#"{"request": {"path": "/Users"}, "code": "TooManyRequests"}"#))
        #expect((answer["request"] as? [String: String]) == ["path": "/users"])
        #expect(answer["status"] as? Int == 429)
        #expect(answer["retryAfterSeconds"] as? Int == 5)
        #expect(answer["retryable"] == nil)
        #expect(answer["unit"] == nil)
    }
}
