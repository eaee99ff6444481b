import Glibc
import Synchronization

/// The names of owners and groups from the system's databases, each looked up once.
final class OwnerNames: Sendable {
    private struct Known {
        var users: [UInt32: String] = [:]
        var groups: [UInt32: String] = [:]
    }

    private let known = Mutex(Known())

    /// The name of a user, empty where unknown. The lookup runs outside the lock: it may
    /// ask a directory service.
    func user(_ id: UInt32) -> String {
        if let name = known.withLock({ $0.users[id] }) { return name }
        let name = unsafe OwnerNames.lookUp { buffer, size in
            var record = unsafe passwd()
            var result: UnsafeMutablePointer<passwd>?
            let status = unsafe getpwuid_r(id, &record, buffer, size, &result)
            guard status == 0 else { return .failure(SystemFailure(number: status)) }
            guard unsafe result != nil, let name = unsafe record.pw_name else { return .success("") }
            return .success(unsafe String(cString: name))
        }
        known.withLock { $0.users[id] = name }
        return name
    }

    /// The name of a group, empty where unknown.
    func group(_ id: UInt32) -> String {
        if let name = known.withLock({ $0.groups[id] }) { return name }
        let name = unsafe OwnerNames.lookUp { buffer, size in
            var record = unsafe Glibc.group()
            var result: UnsafeMutablePointer<Glibc.group>?
            let status = unsafe getgrgid_r(id, &record, buffer, size, &result)
            guard status == 0 else { return .failure(SystemFailure(number: status)) }
            guard unsafe result != nil, let name = unsafe record.gr_name else { return .success("") }
            return .success(unsafe String(cString: name))
        }
        known.withLock { $0.groups[id] = name }
        return name
    }

    /// Looks up with a buffer that grows to 1 MiB (a group's record holds all its members). Where
    /// the database fails, the name is empty.
    private static func lookUp(_ call: (UnsafeMutablePointer<CChar>, Int) -> Result<String, SystemFailure>) -> String {
        var size = 1024
        while size <= 1 << 20 {
            var buffer = [CChar](repeating: 0, count: size)
            let outcome = unsafe buffer.withUnsafeMutableBufferPointer { space -> Result<String, SystemFailure> in
                guard let start = space.baseAddress else { return .success("") }
                return unsafe call(start, space.count)
            }
            switch outcome {
            case .success(let name): return name
            case .failure(let failure):
                guard failure.number == ERANGE else { return "" }
                size *= 4
            }
        }
        return ""
    }
}
