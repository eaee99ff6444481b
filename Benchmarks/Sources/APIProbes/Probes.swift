import Catalog
import CatalogSQLite
import Foundation
import Hummingbird
import Logging

/// Two servers in one, which do as little as an HTTP API can: `/constant/<bytes>` answers a body
/// that is always the same, `/row` also writes one durable row through the single writer with group
/// commit first, and answers with the first size. Nothing can answer faster on this machine with
/// this library and this database.
///
/// Usage: APIProbes <port> <database file> <sizes of bodies in bytes, with commas>
@main struct Probes {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let sizes = arguments.last?.split(separator: ",").compactMap { Int($0) } ?? []
        guard arguments.count == 4, let port = Int(arguments[1]), let smallest = sizes.first else {
            print("usage: APIProbes <port> <database file> <sizes of bodies in bytes, with commas>")
            exit(2)
        }
        let driver = try SQLiteDriver(path: arguments[2])
        try await driver.write { connection in
            try connection.execute(
                "CREATE TABLE IF NOT EXISTS \"probe\" (\"id\" TEXT PRIMARY KEY NOT NULL, \"body\" TEXT NOT NULL)", [])
        }
        var logger = Logger(label: "probes")
        logger.logLevel = .error
        func body(_ size: Int) -> ByteBuffer { ByteBuffer(repeating: UInt8(ascii: "x"), count: size) }
        let created = body(smallest)
        let bodies = Dictionary(sizes.map { ("/constant/\($0)", body($0)) }, uniquingKeysWith: { first, _ in first })
        let headers: HTTPFields = [.contentType: "application/json"]
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in
                if request.uri.path == "/row" {
                    _ = try await request.body.collect(upTo: 1 << 20)
                    let id = UUID().uuidString
                    try await driver.write { connection in
                        try connection.execute(
                            "INSERT INTO \"probe\" (\"id\", \"body\") VALUES (?, ?)", [.text(id), .text("{}")])
                    }
                    return Response(status: .created, headers: headers, body: .init(byteBuffer: created))
                }
                guard let body = bodies[request.uri.path] else { return Response(status: .notFound) }
                return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
            },
            configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
        try await application.runService()
    }
}
