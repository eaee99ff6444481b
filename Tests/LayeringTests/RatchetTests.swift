import Foundation
import Testing

/// Habits that are counted in every Swift file. A count that grew is mended in the code; one that
/// fell becomes the new bound, so that it never grows back. Width and indentation are not here:
/// `make lint` holds them.
struct RatchetTests {
    /// One habit: where it occurs, and how often it may.
    struct Habit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is there today.
        let bound: Int
        /// The lines of a file where it occurs, once for each time.
        let places: @Sendable (SourceFile) -> [Int]
    }

    static let habits = [
        Habit(testDescription: "lines of more than 120 columns", bound: 0) { file in
            file.lines.indices.filter { file.lines[$0].count > 120 }.map { $0 + 1 }
        },
        Habit(testDescription: "functions with four or more parameters without a label", bound: 0) { file in
            let code = file.code
            return code.matches(of: /\b(?:func\s+[^\s(<]+|init[?!]?|subscript)\s*(?:<[^(]*?>)?\(/).filter { match in
                parts(of: code[match.range.upperBound...]).count { $0.drop(while: \.isWhitespace).hasPrefix("_ ") } >= 4
            }.map { SourceFile.line(of: $0.range.lowerBound, in: code) }
        },
        Habit(testDescription: "lines of documentation with three words or fewer", bound: 173) { file in
            file.lines.indices.filter { number in
                let line = file.lines[number].drop(while: { $0 == " " })
                return line.hasPrefix("/// ") && (2...4).contains(line.split(separator: " ").count)
            }.map { $0 + 1 }
        },
        Habit(testDescription: "comparisons with false", bound: 0) { file in
            places(of: /== +false\b/, in: file)
        },
        Habit(testDescription: "expectations joined by &&", bound: 0) { file in
            let code = file.code
            return code.matches(of: /#(?:expect|require)\(/).filter { match in
                hasConjunction(code[match.range.upperBound...])
            }.map { SourceFile.line(of: $0.range.lowerBound, in: code) }
        },
        Habit(testDescription: "closures that only name the type they throw", bound: 4) { file in
            places(of: /throws\([A-Za-z.]+\)(?: -> [^{}\n]+)? in\b/, in: file)
        },
        // A flow names the first status of its thing: `.initial`.
        Habit(testDescription: "statuses written outside of the flows", bound: 0) { file in
            guard file.isOfService, !file.path.contains("/Flows/") else { return [] }
            let literal = /\.status = \.[a-z]|"status": ?(?:[A-Z]\w+Status)?\.\w+|\bstatus: \.(?!initial\b)[a-z]\w+[,)]/
            return places(of: literal, in: file)
        },
        Habit(testDescription: "branches over workloads outside of Workloads", bound: 64) { file in
            guard file.path.hasPrefix("Sources/"), !file.path.contains("/Workloads/") else { return [] }
            let branch = /workload [=!]= \.|(?:==|case) \.(?:exchange|sharePoint|oneDriveForBusiness)\b/
            return places(of: branch, in: file)
        },
    ]

    @Test(arguments: habits)
    func `a habit occurs as often as its bound says`(habit: Habit) throws {
        let places = try SourceTree.files().flatMap { file in habit.places(file).map { "\(file.path):\($0)" } }
        let list = places.prefix(40).joined(separator: "\n")
        #expect(places.count <= habit.bound, "\(habit.testDescription): mend the code, not the bound\n\(list)")
        #expect(places.count >= habit.bound, "there are fewer than before: lower the bound to \(places.count)")
    }
}

extension SourceFile {
    /// Whether the file belongs to the targets in which statuses change.
    fileprivate var isOfService: Bool {
        ["ProtectionRules", "ProtectionService", "BackupWork", "BackupService"].contains {
            path.hasPrefix("Sources/\($0)/")
        }
    }
}

private func places(of pattern: some RegexComponent, in file: SourceFile) -> [Int] {
    let code = file.code
    return code.matches(of: pattern).map { SourceFile.line(of: $0.range.lowerBound, in: code) }
}

/// The parts between the commas of a list, up to its closing bracket.
private func parts(of text: Substring) -> [Substring] {
    var (depth, parts, start) = (0, [Substring](), text.startIndex)
    for index in text.indices {
        switch text[index] {
        case "(", "[", "{": depth += 1
        case ")" where depth == 0, "]" where depth == 0, "}" where depth == 0:
            return parts + [text[start..<index]]
        case ")", "]", "}": depth -= 1
        case "," where depth == 0:
            parts.append(text[start..<index])
            start = text.index(after: index)
        default: break
        }
    }
    return parts
}

/// Whether the arguments of a macro hold `&&` outside of brackets and strings.
private func hasConjunction(_ text: Substring) -> Bool {
    var (depth, isString, isEscaped, former): (Int, Bool, Bool, Character) = (0, false, false, " ")
    for character in text {
        defer { former = character }
        if isString {
            isString = isEscaped || character != "\""
            isEscaped = !isEscaped && character == "\\"
            continue
        }
        switch character {
        case "\"": isString = true
        case "(", "[", "{": depth += 1
        case ")" where depth == 0, "]" where depth == 0, "}" where depth == 0: return false
        case ")", "]", "}": depth -= 1
        case "&" where depth == 0 && former == "&": return true
        default: break
        }
    }
    return false
}
