public import ProtectionService

/// Whoever knows the people: the embedded issuer, or one elsewhere.
public protocol IdentityProvider: Sendable {
    /// Whether it is the embedded issuer, whose accounts this server keeps.
    var isEmbedded: Bool { get }

    /// The name of the issuer, as in its tokens.
    var issuerName: String { get }

    /// The address that a browser is sent to, to sign in.
    /// - Parameter redirectURI: where it comes back to.
    /// - Parameter mustProve: whether the person has to sign in although the issuer still knows them.
    func signInAddress(
        _ attempt: SignInAttempt, origin: String, redirectURI: String, mustProve: Bool
    ) async throws -> String

    /// The person that a code stands for.
    /// - Throws: `IdentityRefusal`, and whatever goes wrong on the way.
    func person(code: String, attempt: SignInAttempt, redirectURI: String) async throws -> SignedInPerson
}

/// Why a person is not let in, in words for them.
public struct IdentityRefusal: Error, Sendable, Hashable {
    public let message: String
    /// What went wrong between the servers, for the log; nil where the person alone can mend it.
    public let cause: String?

    public init(_ message: String, cause: String? = nil) { (self.message, self.cause) = (message, cause) }
}

/// Slows down failed sign-ins.
public protocol SignInLimits: Sendable {
    /// The seconds that a sign-in has to wait; nil where it may be tried.
    func wait(address: String, client: String) -> Double?
    func failed(address: String, client: String)
}

extension SignInLimits {
    /// The whole seconds that a sign-in has to wait; nil where it may be tried.
    func seconds(address: String, client: String) -> Int? {
        wait(address: address, client: client).map { max(1, Int($0.rounded(.up))) }
    }
}
