/// The rule for names that every store accepts.
public enum ObjectName {
    /// Whether `name` is one or more components of `[A-Za-z0-9._-]` joined with `/`, none of them
    /// `.` or `..`, at most 255 bytes each.
    public static func isValid(_ name: String) -> Bool {
        let components = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return !components.isEmpty && components.allSatisfy(isValidComponent)
    }

    /// Whether `prefix` may be listed: empty, or a folder with its final slash. The beginning of a
    /// name is none: not every store can list by it.
    public static func isValidPrefix(_ prefix: String) -> Bool {
        prefix.isEmpty || (prefix.hasSuffix("/") && isValid(String(prefix.dropLast())))
    }

    private static func isValidComponent(_ bytes: Substring.UTF8View) -> Bool {
        guard !bytes.isEmpty, bytes.count <= 255 else { return false }
        if bytes.elementsEqual(".".utf8) || bytes.elementsEqual("..".utf8) { return false }
        return bytes.allSatisfy(isAllowed)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// Refuses a name that no store accepts: `invalidName`.
    public static func validate(_ name: String) throws(ObjectStoreError) {
        guard isValid(name) else {
            throw ObjectStoreError(
                .invalidName, name: name,
                message: "object names are components of letters, digits, '.', '_' and '-' joined with '/'")
        }
    }

    /// Refuses a prefix that no store lists: `invalidName`.
    public static func validate(prefix: String) throws(ObjectStoreError) {
        guard isValidPrefix(prefix) else {
            throw ObjectStoreError(
                .invalidName, name: prefix, message: "a prefix is empty, or a folder of objects with its final slash")
        }
    }
}
