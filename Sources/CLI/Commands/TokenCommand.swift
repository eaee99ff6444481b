import ArgumentParser
import BackupAPI
import BackupServer
import ProtectionService
import Catalog
import Logging
import Sandbox

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print a bearer token for the API.",
        discussion:
            """
            Without --role the token has every permission of the surface. Some operations, activating a service \
            app for one, are for people: give --delegated.
            """
    )

    @OptionGroup var state: StateOption

    @Option(help: "A permission, for example BackupRestore-Restore.Read.All; may be repeated.")
    var role: [String] = []

    @Option(help: "A token of this user (sign-in name or object id) instead of an application's.")
    var delegated: String?

    @Option(help: "How many hours the token is good for; more than 0, at most 87600 (ten years).")
    var hours: Double = 24

    private static let maximumHours = 87_600.0

    func validate() throws {
        guard hours > 0, hours <= Self.maximumHours else {
            throw ValidationError(
                "--hours must be more than 0 and at most \(Int(Self.maximumHours)), and not \(hours).")
        }
    }

    func run() async throws {
        try await state.use { composition in
            let permissions = try Self.permissions(role)
            let user = try delegated.map { name in
                guard let user = try composition.service.tenantUser(name) else {
                    throw UsageError("The tenant has no user '\(name)'.")
                }
                return user
            }
            let issuer = try await TokenIssuer(service: composition.service)
            print(
                try await issuer.mint(
                    applicationID: TokenIssuer.commandLineApplicationID, applicationName: "Holdfast command line",
                    permissions: permissions, user: user, lifetimeSeconds: hours * 3600))
        }
    }

    /// The permissions that `--role` options name; without any, all of the surface.
    static func permissions(_ roles: [String]) throws -> Set<String> {
        if let unknown = roles.first(where: { !GraphPermission.all.contains($0) && $0 != SandboxAPI.permission }) {
            throw UsageError(
                "There is no permission '\(unknown)'. Known: \(GraphPermission.all.sorted().joined(separator: ", "))")
        }
        return roles.isEmpty ? GraphPermission.all : Set(roles)
    }
}
