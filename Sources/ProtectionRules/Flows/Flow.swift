package import Catalog

/// A status that events move, and nothing else does.
package protocol Flow: SQLEnum, CaseIterable, Hashable {
    associatedtype Event
    /// The status of a row that was just made.
    static var initial: Self { get }
    /// The status after an event; nil where the event is refused or means nothing.
    func after(_ event: Event) -> Self?
}

/// A record whose status a flow moves. These functions are the only ones that write it.
package protocol FlowRecord: CatalogRecord {
    associatedtype Status: Flow
    var status: Status { get set }
}

extension FlowRecord {
    /// Gives a record that was just made its first status.
    package mutating func begin() { status = Status.initial }

    /// Moves the status. Returns whether the event means anything to it; if not, nothing changes.
    @discardableResult
    package mutating func advance(_ event: Status.Event) -> Bool {
        guard let next = status.after(event) else { return false }
        status = next
        return true
    }
}
