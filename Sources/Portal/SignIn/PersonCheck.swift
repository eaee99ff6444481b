import Catalog
import OData
import ProtectionRules
import ProtectionService

/// Checks name, password and code of a form, and counts what fails.
struct PersonCheck: Sendable {
    let service: ServiceContext
    let limits: any SignInLimits

    enum Outcome: Sendable {
        case accepted(OperatorAccount)
        /// What to tell the person.
        case refused(String)
    }

    /// The longest name and password that are looked at at all.
    private static let maximumBytes = 2048

    func outcome(name: String?, password: String?, code: String?, address: String) async throws -> Outcome {
        guard let name, let password, name.utf8.count <= Self.maximumBytes,
            password.utf8.count <= Self.maximumBytes, !name.utf8.contains(0)
        else { return .refused(Self.wrong) }
        let key = OperatorName.folded(name)
        if let seconds = limits.seconds(address: address, client: key) {
            return .refused("Too many sign-ins failed. Try again in \(seconds) seconds.")
        }
        switch try await service.signIn.verify(name: name, password: password, code: code) {
        case .accepted(let account): return .accepted(account)
        case .needsCode: return .refused("Give the code of your second factor too, or one of your recovery codes.")
        case .refused:
            limits.failed(address: address, client: key)
            // Somebody typed the name, which may be a password in the wrong field: only names of accounts are kept.
            let known = try await service.operators.account(named: name)?.name
            try await record(
                .signIn, id: nil, name: known, address: address, outcome: ServiceErrorCode.signInFailed.rawValue)
            return .refused(Self.wrong)
        }
    }

    private static let wrong = "The name, the password or the code is not right."
}
