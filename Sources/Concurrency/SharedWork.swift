import Synchronization

/// How tasks share a list of work: each takes the next number.
package final class WorkCounter: Sendable {
    private let limit: Int
    private let next = Mutex(0)

    package init(limit: Int) { self.limit = limit }

    /// The next number, nil when all are taken.
    package func take() -> Int? {
        next.withLock { next in
            guard next < limit else { return nil }
            defer { next += 1 }
            return next
        }
    }
}

/// Where tasks put their results.
package final class Gathered<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    package init() {}

    package var all: [Element] { elements.withLock { $0 } }

    package func add(_ new: [Element]) {
        elements.withLock { $0 += new }
    }
}
