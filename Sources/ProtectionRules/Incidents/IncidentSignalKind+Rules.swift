package import Catalog

extension IncidentSignalKind {
    /// Whether it says how much only, as work on many files does too.
    package var isAmount: Bool {
        switch self {
        case .massRewrite, .massRemoval: true
        case .brokenContent, .incompressible, .newEnding, .copies, .note, .wideRemoval, .sealedArchives, .spread: false
        }
    }

    /// Its place among the signals of an incident: what says most comes first.
    package var order: Int {
        switch self {
        case .brokenContent: 0
        case .newEnding: 1
        case .incompressible: 2
        case .copies: 3
        case .sealedArchives: 4
        case .massRemoval: 5
        case .wideRemoval: 6
        case .massRewrite: 7
        case .note: 8
        case .spread: 9
        }
    }
}
