import CLinuxCalls
import Glibc

/// Extended attributes by path, without following a link.
enum PlainAttributes {
    static func set(_ path: [UInt8], _ name: String, _ value: [UInt8]) throws(PlainFileError) {
        let result = unsafe holdfast_lsetxattr(PlainFiles.c(path), name, value, value.count)
        try check("set an extended attribute of", path, Int(result))
    }

    /// All attributes by name; none where the file system has none.
    static func all(_ path: [UInt8]) throws(PlainFileError) -> [[UInt8]: [UInt8]] {
        var list = [CChar](repeating: 0, count: 1 << 16)
        let length = unsafe holdfast_llistxattr(PlainFiles.c(path), &list, list.count)
        if length == -Int(EOPNOTSUPP) { return [:] }
        try check("list the extended attributes of", path, length)
        var attributes: [[UInt8]: [UInt8]] = [:]
        for name in list[..<length].split(separator: 0) {
            var value = [UInt8](repeating: 0, count: 1 << 16)
            let count = unsafe holdfast_lgetxattr(PlainFiles.c(path), Array(name) + [0], &value, value.count)
            try check("read an extended attribute of", path, count)
            attributes[name.map { UInt8(bitPattern: $0) }] = Array(value[..<count])
        }
        return attributes
    }

    private static func check(_ action: String, _ path: [UInt8], _ result: Int) throws(PlainFileError) {
        guard result < 0 else { return }
        throw PlainFileError(action: action, path: String(decoding: path, as: UTF8.self), number: Int32(-result))
    }
}
