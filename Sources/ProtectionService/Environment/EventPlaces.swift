import Synchronization

/// Counts the streams of events that are open.
final class EventPlaces: Sendable {
    private let taken = Mutex(0)

    /// A place, if fewer than `maximum` are taken.
    func take(atMost maximum: Int) -> EventPlace? {
        let isFree = taken.withLock { taken in
            guard taken < maximum else { return false }
            taken += 1
            return true
        }
        return isFree ? EventPlace(self) : nil
    }

    /// How many are taken.
    var count: Int { taken.withLock { $0 } }

    fileprivate func giveBack() { taken.withLock { $0 -= 1 } }
}

/// A place for one stream of events, given back when it is released.
public final class EventPlace: Sendable {
    private let places: EventPlaces

    fileprivate init(_ places: EventPlaces) { self.places = places }

    deinit { places.giveBack() }
}
