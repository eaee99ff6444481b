import Foundation
import JWTKit

/// The public keys of an issuer from its key set document. Keys of unknown kinds and keys that are
/// not for signatures are left out and reported; the others stay usable.
///
/// Source: RFC 7517, section 5: "Implementations SHOULD ignore JWKs within a JWK Set that use "kty"
/// values that are not understood by them, that are missing required members, or for which values
/// are out of the supported ranges."
struct IssuerKeySet: Sendable {
    /// A key that is not used, with the reason for the log.
    struct PassedOver: Hashable, Sendable {
        var id: String
        var reason: String
    }

    let passedOver: [PassedOver]
    private let keys: [SigningPublicKey]

    /// The bound on keys, far above what an issuer publishes while it rotates them.
    static let maximumKeys = 200
    /// The number of keys tried for one token, where it names none or several keys share a name.
    private static let maximumTries = 8

    /// Reads a key set document.
    /// - Throws: `DecodingError` where it is no object with an array `keys`.
    init(_ document: Data) async throws {
        let published = try JSONDecoder().decode(Document.self, from: document).keys
        var keys: [SigningPublicKey] = []
        var passedOver: [PassedOver] = []
        for key in published.prefix(Self.maximumKeys) {
            do {
                let usable = try key.forSignatures()
                try await usable.requireSoundValues()
                keys.append(usable)
            } catch let error as PublishedKey.Unusable {
                passedOver.append(PassedOver(id: key.id ?? "without kid", reason: error.text))
            }
        }
        if published.count > Self.maximumKeys {
            passedOver.append(PassedOver(id: "all after the first \(Self.maximumKeys)", reason: "the set is too long"))
        }
        self.keys = keys
        self.passedOver = passedOver
    }

    var isEmpty: Bool { keys.isEmpty }

    /// Whether a key may be the one that a token names, or any where it names none.
    func knows(_ keyID: String?) -> Bool { keyID.map { id in keys.contains { $0.id == id } } ?? !keys.isEmpty }

    /// The claims of a token that one of the keys signed, or nil. Keys without a name are tried for
    /// tokens whose key is not known by its name.
    func claims(of token: String, keyID: String?, algorithm: String?) async -> AccessTokenClaims? {
        let named = keyID.map { id in keys.filter { $0.id == id } } ?? keys
        let candidates = named.isEmpty ? keys.filter { $0.id == nil } : named
        for key in candidates.filter({ key in key.algorithms.contains { $0.rawValue == algorithm } }).prefix(
            Self.maximumTries)
        {
            // A new collection for each token: a kept one remembers the algorithm of the first
            // token, which any sender may choose.
            let collection = JWTKeyCollection()
            guard let jwk = key.jwk(for: algorithm), (try? await collection.add(jwk: jwk)) != nil,
                let claims = try? await collection.verify(token, as: AccessTokenClaims.self)
            else { continue }
            return claims
        }
        return nil
    }

    private struct Document: Decodable { var keys: [PublishedKey] }
}

/// A key that signatures can be checked with.
private struct SigningPublicKey: Sendable {
    let id: String?
    /// The algorithm that the key names, or those that its kind allows.
    let algorithms: [JWK.Algorithm]
    private let jwk: JWK

    init(_ jwk: JWK, id: String?, algorithms: [JWK.Algorithm]) {
        (self.jwk, self.id, self.algorithms) = (jwk, id, algorithms)
    }

    func requireSoundValues() async throws {
        guard let jwk = jwk(for: algorithms.first?.rawValue), (try? await JWTKeyCollection().add(jwk: jwk)) != nil
        else {
            throw PublishedKey.Unusable(text: "its values are missing or out of range")
        }
    }

    func jwk(for algorithm: String?) -> JWK? {
        guard let algorithm = algorithms.first(where: { $0.rawValue == algorithm }) else { return nil }
        var jwk = jwk
        jwk.algorithm = algorithm
        // The collection wants a name; there is no other key in it.
        jwk.keyIdentifier = jwk.keyIdentifier ?? "only"
        return jwk
    }
}

/// One entry of a key set, whatever it is.
private struct PublishedKey: Decodable {
    var id: String?
    private var kind: String?
    private var use: String?
    private var algorithm: String?
    private var curve: String?
    private var operations: [String]?
    private var jwk: JWK?

    struct Unusable: Error { var text: String }

    private enum Member: String, CodingKey { case kid, kty, use, alg, crv, key_ops }

    init(from decoder: any Decoder) throws {
        let members = try? decoder.container(keyedBy: Member.self)
        func text(_ member: Member) -> String? { try? members?.decode(String.self, forKey: member) }
        (id, kind, use, algorithm, curve) = (text(.kid), text(.kty), text(.use), text(.alg), text(.crv))
        operations = try? members?.decode([String].self, forKey: .key_ops)
        jwk = try? JWK(from: decoder)
    }

    func forSignatures() throws(Unusable) -> SigningPublicKey {
        guard let kind else { throw Unusable(text: "it has no kty") }
        if let use, use != "sig" { throw Unusable(text: "it is for '\(use)'") }
        if let operations, !operations.contains("verify") {
            throw Unusable(text: "it is for '\(operations.joined(separator: ", "))'")
        }
        guard let jwk else { throw Unusable(text: "its kind is not understood (\(Self.list(kind, curve, algorithm)))") }
        let possible = Self.algorithms(kind, curve)
        let named = algorithm.map { name in possible.filter { $0.rawValue == name } } ?? possible
        guard !named.isEmpty else {
            throw Unusable(
                text: "its algorithm is none for signatures of its kind (\(Self.list(kind, curve, algorithm)))")
        }
        return SigningPublicKey(jwk, id: id, algorithms: named)
    }

    private static func list(_ parts: String?...) -> String { parts.compactMap { $0 }.joined(separator: ", ") }

    /// Source: RFC 7518, section 3.1; RFC 8037, section 3.1.
    private static func algorithms(_ kind: String, _ curve: String?) -> [JWK.Algorithm] {
        switch (kind, curve) {
        case ("RSA", _): [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        case ("EC", "P-256"): [.es256]
        case ("EC", "P-384"): [.es384]
        case ("EC", "P-521"): [.es512]
        case ("OKP", "Ed25519"): [.eddsa]
        default: []
        }
    }
}
