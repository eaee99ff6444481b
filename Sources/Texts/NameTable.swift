/// How the names of a kind of thing compare.
public enum NameRule: Sendable {
    /// By bytes: sites, libraries, files.
    case exact
    /// By bytes, after every scalar became lower-case (Unicode's full mapping): people, mail
    /// addresses, addresses of sites.
    ///
    /// Nothing is normalised: a name in NFC and the same in NFD stay two.
    case anyCase

    /// The form of a name that is compared.
    public func key(_ name: String) -> ExactText {
        switch self {
        case .exact: ExactText(name)
        case .anyCase: ExactText(name.lowercased())
        }
    }
}

/// Things by names that come from outside.
///
/// A name finds the thing whose key is the same; of several with one key, the one whose name has
/// the same bytes. Where no key is the same it finds the one thing whose key is canonically
/// equivalent: a folder that was made on a Mac has a decomposed name, and a person types a composed
/// one. Where several remain, it finds none and names them all.
public struct NameTable<Value> {
    /// What a name finds.
    public enum Match {
        case none
        case one(Value)
        /// Two or more could be meant.
        case several([Value])
    }

    struct Entry {
        let name: String
        let value: Value
    }

    private let rule: NameRule
    private var entries: [ExactText: [Entry]] = [:]
    /// The keys by canonical equivalence, which is what `String` compares by.
    private var alike: [String: [ExactText]] = [:]

    public init(_ rule: NameRule) { self.rule = rule }

    /// Adds a value under a name. Returns the first value already there under the
    /// same key, which stays.
    @discardableResult
    public mutating func insert(_ value: Value, for name: String) -> Value? {
        let key = rule.key(name)
        let before = entries[key]?.first?.value
        if before == nil { alike[key.string, default: []].append(key) }
        entries[key, default: []].append(Entry(name: name, value: value))
        return before
    }

    /// Whether something has the key of a name.
    public func contains(_ name: String) -> Bool { entries[rule.key(name)] != nil }

    /// The value with the same key; nil where several could be meant.
    public func exactly(_ name: String) -> Value? {
        if case .one(let value) = match(rule.key(name), name) { value } else { nil }
    }

    /// What a name finds.
    public func find(_ name: String) -> Match {
        let key = rule.key(name)
        if entries[key] != nil { return match(key, name) }
        let found = (alike[key.string] ?? []).flatMap { entries[$0] ?? [] }.map(\.value)
        return found.count > 1 ? .several(found) : found.first.map(Match.one) ?? .none
    }

    /// The one thing that a name finds.
    public subscript(name: String) -> Value? { if case .one(let value) = find(name) { value } else { nil } }

    private func match(_ key: ExactText, _ name: String) -> Match {
        guard let found = entries[key], let only = found.first else { return .none }
        guard found.count > 1 else { return .one(only.value) }
        return found.first { $0.name.isExactly(name) }.map { .one($0.value) } ?? .several(found.map(\.value))
    }
}

extension NameTable: Sendable where Value: Sendable {}
extension NameTable.Entry: Sendable where Value: Sendable {}
