import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A response whose body is read while it comes.
final class BodyReader: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    // Sound because the session calls its delegate from one queue, and the streams are safe to use
    // from any thread.
    private let head = AsyncThrowingStream<HTTPURLResponse, any Error>.makeStream()
    private let body = AsyncThrowingStream<Data, any Error>.makeStream()

    /// Sends a request, and gives the head of the response and its body.
    static func open(_ request: URLRequest) async throws -> (HTTPURLResponse, AsyncThrowingStream<Data, any Error>) {
        let reader = BodyReader()
        let session = URLSession(configuration: .ephemeral, delegate: reader, delegateQueue: nil)
        let task = session.dataTask(with: request)
        reader.body.continuation.onTermination = { _ in
            task.cancel()
            session.finishTasksAndInvalidate()
        }
        task.resume()
        for try await head in reader.head.stream { return (head, reader.body.stream) }
        throw URLError(.badServerResponse)
    }

    func urlSession(
        _: URLSession, dataTask _: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        if let response = response as? HTTPURLResponse { head.continuation.yield(response) }
        completionHandler(.allow)
    }

    func urlSession(_: URLSession, dataTask _: URLSessionDataTask, didReceive data: Data) {
        body.continuation.yield(data)
    }

    func urlSession(_: URLSession, task _: URLSessionTask, didCompleteWithError error: (any Error)?) {
        head.continuation.finish(throwing: error)
        body.continuation.finish(throwing: error)
    }
}
