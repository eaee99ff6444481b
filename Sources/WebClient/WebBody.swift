import AsyncHTTPClient
public import Foundation
import NIOCore

/// The body of an answer, which is read while it comes. Whoever stops reading ends the connection.
public struct WebBody: AsyncSequence, Sendable {
    let bytes: HTTPClientResponse.Body

    public struct AsyncIterator: AsyncIteratorProtocol {
        var bytes: HTTPClientResponse.Body.AsyncIterator

        /// The bytes that came next; nil at the end.
        /// - Throws: `WebFailure`, or `CancellationError`.
        public mutating func next() async throws -> Data? {
            do {
                return try await bytes.next().map { Data($0.readableBytesView) }
            } catch {
                throw WebFailure.explained(error)
            }
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: bytes.makeAsyncIterator()) }

    /// The body read to its end.
    /// - Throws: `WebFailure.tooLong` where it is longer than that.
    public func data(limitBytes: Int) async throws -> Data {
        var all = Data()
        for try await bytes in self {
            guard all.count + bytes.count <= limitBytes else { throw WebFailure.tooLong }
            all += bytes
        }
        return all
    }

    /// The body's beginning, as much as somebody reads of an error.
    public func beginning(limitBytes: Int = 1 << 20) async throws -> Data {
        var all = Data()
        for try await bytes in self {
            all += bytes.prefix(limitBytes - all.count)
            if all.count >= limitBytes { break }
        }
        return all
    }
}

/// The head of an answer, and the body that follows.
public struct WebStream: Sendable {
    public let status: Int
    /// By name in lower case; values of equal names are joined by commas.
    public let headers: [String: String]
    public let body: WebBody
}
