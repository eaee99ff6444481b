import Crypto
import Foundation

/// `master.key`: the random bytes from which every repository password and sealing key derives.
enum MasterSecret {
    /// Reads the secret of a state folder.
    /// - Throws: `StateRefusal` where it is missing, cut, or open to other users.
    static func read(in folder: URL) throws -> [UInt8] {
        let file = folder.appending(path: StateFile.secret)
        guard folder.holds(StateFile.secret) else { throw StateRefusal.secretMissing(file.path) }
        try PrivateFile.require(file, mode: 0o600)
        let secret = [UInt8](try Data(contentsOf: file))
        guard secret.count == StateFormat.secretBytes else {
            throw StateRefusal.wrongSecretSize(file: file.path, bytes: secret.count)
        }
        return secret
    }

    /// Makes a secret unless there is one.
    static func makeIfMissing(in folder: URL) throws {
        guard !folder.holds(StateFile.secret) else { return }
        let key = SymmetricKey(size: .bits256)
        try PrivateFile.write(
            unsafe key.withUnsafeBytes { unsafe Data($0) }, to: folder.appending(path: StateFile.secret))
    }
}
