import BackupRepository
import Foundation
import ProtectionRules

extension OperationGroup {
    /// The time of sign-ins.
    var signInNow: Date { (dependencies.signInClock ?? dependencies.clock).now() }
    var lifetimes: SignInLifetimes { dependencies.signIn }

    func randomBytes(_ count: Int) -> [UInt8] { dependencies.repositoryEnvironment.randomBytes(count) }

    /// A new secret of 256 bits.
    package func makeSecret() -> String { SecretText.make(randomBytes) }

    /// A new code for people.
    func makeCode(_ alphabet: [Character], length: Int) -> String {
        ReadableCode.make(alphabet, length: length) { SecretText.number(below: $0, randomBytes) }
    }
}
