import Synchronization
import Texts

/// Remembers the text of values that stand in many rows, so that each is coded once.
///
/// Bounded: when it is full, it forgets everything and starts over.
final class RepeatedValues<Value: Hashable & Sendable>: Sendable {
    private struct Known {
        var texts: [Value: String] = [:]
        var values: [ExactText: Value] = [:]
    }

    private let known = Mutex(Known())
    private let limit: Int

    /// - Parameter limit: the most values to remember.
    init(limit: Int) { self.limit = limit }

    /// The text of a value, made by `encode` the first time.
    func text(of value: Value, _ encode: (Value) -> String) -> String {
        if let text = known.withLock({ $0.texts[value] }) { return text }
        let text = encode(value)
        known.withLock { known in
            if known.texts.count >= limit { known.texts.removeAll() }
            known.texts[value] = text
        }
        return text
    }

    /// The value of a text, made by `decode` the first time; nil, and not remembered,
    /// where it gives none.
    func value(of text: String, _ decode: (String) -> Value?) -> Value? {
        if let value = known.withLock({ $0.values[ExactText(text)] }) { return value }
        guard let value = decode(text) else { return nil }
        known.withLock { known in
            if known.values.count >= limit { known.values.removeAll() }
            known.values[ExactText(text)] = value
        }
        return value
    }
}
