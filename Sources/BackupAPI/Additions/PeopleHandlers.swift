import Catalog
import OData
import ProtectionRules
import ProtectionService

extension Permissions {
    /// Everyone who may read more than searches and restores.
    fileprivate static let anyone = Permissions(
        "BackupRestore-Control.Read.All", "BackupRestore-Control.ReadWrite.All",
        "BackupRestore-Configuration.Read.All", "BackupRestore-Configuration.ReadWrite.All",
        "BackupRestore-Monitor.Read.All")
    /// People who look after the accounts of others.
    fileprivate static let operators = Permissions(delegated: [OperatorRole.operatorsScope], application: [])
}

extension Handlers {
    /// Who asks, their sessions, the accounts of people, and programs. Source: additions.md, A15.
    func bindPeople(_ odata: inout ODataService<APICaller>) {
        bindMe(&odata)
        bindOperators(&odata)
        bindPrograms(&odata)
    }

    private func bindMe(_ odata: inout ODataService<APICaller>) {
        odata.resource("me", meType) {
            $0.get(.anyone) { context in
                let principal = context.caller.principal
                var me = MeRecord(principal)
                if let id = principal.session?.accountID {
                    me.secondFactor = SecondFactorKind(of: try await service.operators.account(id: id))
                }
                return me
            }
            $0.operation(
                .action("changePassword"), .anyone,
                answeringNothing: { context, arguments in
                    let values = try arguments.values()
                    try await service.operators.changePassword(
                        id: try Self.account(context), from: try values.value("oldPassword"),
                        to: try values.value("newPassword"), keeping: context.caller.principal.session?.id)
                })
            $0.operation(.action("offerSecondFactor"), .anyone, answering: SecondFactorValue.self) { context, _ in
                let offer = try await service.operators.offerSecondFactor(id: try Self.account(context))
                return SecondFactorValue(secret: offer.secret, address: offer.address)
            }
            $0.operation(
                .action("confirmSecondFactor"), .anyone, answering: RecoveryCodesValue.self
            ) { context, arguments in
                RecoveryCodesValue(
                    recoveryCodes: try await service.operators.confirmSecondFactor(
                        id: try Self.account(context), code: try arguments.values().value("code")))
            }
            $0.operation(
                .action("removeSecondFactor"), .anyone,
                answeringNothing: { context, _ in
                    try await service.operators.removeSecondFactor(id: try Self.account(context))
                })
            $0.operation(
                .action("endOtherSessions"), .anyone,
                answeringNothing: { context, _ in
                    let principal = context.caller.principal
                    guard let session = principal.session, let user = principal.user else { return }
                    try await service.portalSessions.endOthers(
                        keeping: session.id, issuer: session.issuer, subjectID: user.id)
                })
        }
        odata.resource("me/sessions", portalSessionType) {
            $0.list(.anyone) { context in page(of: try await sessions(context), portalSessionType, context) }
            $0.get(.anyone) { context in
                guard let found = try await sessions(context).first(where: { $0.id == context.key.lowercased() }) else {
                    throw ServiceError(.portalSessionNotFound, "There is no such session.")
                }
                return found
            }
            $0.delete(.anyone) { context in
                guard let session = context.caller.principal.session, let user = context.caller.principal.user else {
                    throw ServiceError(.portalSessionNotFound, "There is no such session.")
                }
                try await service.portalSessions.end(id: context.key, issuer: session.issuer, subjectID: user.id)
            }
        }
    }

    /// The account of the person who asks. Programs and people of other issuers have none here, and an
    /// id that a token names may be another issuer's: only a session tells whose it is.
    private static func account(_ context: RequestContext<APICaller>) throws -> String {
        guard let id = context.caller.principal.session?.accountID else {
            throw ServiceError(
                .operatorNotFound, "Only people with an account of this server change it, and in the portal.")
        }
        return id
    }

