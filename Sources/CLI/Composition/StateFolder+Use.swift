import Logging

extension StateFolder {
    /// Opens the services for one command, and closes the catalogue however the command ends.
    /// - Parameter log: from which level on the command tells what the services log.
    func use<Value: Sendable>(
        log: Logger.Level = .error, _ body: (Composition) async throws -> Value
    ) async throws -> Value {
        let composition = try await Composition(self, logger: LogOptions.command(log).logger)
        do {
            let value = try await body(composition)
            try await composition.close()
            return value
        } catch {
            try? await composition.close()
            throw error
        }
    }
}
