import Catalog
import Foundation

extension Sample {
    static let fullOperator: OperatorAccount = {
        var account = OperatorAccount()
        (account.id, account.name, account.foldedName) = ("operator-1", "Zoë \"Z\"", "zoë \"z\"")
        (account.passwordHash, account.sealedSecondFactor, account.secondFactorStep) = (
            [1, 0, 255], [0, 254], 1 << 40
        )
        (account.recoveryCodeHashes, account.roles) = (["aa", "bb"], ["administrator"])
        (account.isDisabled, account.createdDateTime, account.passwordDateTime) = (true, moment, later(1))
        account.lastSignInDateTime = later(2)
        return account
    }()
    static let bareOperator: OperatorAccount = {
        var account = OperatorAccount()
        (account.id, account.foldedName) = ("operator-2", "other")
        return account
    }()
    static let fullPortalSession: PortalSession = {
        var session = PortalSession()
        (session.id, session.cookieHash, session.pageKeyHash) = ("portal-1", "c1", "k1")
        (session.operatorId, session.issuer, session.subjectId) = ("operator-1", "https://issuer.example", "s")
        (session.displayName, session.email, session.roles) = ("Zoë", "zoe@example.com", ["auditor", "helpDesk"])
        (session.createdDateTime, session.lastUsedDateTime) = (moment, later(1))
        (session.provenDateTime, session.expirationDateTime) = (later(2), later(3))
        (session.address, session.agent) = ("192.0.2.1", "A browser")
        return session
    }()
    static let barePortalSession: PortalSession = {
        var session = PortalSession()
        (session.id, session.cookieHash) = ("portal-2", "c2")
        return session
    }()
    static let fullRefreshToken: RefreshToken = {
        var token = RefreshToken()
        (token.id, token.familyId, token.operatorId) = ("refresh-1", "family", "operator-1")
        (token.clientId, token.scope, token.authenticatedDateTime) = ("client", "openid a b", moment)
        (token.createdDateTime, token.expirationDateTime, token.usedDateTime) = (later(1), later(2), later(3))
        return token
    }()
    static let bareRefreshToken: RefreshToken = {
        var token = RefreshToken()
        (token.id, token.operatorId) = ("refresh-2", "operator-2")
        return token
    }()
    static let fullAuthorizationCode: AuthorizationCode = {
        var code = AuthorizationCode()
        (code.id, code.clientId, code.redirectUri) = ("code-1", "client", "http://127.0.0.1:1/callback")
        (code.challenge, code.nonce, code.scope) = ("challenge", "nonce", "openid")
        (code.operatorId, code.familyId, code.authenticatedDateTime) = ("operator-1", "family", moment)
        (code.expirationDateTime, code.usedDateTime) = (later(1), later(2))
        return code
    }()
    static let fullAuditRecord: AuditRecord = {
        var record = AuditRecord()
        (record.id, record.sequence, record.dateTime) = ("7", 7, moment)
        (record.actorKind, record.actorId, record.actorName) = (.operator, "operator-1", "Zoë")
        (record.applicationId, record.address, record.action) = ("app", "192.0.2.1", "restorePlans.start")
        (record.targetKind, record.targetId, record.outcome) = ("restorePlans", "plan-1", "AccessDenied")
        (record.requestId, record.previousHash, record.hash) = ("request", "aa", "bb")
        return record
    }()
    static let bareAuditRecord: AuditRecord = {
        var record = AuditRecord()
        (record.id, record.sequence) = ("8", 8)
        return record
    }()
    static let bareAuthorizationCode: AuthorizationCode = {
        var code = AuthorizationCode()
        (code.id, code.operatorId) = ("code-2", "operator-2")
        return code
    }()
    static let fullDeviceCode: DeviceCode = {
        var code = DeviceCode()
        (code.id, code.userCodeHash, code.clientId, code.scope) = ("device-1", "u1", "client", "openid")
        (code.operatorId, code.isDenied, code.authenticatedDateTime) = ("operator-1", true, moment)
        (code.expirationDateTime, code.lastPollDateTime, code.intervalSeconds) = (later(1), later(2), 10)
        return code
    }()
    static let bareDeviceCode: DeviceCode = {
        var code = DeviceCode()
        (code.id, code.userCodeHash) = ("device-2", "u2")
        return code
    }()
    static let fullFirstRun: FirstRunCode = {
        var code = FirstRunCode()
        (code.codeHash, code.triesLeft, code.createdDateTime, code.expirationDateTime) = ("ff", 5, moment, later(1))
        return code
    }()
    static let otherFirstRun: FirstRunCode = {
        var code = FirstRunCode()
        code.id = "other"
        return code
    }()
}
