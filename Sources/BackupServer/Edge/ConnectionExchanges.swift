import NIOHTTP1
import OData

/// The requests of one connection and the obligations of their answers, as a value: which answer
/// has no body, which one ends the connection, and whether a client still waits for 100.
///
/// ```
/// head ──▶ open ──answer's head──▶ answering ──answer's end──▶ (next request, or ending)
///   └─ breaks a rule, or is no HTTP ─▶ failed
///
/// failed: the requests before it are answered, then the refusal is sent, then the connection ends.
/// ```
/// Source: RFC 9110, sections 9.3.2 (`HEAD`) and 10.1.1 (`Expect`); RFC
/// 9112, section 9 (persistence).
struct ConnectionExchanges {
    private struct Exchange {
        var isHead: Bool
        /// Whether it is HTTP/1.0 with keep-alive, which the answer must confirm.
        var isKeptAlive: Bool
        /// Whether the client, or its version of HTTP, ends the connection with the answer.
        var ends: Bool
        var awaitsContinue: Bool
        var isWhole = false
        /// Whether the answer said that the connection ends.
        var saidClose = false
    }

    /// What becomes of a part that arrived.
    enum Arrival {
        case pass(HTTPServerRequestPart)
        case drop
        /// Everything from here on is dropped, and the client gets the refusal in its turn.
        case refuse
    }

    /// What becomes of a part that is to be sent.
    enum Departure {
        case send(HTTPServerResponsePart)
        case drop
        /// In place of the part the refusal of what could not be read, as a whole answer.
        case refuse(ODataError)
        /// The part, and then no more: the connection's sending half is closed.
        case sendLast(HTTPServerResponsePart)
    }

    /// Oldest first: answers come in the order of requests.
    private var open: [Exchange] = []
    private var failure: ODataError?
    /// Whether what failed is the body of the newest open request, which is answered like any
    /// other, and not the next head.
    private var failedWithinBody = false
    /// Whether the newest request's answer is through and its body is not.
    private var isAwaitingRest = false
    private var isSendingRefusal = false
    private var isEnding = false

    mutating func arrived(_ part: HTTPServerRequestPart) -> Arrival {
        guard failure == nil, !isEnding else { return .drop }
        switch part {
        case .head(let head): return arrived(head)
        case .body:
            if !open.isEmpty { open[open.count - 1].awaitsContinue = false }
            return .pass(part)
        case .end:
            isAwaitingRest = false
            if !open.isEmpty {
                open[open.count - 1].isWhole = true
                open[open.count - 1].awaitsContinue = false
            }
            return .pass(part)
        }
    }

    private mutating func arrived(_ head: HTTPRequestHead) -> Arrival {
        if let refusal = RequestHeadRules.refusal(of: head) {
            failure = refusal
            return .refuse
        }
        var plain = RequestHeadRules.plain(head)
        // The decoder reads no further behind a request that offers another protocol.
        let offersUpgrade = head.headers.contains(name: "Upgrade")
        let ends = !head.isKeepAlive || offersUpgrade
        if ends { plain.headers.replaceOrAdd(name: "Connection", value: "close") }
        open.append(
            Exchange(
                isHead: head.method == .HEAD, isKeptAlive: !ends && !RequestHeadRules.isVersion11(head), ends: ends,
                awaitsContinue: RequestHeadRules.expectsContinue(head)))
        return .pass(.head(plain))
    }

    /// Records bytes that are not HTTP. Returns true for the first failure, which the
    /// other handlers must see.
    mutating func failed(_ error: HTTPParserError) -> Bool {
        guard failure == nil, !isEnding else { return false }
        failure = RequestHeadRules.refusal(of: error)
        failedWithinBody = open.last.map { !$0.isWhole } ?? isAwaitingRest
        return true
    }

    /// Whether 100 must be sent now, because the body of the current request is about to be read.
    mutating func continues() -> Bool {
        guard let first = open.first, first.awaitsContinue else { return false }
        open[0].awaitsContinue = false
        return true
    }

    mutating func leaves(_ part: HTTPServerResponsePart) -> Departure {
        switch part {
        case .head(let head) where head.status.code < 200: return .send(part)
        case .head(let head): return leaves(head)
        case .body: return isSendingRefusal || open.first?.isHead == true ? .drop : .send(part)
        case .end:
            if isSendingRefusal { return .drop }
            guard !open.isEmpty else { return .send(part) }
            let done = open.removeFirst()
            if open.isEmpty { isAwaitingRest = !done.isWhole }
            guard done.saidClose else { return .send(part) }
            isEnding = true
            // The reader of requests closes the connection itself where the request said so.
            return done.ends ? .send(part) : .sendLast(part)
        }
    }

    private mutating func leaves(_ head: HTTPResponseHead) -> Departure {
        guard let exchange = open.first else {
            // No request is open, so this is the library's own bare answer to unreadable bytes.
            isSendingRefusal = true
            isEnding = true
            return failedWithinBody
                ? .drop : .refuse(failure ?? .badRequest("The request is not well-formed HTTP/1.1."))
        }
        var head = head
        let isBroken = failedWithinBody && open.count == 1
        // The rest of a body that is too large is read and dropped, but not
        // to serve another request.
        let isCut = head.status == .payloadTooLarge && !exchange.isWhole
        if exchange.ends || exchange.awaitsContinue || isBroken || isCut {
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            open[0].saidClose = true
        } else if exchange.isKeptAlive {
            head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
        }
        return .send(.head(head))
    }
}
