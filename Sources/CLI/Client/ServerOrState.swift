import Foundation
import Logging

/// A running server; or, where none runs, the state folder itself.
///
/// A few commands of before are used in scripts of machines on which no server runs, and in
/// disasters. They ask the server where there is one.
enum ServerOrState {
    case server(ServerSession)
    case state(String)

    static func open(
        _ options: ServerOptions, environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> ServerOrState {
        let choice = try options.choice(environment: environment)
        do {
            return .server(
                ServerSession(
                    client: try await options.connect(choice, environment: environment), now: Date(), zone: .current))
        } catch let failure as CommandFailure where failure.status == .unreachable {
            // With an address somebody means that very server.
            guard case .state(let folder, address: nil) = choice else { throw failure }
            return .state(folder)
        }
    }
}
