import Foundation
import Testing

/// The demo and the server that it starts.
struct DemoTests {
    @Test(arguments: [SIGKILL, SIGTERM, SIGHUP])
    func `the server of a demo ends with it, whatever ends that`(signal: Int32) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-demo-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let demo = try RunningProgram(Program.holdfast, ["demo", "--folder", folder.path])
        try await waitUntil("the demo's server listens") {
            try #require(demo.isRunning, "\(demo.read("out"))\(demo.read("err"))")
            return (try? String(contentsOf: folder.appending(path: "server.log"), encoding: .utf8))?.contains(
                "listens on http") == true
        }
        #expect(try Self.servers(of: folder).count == 1)
        demo.signal(signal)
        _ = try await demo.finish()
        try await waitUntil("the demo's server ends") { try Self.servers(of: folder).isEmpty }
    }

    @Test func `a demo shows the incident, rolls back, undoes it and rolls back again`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-demo-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let demo = try await Program.run(Program.holdfast, ["demo", "--folder", folder.path])
        #expect(demo.status == 0, "\(demo.text)")
        for words in ["$ holdfast incident show", "--incident", "--undo", "every byte matched", "no errors were found"]
        {
            #expect(demo.output.contains(words), "\(words) is not in \(demo.output)")
        }
    }

    /// The processes whose command line is a `serve` on a demo's folder.
    private static func servers(of folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { process in
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return false }
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words.contains("serve") && words.contains(folder.appending(path: "state").path)
        }
    }
}
