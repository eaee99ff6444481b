import ArgumentParser
import BackupAPI
import BackupServer
import Catalog
import Logging
import ProtectionService
import Sandbox

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print a bearer token for the API.",
        discussion: """
            Without --role the token has every permission of the API. Some operations, such as activating a service \
            app, are for people: add --delegated.
            """)

    @OptionGroup var state: StateOption

    @Option(help: "A permission, such as BackupRestore-Restore.Read.All. May be repeated.")
    var role: [String] = []

    @Option(help: "Make the token of this user (sign-in name or object id) instead of an application's.")
    var delegated: String?

    @Option(help: "How many hours the token is valid: more than 0, at most 87600 (ten years).")
    var hours: Double = 24

    private static let maximumHours = 87_600.0

    func validate() throws {
        guard hours > 0, hours <= Self.maximumHours else {
            throw ValidationError("--hours must be more than 0 and at most \(Int(Self.maximumHours)), not \(hours).")
        }
    }

    func run() async throws {
        try await state.use { composition in
            let permissions = try Self.permissions(role)
            let user = try delegated.map { try Self.user($0, of: composition.service) }
            let issuer = try await TokenIssuer(service: composition.service)
            print(
                try await issuer.mint(
                    applicationID: TokenIssuer.commandLineApplicationID, applicationName: "Holdfast command line",
                    permissions: permissions, user: user, lifetimeSeconds: hours * 3600))
        }
    }

    private static func user(_ name: String, of service: ServiceContext) throws -> TenantUser {
        guard let user = try service.tenant.user(name) else {
            throw UsageError("The tenant has no user '\(name)'. Give a sign-in name or an object id of its directory.")
        }
        return user
    }

    /// The permissions that `--role` options name; without any, all of the API.
    static func permissions(_ roles: [String]) throws -> Set<String> {
        if let unknown = roles.first(where: { !GraphPermission.all.contains($0) && $0 != SandboxAPI.permission }) {
            let known = GraphPermission.all.sorted().joined(separator: ", ")
            throw UsageError("There is no permission '\(unknown)'. Give --role one of these: \(known)")
        }
        return roles.isEmpty ? GraphPermission.all : Set(roles)
    }
}
