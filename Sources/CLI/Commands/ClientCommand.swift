import ArgumentParser
import BackupServer
import ProtectionService
import Catalog
import Logging

struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client", abstract: "Register the programs that fetch their own tokens.",
        discussion: """
            A registered program gets tokens as from Entra ID: POST /<tenant>/oauth2/v2.0/token with its id and \
            secret. azure-identity's \
            ClientSecretCredential does so when 'serve' has a certificate.
            """,
        subcommands: [AddCommand.self, ListCommand.self, RemoveCommand.self])

    struct AddCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Register a program and print its tenant, id and secret.",
            discussion: "The secret is shown this once; the server keeps only a hash of it.")

        @OptionGroup var state: StateOption

        @Argument(help: "The program's name, as answers and logs show it.")
        var name: String

        @Option(
            help: "A permission that its tokens carry; may be repeated. Without it: every permission of the surface.")
        var role: [String] = []

        func run() async throws {
            try await state.use { composition in
                let roles = try TokenCommand.permissions(role)
                let registry = ClientRegistry(service: composition.service)
                let (application, secret) = try await Self.translatingTakenName(name) {
                    try await registry.add(name: name, roles: roles)
                }
                print("tenant_id=\(composition.service.tenantID)\nclient_id=\(application.id)\nclient_secret=\(secret)")
            }
        }

        private static func translatingTakenName<Value>(
            _ name: String, _ body: () async throws -> Value
        ) async throws -> Value {
            do {
                return try await body()
            } catch let error as ClientRegistry.NameIsTaken {
                throw UsageError(
                    "There is a program '\(name)' already (\(error.id)). Give this one another name, or remove the "
                        + "other: holdfast client remove --state <folder> \(error.id)")
            }
        }
    }

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the registered programs.")
        @OptionGroup var state: StateOption

        func run() async throws {
            try await state.use { composition in
                for client in try await ClientRegistry(service: composition.service).all() {
                    show("\(client.id)  \(client.displayName)  \(client.roles.values.joined(separator: " "))")
                }
            }
        }
    }

    struct RemoveCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a program: it gets no more tokens.",
            discussion: "A token that it holds stays good until it expires, within the hour.")
        @OptionGroup var state: StateOption

        @Argument(help: "The program's id or name, as 'client list' shows them.")
        var program: String

        func run() async throws {
            try await state.use { composition in
                let registry = ClientRegistry(service: composition.service)
                let clients = try await registry.all()
                let byID = clients.filter { $0.id == program.lowercased() }
                // State folders of before may hold several programs of one name.
                let found = byID.isEmpty ? clients.filter { $0.displayName == program } : byID
                guard found.count <= 1 else {
                    throw UsageError(
                        """
                        There are several programs '\(program)'; give the id of one: \
                        \(found.map(\.id).joined(separator: ", "))
                        """
                    )
                }
                guard let client = found.first, try await registry.remove(id: client.id) else {
                    throw UsageError("There is no program '\(program)'. 'holdfast client list' shows those there are.")
                }
            }
        }
    }
}
