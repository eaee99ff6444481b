import BackupServer
import Foundation
import ProtectionRules

/// An issuer elsewhere at which people sign in, instead of accounts of this server.
struct SignInSettings: Sendable {
    /// nil for accounts of this server.
    var issuer: String?
    var clientID: String?
    var clientSecret: SecretReference?
    /// Which values of the claims `roles` and `groups` give a role.
    var roles = RoleMapping()
}

extension Setting {
    /// Who the people are, where another issuer knows them.
    static let signIn =
        [
            Setting(
                "sign-in.issuer.url", signInIssuer,
                meaning: "the OpenID Connect issuer at which people sign in, instead of accounts of this server"),
            Setting(
                "sign-in.issuer.client-id", text(\.signIn.clientID, form: "what the issuer knows this server by"),
                meaning: "the client id of this server at that issuer"),
            Setting(
                "sign-in.issuer.client-secret", .secret(at: \.signIn.clientSecret), example: "credential:oidc",
                meaning: "the client's secret at that issuer"),
        ]
        + OperatorRole.allCases.map { role in
            Setting(
                "sign-in.roles.\(role.settingName)", roleValues(role),
                meaning: "the groups or roles of that issuer whose people are \(role.settingName) here")
        }

    private static let signInIssuer = SettingKind.text(
        type: "address", form: "an https address such as https://login.example/realms/corp",
        show: { $0.signIn.issuer ?? "none" },
        set: { settings, value in
            guard ExternalIssuer.isTrustworthy(value) else { return false }
            settings.signIn.issuer = value
            return true
        })

    private static func text(
        _ place: any (WritableKeyPath<ServerSettings, String?> & Sendable), form: String
    ) -> SettingKind {
        .text(
            form: form, show: { $0[keyPath: place] ?? "none" },
            set: { settings, value in
                guard !value.isEmpty else { return false }
                settings[keyPath: place] = value
                return true
            })
    }

    private static func roleValues(_ role: OperatorRole) -> SettingKind {
        .text(
            type: "list", form: "names of groups or roles, joined with commas",
            show: { settings in
                let values = settings.signIn.roles.values[role] ?? []
                return values.isEmpty ? "none" : values.sorted().joined(separator: ",")
            },
            set: { settings, value in
                let values = SettingKind.parts(of: value)
                guard !values.isEmpty, !values.contains("") else { return false }
                settings.signIn.roles.values[role] = Set(values)
                return true
            })
    }
}