    private func sessions(_ context: RequestContext<APICaller>) async throws -> [PortalSessionRecord] {
        let principal = context.caller.principal
        guard let session = principal.session, let user = principal.user else { return [] }
        return try await service.portalSessions.all(issuer: session.issuer, subjectID: user.id).map {
            PortalSessionRecord(session: $0, isThis: $0.id == session.id)
        }
    }

    private func bindOperators(_ odata: inout ODataService<APICaller>) {
        odata.resource("operators", operatorType) {
            $0.list(.operators) { context in
                page(of: try await service.operators.all().map { OperatorRecord($0) }, operatorType, context)
            }
            $0.get(.operators) { context in OperatorRecord(try await service.operators.account(id: context.key)) }
            $0.create(.operators) { context, body in
                var wanted = OperatorRecord()
                try body.entity(invalid: .invalidOperator).apply(to: &wanted)
                let account = try await service.operators.create(
                    name: wanted.name, password: wanted.password ?? "", roles: wanted.roles)
                note("An account was made.", account, context)
                return EntityAnswer(OperatorRecord(account))
            }
            $0.update(.operators) { context, body in
                let entity = try body.entity(invalid: .invalidOperator)
                var wanted = OperatorRecord()
                entity.apply(to: &wanted)
                let change = OperatorOperations.Change(
                    name: entity.names("name") ? wanted.name : nil,
                    roles: entity.names("roles") ? wanted.roles : nil,
                    isDisabled: entity.names("status") ? wanted.status == .disabled : nil)
                let account = try await service.operators.change(id: context.key, change)
                note("An account was changed.", account, context)
                return EntityAnswer(OperatorRecord(account))
            }
            $0.delete(.operators) { context in
                let account = try await service.operators.account(id: context.key)
                try await service.operators.remove(id: account.id)
                note("An account was removed.", account, context)
            }
            $0.operation(.action("resetPassword"), .operators, answering: NewPasswordValue.self) { context, _ in
                let (account, password) = try await service.operators.resetPassword(id: context.key)
                note("A password was reset.", account, context)
                return NewPasswordValue(password: password)
            }
        }
    }

    private func bindPrograms(_ odata: inout ODataService<APICaller>) {
        odata.resource("programs", programType) {
            $0.list(.operators) { context in
                page(of: try await service.programs.all().map { ProgramRecord($0) }, programType, context)
            }
            $0.get(.operators) { context in ProgramRecord(try await program(context.key)) }
            $0.create(.operators) { context, body in
                var wanted = ProgramRecord()
                try body.entity(invalid: .invalidOperator).apply(to: &wanted)
                guard let name = OperatorName.kept(wanted.name) else {
                    throw ServiceError(.invalidOperator, "A program needs a name of visible characters.")
                }
                if let unknown = wanted.scopes.first(where: { !GraphPermission.all.contains($0) }) {
                    throw ServiceError(.invalidOperator, "There is no permission '\(unknown)'.")
                }
                do {
                    let (program, secret) = try await service.programs.add(name: name, roles: Set(wanted.scopes))
                    return EntityAnswer(ProgramRecord(program, secret: secret))
                } catch let error as ProgramNameIsTaken {
                    throw ServiceError(.nameTaken, "The program \(error.id) has that name already.")
                }
            }
            $0.delete(.operators) { context in
                guard try await service.programs.remove(id: context.key) else {
                    throw ServiceError(.programNotFound, "There is no such program.")
                }
            }
        }
    }

    private func program(_ id: String) async throws -> ClientApplication {
        guard let program = try await catalog.find(ClientApplication.self, id: id.lowercased()) else {
            throw ServiceError(.programNotFound, "There is no such program.")
        }
        return program
    }

    /// The log names the account; the record of a new one has no id.
    private func note(_ text: String, _ account: OperatorAccount, _ context: RequestContext<APICaller>) {
        service.operators.note(text, account, by: context.caller.principal.user?.id ?? "a program")
    }
}
