import CLinuxCalls
import FileTree
import Glibc

/// Extended attributes of the object behind a descriptor of any kind.
enum ExtendedAttributes {
    /// All attributes that the system lists, sorted by name; none where the file system has none.
    /// One that vanishes meanwhile is left out.
    static func read(_ item: Descriptor) throws(SystemFailure) -> [ExtendedAttribute] {
        var attributes: [ExtendedAttribute] = []
        for name in try names(item) {
            do throws(SystemFailure) {
                attributes.append(ExtendedAttribute(name: name, value: try value(name, item)))
            } catch {
                if error.number != ENODATA { throw error }
            }
        }
        return attributes.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Makes the attributes of an item exactly these.
    ///
    /// Outside the namespace `user` the system decides who may set and remove what; names that
    /// it refuses there are skipped. A refused attribute of the user is an error, because it
    /// is the user's data.
    static func replace(_ item: Descriptor, with wanted: [ExtendedAttribute]) throws(SystemFailure) {
        let present = try read(item)
        for attribute in present where !wanted.contains(where: { $0.name == attribute.name }) {
            try tolerating(attribute.name, remove(attribute.name, from: item))
        }
        for attribute in wanted where !present.contains(attribute) {
            try tolerating(attribute.name, set(attribute, on: item))
        }
    }

    private static func remove(_ name: [UInt8], from item: Descriptor) throws(SystemFailure) {
        let name = try CName(name)
        try System.kernel { unsafe holdfast_remove_attribute(item.number, name.characters) }
    }

    private static func set(_ attribute: ExtendedAttribute, on item: Descriptor) throws(SystemFailure) {
        let name = try CName(attribute.name)
        try System.kernel {
            unsafe holdfast_set_attribute(item.number, name.characters, attribute.value, attribute.value.count)
        }
    }

    private static func tolerating(
        _ name: [UInt8], _ change: @autoclosure () throws(SystemFailure) -> Void
    ) throws(SystemFailure) {
        do throws(SystemFailure) {
            try change()
        } catch {
            let refused = [EPERM, EACCES, EOPNOTSUPP, EINVAL, ENODATA].contains(error.number)
            if !refused || name.starts(with: "user.".utf8) { throw error }
        }
    }

    private static func names(_ item: Descriptor) throws(SystemFailure) -> [[UInt8]] {
        do throws(SystemFailure) {
            let list = unsafe try growing { (start, count) in
                unsafe holdfast_list_attributes(item.number, start?.assumingMemoryBound(to: CChar.self), count)
            }
            return list.split(separator: 0).map { Array($0) }
        } catch {
            if error.number == EOPNOTSUPP { return [] }
            throw error
        }
    }

    private static func value(_ name: [UInt8], _ item: Descriptor) throws(SystemFailure) -> [UInt8] {
        let name = try CName(name)
        return unsafe try growing { (start, count) in
            unsafe holdfast_get_attribute(item.number, name.characters, start, count)
        }
    }

    /// Repeats a call with a growing buffer until the answer fits. The first call, without a
    /// buffer, only asks for the size: most items have no attributes.
    private static func growing(_ call: (UnsafeMutableRawPointer?, Int) -> Int) throws(SystemFailure) -> [UInt8] {
        while true {
            let size = try System.kernel { call(nil, 0) }
            if size == 0 { return [] }
            var buffer = [UInt8](repeating: 0, count: size)
            do throws(SystemFailure) {
                let count = try System.kernel {
                    unsafe buffer.withUnsafeMutableBytes { space in unsafe call(space.baseAddress, space.count) }
                }
                return Array(buffer[..<count])
            } catch {
                if error.number != ERANGE { throw error }
            }
        }
    }
}
