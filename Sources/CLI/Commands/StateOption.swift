import ArgumentParser

import Catalog
import Logging

/// The option `--state` of every command that works on the state folder of a server.
struct StateOption: ParsableArguments {
    @Option(name: .customLong("state"), help: "The server's state folder, as 'serve' was given it.")
    var path: String

    /// Opens the state folder for one command, and closes the catalogue however the command ends.
    func use(_ body: (Composition) async throws -> Void) async throws {
        let composition = try await Composition(try StateFolder.open(at: path), log: .command(.error))
        do {
            try await body(composition)
        } catch {
            try? await composition.close()
            throw error
        }
        try await composition.close()
    }
}
