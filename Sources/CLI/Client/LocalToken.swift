import BackupAPI
import BackupServer
import Foundation
import Logging
import ProtectionRules
import ProtectionService

/// The token that a command makes for itself where it may read the master secret.
enum LocalToken {
    /// How long it is valid.
    static let seconds = 300.0

    /// A token of the first-party application for everything, marked as this machine's command line.
    static func make(for state: StateFolder) async throws -> String {
        try await state.use { composition in
            let issuer = try await TokenIssuer(service: composition.service, clock: SystemClock())
            let name = "command line on \(ProcessInfo.processInfo.hostName)"
            // A person acts here, not a program: operations for people need that.
            let person = TenantUser(
                id: personID, userPrincipalName: signInName, displayName: name, mail: nil,
                hasDrive: false, driveWebURL: "")
            return try await issuer.mint(
                applicationID: TokenIssuer.commandLineApplicationID, applicationName: "Holdfast",
                permissions: OperatorRole.everything, user: person, lifetimeSeconds: seconds)
        }
    }

    /// The person's sign-in name in the audit trail; no tenant has such a domain (RFC 2606).
    static let signInName = "command-line@holdfast.invalid"

    /// The person's id in the audit trail; no directory has it.
    private static let personID = "5f1c9a52-6a0e-4d0c-9d1c-0d7a51c1b002"
}
