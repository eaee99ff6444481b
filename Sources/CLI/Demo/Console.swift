import Foundation

/// What the demo prints: numbered steps, plain lines, and progress that overwrites
/// itself on a terminal.
struct Console {
    let isTerminal = isatty(1) == 1
    private var steps = 0

    /// Begins a numbered step.
    mutating func step(_ text: String) {
        steps += 1
        write("\n\(bold("\(steps). \(text)"))\n")
    }

    /// Prints a line below the step.
    func line(_ text: String) {
        write("   \(text)\n")
    }

    /// Prints a line that the next one of its kind replaces on a terminal; elsewhere only
    /// `final` lines are printed.
    func progress(_ text: String, final: Bool) {
        if isTerminal {
            write("\r   \(text)\u{1B}[K" + (final ? "\n" : ""))
        } else if final {
            line(text)
        }
    }

    func bold(_ text: String) -> String {
        isTerminal ? "\u{1B}[1m\(text)\u{1B}[0m" : text
    }

    private func write(_ text: String) {
        FileHandle.standardOutput.show(text)
    }
}
