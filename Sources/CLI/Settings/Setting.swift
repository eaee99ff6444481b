import Foundation

/// One setting of a server: its name, where its value is kept, which values it takes,
/// and what it means.
struct Setting: Sendable {
    let name: String
    let meaning: String
    private let kind: Kind

    private enum Kind: Sendable {
        case number(any (WritableKeyPath<ServerSettings, Int> & Sendable), ClosedRange<Int>)
        case text(Text)
    }

    /// A setting that is no number.
    struct Text: Sendable {
        /// What a value must be, for a user who wrote something else.
        let form: String
        let show: @Sendable (ServerSettings) -> String
        /// Stores a value; false where it does not fit.
        let set: @Sendable (inout ServerSettings, String) -> Bool
    }

    init(
        _ name: String, at place: any (WritableKeyPath<ServerSettings, Int> & Sendable), in range: ClosedRange<Int>,
        meaning: String
    ) {
        self.name = name
        self.meaning = meaning
        kind = .number(place, range)
    }

    init(_ name: String, _ text: Text, meaning: String) {
        self.name = name
        self.meaning = meaning
        kind = .text(text)
    }

    /// The value, as a user would write it.
    func shown(in settings: ServerSettings) -> String {
        switch kind {
        case .number(let place, _): "\(settings[keyPath: place])"
        case .text(let text): text.show(settings)
        }
    }

    /// Stores a value.
    /// - Returns: nil, or what the value must be where it does not fit.
    func set(_ value: String, in settings: inout ServerSettings) -> String? {
        switch kind {
        case .number(let place, let range):
            guard let number = Int(value), range.contains(number) else {
                return "a whole number from \(range.lowerBound) to \(range.upperBound)"
            }
            settings[keyPath: place] = number
            return nil
        case .text(let text): return text.set(&settings, value) ? nil : text.form
        }
    }

    /// The name of the environment variable.
    var environmentName: String { "HOLDFAST_" + name.uppercased().replacing("-", with: "_") }
}
