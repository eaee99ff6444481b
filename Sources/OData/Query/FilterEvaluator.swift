import Texts

extension FilterExpression {
    /// Whether an entity matches; `value` looks its properties up. For small collections:
    /// stores translate the expression.
    public func matches(_ value: (PropertyPath) -> FilterValue) -> Bool {
        switch self {
        case .comparison(let property, let comparison, let wanted):
            FilterValue.holds(value(property), comparison, wanted)
        case .oneOf(let property, let wanted): wanted.contains { FilterValue.holds(value(property), .equal, $0) }
        case .text(let function, let property, let text): function.holds(value(property), text)
        case .and(let terms): terms.allSatisfy { $0.matches(value) }
        case .or(let terms): terms.contains { $0.matches(value) }
        case .not(let term): !term.matches(value)
        }
    }
}

extension TextFunction {
    fileprivate func holds(_ value: FilterValue, _ wanted: String) -> Bool {
        guard case .string(let text) = value else { return false }
        // As the catalogue's conditions fold.
        let haystack = text.foldingASCII
        let needle = wanted.foldingASCII
        switch self {
        case .startsWith: return haystack.starts(with: needle)
        case .endsWith: return haystack.reversed().starts(with: needle.reversed())
        case .contains: return Self.contains(haystack, needle)
        }
    }

    /// Searches with the algorithm of Knuth, Morris and Pratt, in linear time for any texts.
    private static func contains(_ haystack: [UInt8], _ needle: [UInt8]) -> Bool {
        guard !needle.isEmpty else { return true }
        var borders = [0]
        var length = 0
        for byte in needle.dropFirst() {
            while length > 0, byte != needle[length] { length = borders[length - 1] }
            if byte == needle[length] { length += 1 }
            borders.append(length)
        }
        length = 0
        for byte in haystack {
            while length > 0, byte != needle[length] { length = borders[length - 1] }
            if byte == needle[length] { length += 1 }
            if length == needle.count { return true }
        }
        return false
    }
}

extension FilterValue {
    /// Whether the comparison holds. With null on one side only `equal` and `notEqual` can hold.
    static func holds(_ left: FilterValue, _ comparison: ComparisonOperator, _ right: FilterValue) -> Bool {
        switch comparison {
        case .equal: return left.isSame(as: right)
        case .notEqual: return !left.isSame(as: right)
        case .greater, .greaterOrEqual, .less, .lessOrEqual: break
        }
        guard let order = left.order(against: right) else { return false }
        switch comparison {
        case .greater: return order > 0
        case .greaterOrEqual: return order >= 0
        case .less: return order < 0
        case .lessOrEqual: return order <= 0
        case .equal, .notEqual: return false
        }
    }

    private func isSame(as other: FilterValue) -> Bool {
        if let order = order(against: other) { return order == 0 }
        return self == other
    }

    /// Negative, zero or positive; nil where the values have no order.
    func order(against other: FilterValue) -> Int? {
        switch (self, other) {
        case (.int(let left), .int(let right)): Self.order(left, right)
        case (.double(let left), .double(let right)): Self.order(left, right)
        case (.int(let left), .double(let right)): Self.order(Double(left), right)
        case (.double(let left), .int(let right)): Self.order(left, Double(right))
        case (.date(let left), .date(let right)): Self.order(left, right)
        case (.bool(let left), .bool(let right)): Self.order(left ? 1 : 0, right ? 1 : 0)
        case (.string(let left), .string(let right)): Self.orderText(left, right)
        case (.enumeration(let left), .enumeration(let right)):
            Self.orderText(left.joined(separator: ","), right.joined(separator: ","))
        default: nil
        }
    }

    private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
        left < right ? -1 : left == right ? 0 : 1
    }

    /// Compares UTF-8 bytes, which orders by code point, so that memory and database agree.
    private static func orderText(_ left: String, _ right: String) -> Int {
        if left.utf8.lexicographicallyPrecedes(right.utf8) { return -1 }
        return left.utf8.elementsEqual(right.utf8) ? 0 : 1
    }
}

extension EntityShape {
    /// The records that match, in their order; ordered by `order` where it is
    /// given, missing values first.
    public func select(
        _ records: [Record], filter: FilterExpression?, order: [OrderItem], _ context: WriteContext
    ) -> [Record] {
        func value(_ record: Record) -> (PropertyPath) -> FilterValue {
            { self.filterValue(of: record, at: $0.names, context) }
        }
        let matching = filter.map { filter in records.filter { filter.matches(value($0)) } } ?? records
        guard !order.isEmpty else { return matching }
        let keyed = matching.enumerated().map { offset, record in
            (offset: offset, record: record, keys: order.map { value(record)($0.property) })
        }
        return keyed.sorted { left, right in
            for (index, item) in order.enumerated() {
                let comparison = Self.order(left.keys[index], right.keys[index])
                if comparison != 0 { return item.isDescending ? comparison > 0 : comparison < 0 }
            }
            return left.offset < right.offset
        }.map(\.record)
    }

    private static func order(_ left: FilterValue, _ right: FilterValue) -> Int {
        if left == .null || right == .null { return (left == .null ? 0 : 1) - (right == .null ? 0 : 1) }
        return left.order(against: right) ?? 0
    }
}
