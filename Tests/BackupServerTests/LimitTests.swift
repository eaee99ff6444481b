import BackupAPI
import BackupTesting
import OData
import Testing

@testable import BackupServer

@Suite struct ConcurrencyGateTests {
    @Test func `as many pass as the gate is wide, and one that leaves makes room`() async {
        let gate = ConcurrencyGate(maximum: 2)
        let inner = await gate.pass {
            await gate.pass { await gate.pass { 3 } == nil ? "third refused" : "third passed" } ?? "second refused"
        }
        #expect(inner == "third refused")
        #expect(await gate.pass { 1 } == 1)
    }

    @Test func `a refusal takes no place`() async {
        let gate = ConcurrencyGate(maximum: 1)
        let answers = await gate.pass {
            let refused = [await gate.pass { 1 }, await gate.pass { 2 }]
            return refused.allSatisfy { $0 == nil }
        }
        #expect(answers == true)
        #expect(await gate.pass { 1 } == 1)
    }

    @Test func `a gate of no width lets nobody through`() async {
        #expect(await ConcurrencyGate(maximum: 0).pass { 1 } == nil)
    }
}

@Suite struct RequestThrottleTests {
    private let clock = ManualClock()

    private func refusal(_ throttle: RequestThrottle, _ id: String = "a", path: String = "/v1.0/x") -> ODataError? {
        throttle.refusal(
            of: ODataRequest(method: "GET", rawPath: path), Principal(applicationID: id, permissions: []))
    }

    @Test(arguments: [(0.001, 1), (0.5, 1), (1.0, 1), (1.01, 2), (59.9, 60)])
    func `the time to wait is rounded up to whole seconds`(seconds: Double, wait: Int) {
        let error = RequestThrottle.tooMany(afterSeconds: seconds, "Too many.")
        #expect(error.status == 429)
        #expect(error.code == "TooManyRequests")
        #expect(error.retryAfterSeconds == wait)
        #expect(error.message == "Too many. Try again in \(wait) seconds.")
    }

    @Test func `an application has its burst, in any spelling of its id`() {
        let throttle = RequestThrottle(requestsPerSecond: 0.1, burst: 2, clock: clock)
        #expect(refusal(throttle, "ABC") == nil)
        #expect(refusal(throttle, "abc") == nil)
        #expect(refusal(throttle, "Abc")?.retryAfterSeconds == 10)
        #expect(refusal(throttle, "abd") == nil)
    }

    @Test func `a client that waits as told is let in`() {
        let throttle = RequestThrottle(requestsPerSecond: 0.3, burst: 1, clock: clock)
        #expect(refusal(throttle) == nil)
        let wait = refusal(throttle)?.retryAfterSeconds ?? 0
        #expect(wait == 4)
        clock.turn(seconds: Double(wait))
        #expect(refusal(throttle) == nil)
    }

    @Test(arguments: ["/v1.0/$batch", "/beta/$BATCH"]) func `a batch itself does not count`(path: String) {
        let throttle = RequestThrottle(requestsPerSecond: 0.1, burst: 1, clock: clock)
        for _ in 0..<5 { #expect(refusal(throttle, path: path) == nil) }
        #expect(refusal(throttle) == nil)
        #expect(refusal(throttle) != nil)
    }
}

@Suite struct SignInGuardTests {
    private let clock = ManualClock()

    @Test func `a client id waits after its failures, others of the address do not`() {
        let signIns = SignInGuard(failuresPerMinute: 3, clock: clock)
        for _ in 0..<3 {
            #expect(signIns.wait(address: "192.0.2.1", client: "a") == nil)
            signIns.failed(address: "192.0.2.1", client: "a")
        }
        #expect(signIns.wait(address: "192.0.2.1", client: "a") == 20)
        #expect(signIns.wait(address: "192.0.2.1", client: "A") == 20)
        #expect(signIns.wait(address: "192.0.2.1", client: "b") == nil)
        #expect(signIns.wait(address: "192.0.2.2", client: "a") == nil)
        clock.turn(seconds: 20)
        #expect(signIns.wait(address: "192.0.2.1", client: "a") == nil)
    }

    @Test func `an address waits after ten times as many failures`() {
        let signIns = SignInGuard(failuresPerMinute: 1, clock: clock)
        for number in 0..<10 { signIns.failed(address: "192.0.2.1", client: "\(number)") }
        #expect(signIns.wait(address: "192.0.2.1", client: "another") == 6)
        #expect(signIns.failed(address: "192.0.2.1") == 6)
        #expect(signIns.failed(address: "192.0.2.2") == nil)
    }

