import Glibc

/// Texts as C wants them, for the time of a call.
enum CStrings {
    typealias Pointers = UnsafePointer<UnsafePointer<CChar>?>

    /// Calls `body` with an array of C strings, null where a text is nil.
    static func with<Value>(_ texts: [String?], _ body: (Pointers?) throws -> Value) rethrows -> Value {
        // Safe: the copies are freed after the call only.
        let copies = unsafe texts.map { text in unsafe text.map { unsafe strdup($0) } ?? nil }
        defer { unsafe copies.forEach { unsafe free($0) } }
        let pointers = unsafe copies.map { copy in unsafe copy.map { unsafe UnsafePointer($0) } }
        return try unsafe pointers.withUnsafeBufferPointer { try unsafe body($0.baseAddress) }
    }
}

/// The arguments of a statement in binary form, as libpq wants them, for the time of a call.
enum BinaryArguments {
    typealias Body<Value> = (Int32, CStrings.Pointers?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Value

    /// Calls `body` with the number of arguments, their bytes, lengths and forms.
    static func with<Value>(_ arguments: [[UInt8]?], _ body: Body<Value>) -> Value {
        let total = arguments.reduce(0) { $0 + ($1?.count ?? 0) }
        // One block for all. An empty value has an address, so that it is no null.
        let block = UnsafeMutablePointer<CChar>.allocate(capacity: total + 1)
        defer { unsafe block.deallocate() }
        var pointers: [UnsafePointer<CChar>?] = unsafe []
        var offset = 0
        for argument in arguments {
            guard let argument else {
                unsafe pointers.append(nil)
                continue
            }
            let start = unsafe block + offset
            for (place, byte) in argument.enumerated() { unsafe start[place] = CChar(bitPattern: byte) }
            unsafe pointers.append(UnsafePointer(start))
            offset += argument.count
        }
        let lengths = arguments.map { Int32(clamping: $0?.count ?? 0) }
        let formats = arguments.map { _ in Int32(1) }
        return unsafe pointers.withUnsafeBufferPointer { pointers in
            unsafe lengths.withUnsafeBufferPointer { lengths in
                unsafe formats.withUnsafeBufferPointer { formats in
                    unsafe body(
                        Int32(arguments.count), pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
                }
            }
        }
    }
}
