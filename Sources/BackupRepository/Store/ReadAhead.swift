import ObjectStorage

extension Repository {
    /// How many objects are on their way at once where all of a kind are read. A store far away
    /// takes as long for eight as for one.
    static let readsAhead = 8

    /// Reads objects, some of them at once, and hands them on in the order of their names as given.
    /// The first failure ends it.
    func withAhead<Value: Sendable>(
        _ names: [String], read: @escaping @Sendable (String) async throws -> Value,
        then use: (String, Value) throws -> Void
    ) async throws {
        if names.count == 1 { return try use(names[0], await read(names[0])) }
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var (begun, used) = (0, 0)
            var waiting: [Int: Value] = [:]
            while used < names.count {
                while begun < names.count, begun < used + Self.readsAhead {
                    let (number, name) = (begun, names[begun])
                    group.addTask { (number, try await read(name)) }
                    begun += 1
                }
                guard let (number, value) = try await group.next() else { break }
                waiting[number] = value
                while let value = waiting.removeValue(forKey: used) {
                    try use(names[used], value)
                    used += 1
                }
            }
        }
    }
}
