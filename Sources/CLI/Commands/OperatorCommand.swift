import ArgumentParser
import Catalog
import Foundation
import ProtectionRules
import ProtectionService

struct OperatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator", abstract: "The people who sign in to this server.",
        discussion: """
            These commands work on the state folder, with or without a server: whoever may read it needs no sign-in. \
            An administrator manages accounts in the portal too.
            """,
        subcommands: [
            FirstCodeCommand.self, ListCommand.self, AddCommand.self, RemoveCommand.self, ResetCommand.self,
        ])

    struct FirstCodeCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "first-code", abstract: "Print the code with which the first account is made.",
            discussion: """
                Only a hash of a code is kept, so each call makes a new one, and the one before is no longer good. It \
                is good for 24 hours and five tries, until there is an account.
                """)
        @OptionGroup var state: StateOption

        func run() async throws {
            try await state.use { composition in
                guard let code = try await composition.service.firstRun.makeCode() else {
                    throw UsageError(
                        """
                        There is an account already. 'holdfast operator list' shows it, 'operator reset' opens it \
                        again.
                        """)
                }
                print(code)
            }
        }
    }

    struct ListCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the accounts: name, roles and second factor.")
        @OptionGroup var state: StateOption

        func run() async throws {
            try await state.use { composition in
                for account in try await composition.service.operators.all() { show(OperatorCommand.line(account)) }
            }
        }
    }

    struct AddCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Make an account, and print its password.",
            discussion: "Without --password-file a password is made, and shown only this once.")
        @OptionGroup var state: StateOption

        @Argument(help: "The name to sign in with.")
        var name: String

        @Option(help: "administrator, help-desk or auditor. May be repeated.")
        var role: [String] = []

        @Option(help: "A file with the password and nothing else.")
        var passwordFile: String?

        func validate() throws {
            guard !role.isEmpty else { throw ValidationError("Give --role administrator, help-desk or auditor.") }
        }

        func run() async throws {
            let given = try passwordFile.map(OperatorCommand.password(inFile:))
            try await state.use { composition in
                let operators = composition.service.operators
                let password = given ?? operators.makePassword()
                _ = try await operators.create(
                    name: name, password: password, roles: role.map(OperatorCommand.role(named:)))
                if given == nil { print("password=\(password)") }
            }
        }
    }

    struct RemoveCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Remove an account, and end its sessions.")
        @OptionGroup var state: StateOption

        @Argument(help: "The account's name.")
        var name: String

        func run() async throws {
            try await state.use { composition in
                let account = try await OperatorCommand.account(name, composition.service)
                try await composition.service.operators.remove(id: account.id)
            }
        }
    }

    struct ResetCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset", abstract: "Give an account a new password, and print it.",
            discussion: "Also takes away its second factor, and ends its sessions: for a person who has lost either.")
        @OptionGroup var state: StateOption

        @Argument(help: "The account's name.")
        var name: String

        func run() async throws {
            try await state.use { composition in
                let account = try await OperatorCommand.account(name, composition.service)
                print("password=\(try await composition.service.operators.resetPassword(id: account.id).password)")
            }
        }
    }

    static func line(_ account: OperatorAccount) -> String {
        let state = account.isDisabled ? "disabled" : "active"
        let factor = account.hasSecondFactor ? "second factor" : "password only"
        return "\(account.name)  \(account.roles.values.joined(separator: ","))  \(state)  \(factor)"
    }

    /// The name of a role in the API, by what is written in configuration and at the command line.
    static func role(named word: String) -> String {
        OperatorRole.allCases.first { [$0.settingName, $0.rawValue].contains(word) }?.rawValue ?? word
    }

    private static func account(_ name: String, _ service: ServiceContext) async throws -> OperatorAccount {
        if let account = try await service.operators.account(named: name) { return account }
        throw UsageError("There is no account '\(name)'. 'holdfast operator list' shows them.")
    }

    private static func password(inFile path: String) throws -> String {
        let url = URL(filePath: path)
        try PrivateFile.require(url, mode: 0o600)
        return try String(contentsOf: url, encoding: .utf8).trimmingCharacters(in: .newlines)
    }
}
