import Synchronization

/// How tasks share a list of work: each takes the next number.
final class WorkCounter: Sendable {
    private let limit: Int
    private let next = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// The next number, nil when all are taken.
    func take() -> Int? {
        next.withLock { next in
            guard next < limit else { return nil }
            defer { next += 1 }
            return next
        }
    }
}

/// Where tasks put their results.
final class Gathered<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }

    func add(_ new: [Element]) {
        elements.withLock { $0 += new }
    }
}
