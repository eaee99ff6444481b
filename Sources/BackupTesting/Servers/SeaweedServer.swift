import Foundation
import Glibc
import WebClient

/// SeaweedFS as a server of S3: how it is started, and when it is ready.
///
/// It keeps versions and Object Lock. Its service may do what the page on S3 asks for and no more; its
/// administrator may do everything; whoever does not sign may make buckets.
struct SeaweedServer {
    let command: [String]
    let address: String

    init(programs: URL, folder: URL) throws {
        let ports = try Self.freePorts(4)
        address = "http://127.0.0.1:\(ports[3])"
        let identities = folder.appending(path: "identities.json")
        try JSONEncoder().encode(Identities()).write(to: identities)
        let data = folder.appending(path: "data")
        try FileManager.default.createDirectory(at: data, withIntermediateDirectories: false)
        command = [
            programs.appending(path: "weed").path, "server", "-dir=\(data.path)", "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1", "-master.port=\(ports[0])", "-volume.port=\(ports[1])", "-filer",
            "-filer.port=\(ports[2])", "-filer.localSocket=\(folder.path)/filer.sock", "-s3", "-s3.port=\(ports[3])",
            "-s3.localSocket=\(folder.path)/s3.sock", "-s3.config=\(identities.path)",
            // It would open two ports that other servers of this kind have, and tell its makers of itself.
            "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false",
            // Each bucket takes seven volumes.
            "-master.volumeSizeLimitMB=64", "-volume.max=1000",
        ]
    }

    /// Waits until a bucket can be made: the first answers come before there is room for one.
    func waitUntilReady(_ process: OwnedProcess) async throws {
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end, process.isRunning {
            let request = WebRequest("PUT", "\(address)/ready")
            if let answer = try? await WebClient().answer(request, within: 10), [200, 409].contains(answer.status) {
                let object = WebRequest("PUT", "\(address)/ready/object").with(body: Data("ready".utf8))
                if let stored = try? await WebClient().answer(object, within: 10), stored.status == 200 { return }
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw S3Server.Missing(description: "SeaweedFS did not start: \(process.log.suffix(2000))")
    }

    /// Ports of which both the number and 10,000 more are free, as each part of the server wants it.
    private static func freePorts(_ count: Int) throws -> [Int] {
        var ports: [Int] = []
        for port in (20_000..<32_000).shuffled() where isFree(port) && isFree(port + 10_000) {
            ports.append(port)
            if ports.count == count { return ports }
        }
        throw S3Server.Missing(description: "there are no free ports for SeaweedFS")
    }

    private static func isFree(_ port: Int) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// Who may do what, as SeaweedFS reads it.
private struct Identities: Encodable {
    struct Identity: Encodable {
        var name: String
        var credentials: [Credential] = []
        var actions: [String]
    }

    struct Credential: Encodable {
        var accessKey: String
        var secretKey: String
    }

    var identities = [
        Identity(
            name: "service",
            credentials: [
                Credential(accessKey: S3Server.accessKeyID, secretKey: S3Server.secretAccessKey)
            ],
            actions: [
                "Read", "Write", "List", "GetBucketObjectLockConfiguration", "GetObjectRetention", "PutObjectRetention",
                "ListBucketVersions",
            ]),
        Identity(
            name: "administrator",
            credentials: [
                Credential(
                    accessKey: S3Server.administratorKeyID, secretKey: S3Server.secretAccessKey)
            ],
            actions: ["Admin"]),
        Identity(
            name: "reader",
            credentials: [Credential(accessKey: S3Server.readerKeyID, secretKey: S3Server.secretAccessKey)],
            actions: ["Read", "List"]),
        Identity(name: "anonymous", actions: ["Admin"]),
    ]
}

extension WebRequest {
    /// The same with a body.
    fileprivate func with(body: Data) -> WebRequest {
        var request = self
        request.body = body
        return request
    }
}
