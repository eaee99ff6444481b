/// The parts of a command's help that all commands have in common.
enum HelpText {
    /// What a command does, and examples that can be typed as they stand.
    static func discussion(_ text: String = "", examples: [String]) -> String {
        let lines = examples.map { "  " + $0 }.joined(separator: "\n")
        return (text.isEmpty ? "" : text + "\n\n") + "Examples:\n" + lines
    }

    /// The forms of a moment, for the options that take one.
    static let moment = """
        A moment: 2026-11-21T09:40Z, "2026-11-21 09:40" (local time), 09:40 (the last one), "2 hours ago", yesterday, \
        "yesterday 17:00", last-clean, before:<incident>, point:<id>, or now.
        """
}

/// Tells a user of a former name what it is called today.
enum FormerName {
    static func tell(_ used: String, now current: String) {
        Diagnostics.line(
            "'holdfast \(used)' is called 'holdfast \(current)' now; the old name goes on for two releases.")
    }
}

/// What is said beside the result, on standard error.
enum Diagnostics {
    /// Writes a sentence that may hold foreign names.
    static func line(_ text: String) {
        for line in Wrapping.lines(text.printable, width: Terminal.errorWidth) { Terminal.error.show(line + "\n") }
    }
}
