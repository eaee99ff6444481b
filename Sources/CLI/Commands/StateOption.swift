import ArgumentParser
import Catalog
import Foundation
import Logging

/// The option `--state` of every command that works on the state folder of a server.
struct StateOption: ParsableArguments {
    @Option(
        name: .customLong("state"),
        help: "The server's state folder, as 'serve' was given it. Otherwise HOLDFAST_STATE.")
    var given: String?

    /// The folder that is meant: the option wins over the environment.
    var path: String { given ?? Self.named ?? "" }

    private static var named: String? {
        ProcessInfo.processInfo.environment["HOLDFAST_STATE"].flatMap { $0.isEmpty ? nil : $0 }
    }

    func validate() throws {
        guard given != nil || Self.named != nil else {
            throw ValidationError("Give --state the server's state folder, or name it in HOLDFAST_STATE.")
        }
    }

    /// Opens the state folder for one command, and closes the catalogue however the command ends.
    func use(_ body: (Composition) async throws -> Void) async throws {
        try await StateFolder.open(at: path).use(body)
    }
}
