import Foundation

/// The names with which people sign in.
public enum OperatorName {
    public static let maximumCharacters = 100

    /// The name in the form that is kept; nil where it is empty, too long, or has characters that
    /// no one can type or see.
    public static func kept(_ text: String) -> String? {
        let name = text.precomposedStringWithCanonicalMapping.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !name.isEmpty, name.unicodeScalars.count <= maximumCharacters,
            name.unicodeScalars.allSatisfy({ !isHidden($0) })
        else { return nil }
        return name
    }

    /// The form in which names are compared: case, width and composition do not matter.
    public static func folded(_ name: String) -> String {
        name.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCompatibilityMapping.lowercased()
            .precomposedStringWithCompatibilityMapping
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: false
        }
    }
}