    @Test func `bad tokens and failed sign-ins of an address count together`() {
        let signIns = SignInGuard(failuresPerMinute: 1, clock: clock)
        for _ in 0..<9 { #expect(signIns.failed(address: "192.0.2.1") == nil) }
        signIns.failed(address: "192.0.2.1", client: "a")
        #expect(signIns.failed(address: "192.0.2.1") != nil)
    }

    @Test(arguments: [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ("192.0.2.1", "192.0.2.2", false),
    ])
    func `the addresses of one IPv6 network are one`(first: String, second: String, areOne: Bool) {
        let signIns = SignInGuard(failuresPerMinute: 1, clock: clock)
        signIns.failed(address: first, client: "a")
        #expect((signIns.wait(address: second, client: "a") != nil) == areOne)
    }

    @Test func `a client id is told from others by its first 64 characters`() {
        let signIns = SignInGuard(failuresPerMinute: 1, clock: clock)
        let long = String(repeating: "x", count: 64)
        signIns.failed(address: "192.0.2.1", client: long + "a")
        #expect(signIns.wait(address: "192.0.2.1", client: long + "b") != nil)
        #expect(signIns.wait(address: "192.0.2.1", client: String(long.dropLast()) + "b") == nil)
    }
}

@Suite struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "9.255.255.255", false),
        ("10.0.0.4/30", "10.0.0.7", true), ("10.0.0.4/30", "10.0.0.8", false), ("10.0.0.4/30", "10.0.0.3", false),
        ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.0", false), ("192.0.2.1/32", "192.0.2.1", true),
        ("0.0.0.0/0", "255.1.2.3", true), ("0.0.0.0/0", "2001:db8::1", false), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false), ("::/0", "10.0.0.1", true),
        ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
        ("::ffff:10.0.0.0/104", "10.9.9.9", true), ("fe80::1", "fe80::1%eth0", true),
    ])
    func `a range has the addresses that begin with its bits`(range: String, address: String, isInside: Bool) throws {
        let found = try #require(AddressRange(range)).contains(try #require(IPAddress(address)))
        #expect(found == isInside)
    }

    @Test(arguments: ["", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "[::1]", "::1::", "1.2.3.4:80", "x"])
    func `what is no address is none`(text: String) { #expect(IPAddress(text) == nil) }

    @Test func `an address of version 4 is one in both forms`() throws {
        let plain = try #require(IPAddress("127.0.0.1"))
        #expect(plain == IPAddress("::ffff:127.0.0.1"))
        #expect(plain.isVersion4)
        let six = try #require(IPAddress("::1"))
        #expect(!six.isVersion4)
    }
}

@Suite struct TargetLimitTests {
    private let limit = TargetLimit(maximumBytes: 40)

    private func isBroken(pathBytes: Int, _ query: String = "") -> Bool {
        limit.isBroken(by: "/" + String(repeating: "a", count: pathBytes - 1) + query)
    }

    @Test func `a target is as long as the limit says`() {
        #expect(!isBroken(pathBytes: 40))
        #expect(isBroken(pathBytes: 41))
        #expect(limit.isBroken(by: String(repeating: "é", count: 21)))
    }

    @Test(arguments: ["?$skiptoken=", "?$SkipToken=", "?a=b&skiptoken="]) func `a page token does not count`(
        option: String
    ) {
        let token = String(repeating: "x", count: 1000)
        #expect(!isBroken(pathBytes: 40 - option.utf8.count, option + token))
        #expect(isBroken(pathBytes: 41 - option.utf8.count, option + token))
    }

    @Test func `what stands behind the token counts`() {
        let query = "?$skiptoken=" + String(repeating: "x", count: 1000) + "&a=1"
        #expect(!isBroken(pathBytes: 24, query))
        #expect(isBroken(pathBytes: 25, query))
    }

    @Test func `a token counts beyond its own bound`() {
        let token = String(repeating: "x", count: TargetLimit.maximumPageTokenBytes + 1)
        #expect(!isBroken(pathBytes: 27, "?$skiptoken=" + token))
        #expect(isBroken(pathBytes: 28, "?$skiptoken=" + token))
    }
}
