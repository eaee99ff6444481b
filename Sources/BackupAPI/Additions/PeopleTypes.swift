import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService

/// Who asks: a person in the portal or at the command line, or a program.
struct MeRecord: Sendable, Identifiable {
    var id = ""
    var name = ""
    var roles: [String] = []
    var scopes: [String] = []
    var issuer: String?
    var signedIn: Date?
    var ends: Date?
    var lastsUntil: Date?
    /// nil where this server knows no password of who asks.
    var secondFactor: SecondFactorKind?
    var stepUpUntil: Date?
    var unitLimit: Int?

    init() {}

    init(_ principal: Principal) {
        id = principal.user?.id ?? principal.applicationID
        name = principal.user?.displayName ?? principal.applicationName ?? id
        scopes = principal.permissions.sorted()
        unitLimit = principal.unitLimit
        ends = principal.session?.ends ?? principal.expires
        guard let session = principal.session else { return }
        (roles, issuer, signedIn) = (session.roles, session.issuer, session.began)
        (lastsUntil, stepUpUntil) = (session.lastsUntil, session.freshUntil)
    }
}

let meType = EntityType<MeRecord>("me") {
    Property("name") { (me: MeRecord, _) in me.name }
    Property("roles") { (me: MeRecord, _) in me.roles }
    Property("scopes") { (me: MeRecord, _) in me.scopes }
    Property("issuer") { (me: MeRecord, _) in me.issuer }
    Property("signedInDateTime") { (me: MeRecord, _) in me.signedIn }
    Property("sessionEndsDateTime") { (me: MeRecord, _) in me.ends }
    Property("sessionLastsUntilDateTime") { (me: MeRecord, _) in me.lastsUntil }
    Property("secondFactor") { (me: MeRecord, _) in me.secondFactor }
    Property("stepUpUntil") { (me: MeRecord, _) in me.stepUpUntil }
    Property("unitLimit") { (me: MeRecord, _) in me.unitLimit }
    Navigation.many("sessions", "portalSession", contained: true)
    BoundOperation.action(
        "changePassword", parameters: [Parameter("oldPassword", String.self), Parameter("newPassword", String.self)])
    BoundOperation.action("offerSecondFactor", returns: .value(SecondFactorValue.edmType))
    BoundOperation.action(
        "confirmSecondFactor", parameters: [Parameter("code", String.self)],
        returns: .value(RecoveryCodesValue.edmType))
    BoundOperation.action("removeSecondFactor")
    BoundOperation.action("endOtherSessions")
}

/// A second factor that is offered; it is on once a code of it was given.
struct SecondFactorValue: EdmComplex {
    var secret = ""
    var address = ""

    static let edm = ComplexType<SecondFactorValue>("secondFactorOffer") {
        Property("secret", \.secret)
        Property("address", \.address)
    }
}

/// Codes that open an account once each; shown only once.
struct RecoveryCodesValue: EdmComplex {
    var recoveryCodes: [String] = []

    static let edm = ComplexType<RecoveryCodesValue>("recoveryCodes") {
        Property("recoveryCodes", \.recoveryCodes)
    }
}

/// A session of the person who asks.
struct PortalSessionRecord: Sendable, Identifiable {
    var session = PortalSession()
    var isThis = false
    var id: String { session.id }
}

let portalSessionType = EntityType<PortalSessionRecord>("portalSession") {
    Property("signedInDateTime") { (record: PortalSessionRecord, _) in record.session.createdDateTime }
    Property("lastSeenDateTime") { (record: PortalSessionRecord, _) in record.session.lastUsedDateTime }
    Property("expirationDateTime") { (record: PortalSessionRecord, _) in record.session.expirationDateTime }
    Property("address") { (record: PortalSessionRecord, _) in record.session.address }
    Property("browser") { (record: PortalSessionRecord, _) in record.session.agent }
    Property("isThis") { (record: PortalSessionRecord, _) in record.isThis }
}

/// Whether an account can be used.
enum OperatorStatus: String, EdmEnum {
    case active, disabled
    static let edm = EnumType<Self>("operatorStatus", [.active, .disabled])
}

enum SecondFactorKind: String, EdmEnum {
    case none, totp
    static let edm = EnumType<Self>("secondFactor", [.none, .totp])

    init(of account: OperatorAccount) { self = account.hasSecondFactor ? .totp : .none }
}

/// An account, as it is shown; for a body, what may be said of it.
struct OperatorRecord: Sendable, Identifiable {
    var id = ""
    var name = ""
    var roles: [String] = []
    var status = OperatorStatus.active
    var secondFactor = SecondFactorKind.none
    var created = Date(timeIntervalSince1970: 0)
    var lastSignIn: Date?
    /// Only in a body.
    var password: String?

    init() {}

    init(_ account: OperatorAccount) {
        (id, name, roles) = (account.id, account.name, account.roles.values)
        status = account.isDisabled ? .disabled : .active
        secondFactor = SecondFactorKind(of: account)
        (created, lastSignIn) = (account.createdDateTime, account.lastSignInDateTime)
    }
}

let operatorType = EntityType<OperatorRecord>("operator") {
    Property("name", \.name, [.create, .update, .filter, .order])
    Property("roles", \.roles, [.create, .update])
    Property("status", \.status, [.update, .filter])
    Property("secondFactor", [.filter]) { (record: OperatorRecord, _) in record.secondFactor }
    Property("createdDateTime", [.filter, .order]) { (record: OperatorRecord, _) in record.created }
    Property("lastSignInDateTime", [.filter, .order]) { (record: OperatorRecord, _) in record.lastSignIn }
    Property("password", \.password, [.create], defaultSelected: false)
    BoundOperation.action("resetPassword", returns: .value(NewPasswordValue.edmType))
}

/// A password that was made; shown only once.
struct NewPasswordValue: EdmComplex {
    var password = ""

    static let edm = ComplexType<NewPasswordValue>("newPassword") { Property("password", \.password) }
}

/// A program that gets tokens with a secret.
struct ProgramRecord: Sendable, Identifiable {
    var id = ""
    var name = ""
    /// The permissions of its tokens.
    var scopes: [String] = []
    var created = Date(timeIntervalSince1970: 0)
    /// Only in the answer that makes it.
    var secret: String?

    init() {}

    init(_ program: ClientApplication, secret: String? = nil) {
        (id, name, scopes) = (program.id, program.displayName, program.roles.values)
        (created, self.secret) = (program.createdDateTime, secret)
    }
}

let programType = EntityType<ProgramRecord>("program") {
    Property("name", \.name, [.create, .filter, .order])
    Property("scopes", \.scopes, [.create])
    Property("createdDateTime", [.filter, .order]) { (record: ProgramRecord, _) in record.created }
    Property("secret") { (record: ProgramRecord, _) in record.secret }
}
