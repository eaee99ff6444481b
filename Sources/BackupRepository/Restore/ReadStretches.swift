/// Which neighbouring blobs of a pack one read serves.
struct ReadStretches: Sendable {
    /// A read goes on over a gap of at most this many bytes.
    var gapBytes: Int
    /// A read has at most this many bytes, unless a single blob is longer.
    var readSizeBytes: Int

    /// The ranges of blobs that one read each serves.
    /// - Parameter location: where each of `count` blobs lies, in ascending order of packs and
    ///   offsets; equal locations may follow each other.
    func stretches(count: Int, location: (Int) -> BlobLocation) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        var start = 0
        while start < count {
            let first = location(start)
            var end = start + 1
            var last = UInt64(first.offset) + UInt64(first.length)
            while end < count {
                let location = location(end)
                let stop = UInt64(location.offset) + UInt64(location.length)
                let isNear = UInt64(location.offset) <= last + UInt64(gapBytes)
                guard location.pack == first.pack, isNear,
                    stop <= last || stop - UInt64(first.offset) <= UInt64(readSizeBytes)
                else { break }
                last = max(last, stop)
                end += 1
            }
            stretches.append(start..<end)
            start = end
        }
        return stretches
    }
}
