import ResticFormat

extension Repository {
    /// Compresses bytes and seals them with the repository's key, for an object that lies beside the
    /// repository. To which name it belongs is the caller's to say within the bytes.
    public func seal(_ bytes: [UInt8]) throws(RepositoryError) -> [UInt8] {
        do {
            return try UnpackedFile.encode(bytes, sealer: sealer, compressor: codecs.compressors[3])
        } catch {
            throw RepositoryError(
                .storage, "what lies beside the repository could not be sealed: \(error)", cause: error)
        }
    }

    /// The bytes that `seal` took.
    /// - Parameter maximumBytes: the most that they may be.
    /// - Throws: `damaged` where they were changed or sealed with another key.
    public func open(sealed: [UInt8], maximumBytes: Int) throws(RepositoryError) -> [UInt8] {
        do {
            return Array(
                try UnpackedFile.decode(sealed, sealer: sealer, decompressor: codecs.decompressor, limit: maximumBytes))
        } catch {
            throw RepositoryError(
                .damaged, "an object beside the repository does not open with its key: \(error)", cause: error)
        }
    }
}
