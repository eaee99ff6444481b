import Synchronization

/// Whether a catalogue may be changed. Once it is found damaged, nothing more is written to it: a row
/// written through a broken index is lost, or overwrites another.
public final class WriteGate: Sendable {
    private let reason = Mutex<String?>(nil)

    /// Refuses every later write of this process.
    /// - Parameter reason: what is wrong, for the log.
    public func close(because reason: String) { self.reason.withLock { $0 = $0 ?? reason } }

    public var isClosed: Bool { reason.withLock { $0 != nil } }

    func requireOpen() throws(CatalogError) {
        guard let reason = reason.withLock(\.self) else { return }
        throw CatalogError(.readOnly, "Nothing is written to the catalogue, because it is damaged. \(reason)")
    }
}
