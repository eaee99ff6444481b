import ArgumentParser
import Catalog
import Logging
import ProtectionService

struct ProgramCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "program", abstract: "Register the programs that fetch their own tokens.",
        discussion: """
            A registered program gets tokens as it would from Entra ID: POST /<tenant>/oauth2/v2.0/token with its id \
            and secret. azure-identity's ClientSecretCredential does so where 'serve' has a certificate.
            """,
        subcommands: [AddCommand.self, ListCommand.self, RemoveCommand.self])

    struct AddCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Register a program, and print its tenant, id and secret.",
            discussion: "The secret is shown only this once; the server keeps a hash of it.")

        @OptionGroup var state: StateOption

        @Argument(help: "The program's name, as answers and logs show it.")
        var name: String

        @Option(help: "A permission of its tokens. May be repeated. Without --role: every permission of the API.")
        var role: [String] = []

        func run() async throws {
            try await state.use { composition in
                let (application, secret) = try await Self.register(
                    name, roles: TokenCommand.permissions(role), in: composition.service.programs)
                print("tenant_id=\(composition.service.tenantID)\nclient_id=\(application.id)\nclient_secret=\(secret)")
            }
        }

        private static func register(
            _ name: String, roles: Set<String>, in programs: ProgramOperations
        ) async throws -> (ClientApplication, secret: String) {
            do {
                return try await programs.add(name: name, roles: roles)
            } catch let error as ProgramNameIsTaken {
                throw UsageError(
                    """
                    There is already a program '\(name)' (\(error.id)). Choose another name, or remove that program: \
                    holdfast program remove --state <folder> \(error.id)
                    """)
            }
        }
    }

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the registered programs: id, name and permissions.")
        @OptionGroup var state: StateOption

        func run() async throws {
            try await state.use { composition in
                for client in try await composition.service.programs.all() {
                    show("\(client.id)  \(client.displayName)  \(client.roles.values.joined(separator: " "))")
                }
            }
        }
    }

    struct RemoveCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove a program, so that it gets no more tokens.",
            discussion: "A token that it already has stays valid until it expires, within the hour.")
        @OptionGroup var state: StateOption

        @Argument(help: "The program's id or name, as 'program list' shows them.")
        var program: String

        func run() async throws {
            try await state.use { composition in
                let programs = composition.service.programs
                let client = try Self.one(of: try await programs.all(), named: program)
                guard try await programs.remove(id: client.id) else { throw Self.unknown(program) }
            }
        }

        /// The one program with an id or a name.
        static func one(of clients: [ClientApplication], named program: String) throws -> ClientApplication {
            let byID = clients.filter { $0.id == program.lowercased() }
            // Older state folders may hold several programs of one name.
            let found = byID.isEmpty ? clients.filter { $0.displayName == program } : byID
            guard found.count <= 1 else {
                let ids = found.map(\.id).joined(separator: ", ")
                throw UsageError("There are \(found.count) programs '\(program)'. Give the id of one: \(ids)")
            }
            guard let client = found.first else { throw unknown(program) }
            return client
        }

        private static func unknown(_ program: String) -> UsageError {
            UsageError("There is no program '\(program)'. 'holdfast program list' shows the registered ones.")
        }
    }
}
