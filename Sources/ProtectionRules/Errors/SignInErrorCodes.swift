// MARK: People who sign in, and programs. Only `/holdfast/v1.0` and `/portal` answer them.

extension ServiceErrorCode {
    /// The last account that may change accounts would be gone.
    public static let lastAdministrator = Self("LastAdministrator", .conflict)
    /// Another account, or another program, has the name.
    public static let nameTaken = Self("NameTaken", .conflict)
    /// There is no such account.
    public static let operatorNotFound = Self("OperatorNotFound", .missing)
    /// There is no such program.
    public static let programNotFound = Self("ProgramNotFound", .missing)
    /// There is no such session, or it is another person's.
    public static let portalSessionNotFound = Self("SessionNotFound", .missing)
    /// A name, a role, or a permission that cannot be.
    public static let invalidOperator = Self("InvalidOperator", .invalid)
    /// The password is too short, too long, or too common.
    public static let passwordRefused = Self("PasswordRefused", .invalid)
    /// A password or code that is wrong; nothing tells which.
    public static let signInFailed = Self("SignInFailed", .forbidden)
    /// There is no such record of the audit trail, or it has aged out.
    public static let auditRecordNotFound = Self("AuditRecordNotFound", .missing)
    /// The code of the first run is wrong, used up or too old.
    public static let firstRunCodeRefused = Self("FirstRunCodeRefused", .forbidden)
    /// There is an account already.
    public static let firstRunOver = Self("FirstRunOver", .missing)
    /// The step needs a fresh proof of the person.
    public static let stepUpRequired = Self("StepUpRequired", .forbidden)
    /// The caller's role restores fewer accounts at once.
    public static let unitLimitExceeded = Self("UnitLimitExceeded", .forbidden)
    /// The account has no second factor, or has one already.
    public static let secondFactorConflict = Self("SecondFactorConflict", .conflict)
}
