extension [UInt8] {
    /// Appends `count` bytes that `body` writes, without clearing them first. If `body`
    /// throws, nothing is appended.
    ///
    /// Unsafe because `body` must write all `count` bytes from the pointer on, and no more.
    @unsafe
    mutating func appendBytes<Failure: Error>(
        _ count: Int, _ body: (UnsafeMutableRawPointer) throws(Failure) -> Void
    ) throws(Failure) {
        var failure: Failure?
        append(addingCapacity: count) { span in
            unsafe span.withUnsafeMutableBufferPointer { buffer, initialized in
                // A capacity of zero may have no address; then there is nothing to write.
                guard let base = buffer.baseAddress else { return }
                do throws(Failure) {
                    unsafe try body(UnsafeMutableRawPointer(base))
                    initialized = count
                } catch {
                    failure = error
                }
            }
        }
        if let failure { throw failure }
    }
}
