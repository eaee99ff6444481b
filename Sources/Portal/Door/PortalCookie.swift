import Foundation
import OData

/// The portal's cookies. With TLS their names begin with `__Host-`, so that no other host, path or
/// plain connection can set them. Source: the portal's README, section 3.2.
enum PortalCookie: String {
    case session = "holdfast"
    /// Binds a sign-in to the browser that began it. It comes back from an issuer elsewhere,
    /// so it is `Lax`.
    case signIn = "holdfast-sign-in"

    func name(isSecure: Bool) -> String { isSecure ? "__Host-\(rawValue)" : rawValue }

    /// The field that sets it.
    func field(_ value: String, isSecure: Bool, seconds: Int? = nil) -> String {
        let site = self == .session ? "Strict" : "Lax"
        return "\(name(isSecure: isSecure))=\(value); Path=/; HttpOnly; SameSite=\(site)"
            + (isSecure ? "; Secure" : "") + (seconds.map { "; Max-Age=\($0)" } ?? "")
    }

    /// The field that removes it.
    func removal(isSecure: Bool) -> String { field("", isSecure: isSecure, seconds: 0) }

    /// Its value in a request; nil where it is missing, or there are two, of which
    /// one may be another's.
    func value(in request: PortalRequest) -> String? {
        let name = name(isSecure: request.isSecure)
        let pairs = request.question.headers.all("Cookie").flatMap { $0.split(separator: ";") }
        let values = pairs.compactMap { pair -> String? in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, halves[0].trimmingCharacters(in: .whitespaces) == name else { return nil }
            return halves[1].trimmingCharacters(in: .whitespaces)
        }
        guard values.count == 1, let value = values.first, !value.isEmpty, value.utf8.count <= 128 else { return nil }
        return value
    }
}
