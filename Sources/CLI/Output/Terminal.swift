import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// What this process reads from and writes to.
enum Terminal {
    static let error = FileHandle.standardError

    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Hands on what was printed so far: a program that reads it waits for each line.
    static func flush() { _ = fflush(nil) }

    /// Columns of the terminal; nil where the output is none.
    static var width: Int? { width(of: STDOUT_FILENO) }

    /// Columns of the terminal for what is said beside the result; nil where it is none.
    static var errorWidth: Int? { width(of: STDERR_FILENO) }

    private static func width(of file: Int32) -> Int? {
        guard isatty(file) == 1 else { return nil }
        var size = winsize()
        guard unsafe ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Whether colour and bold type are wanted (https://no-color.org).
    static func hasStyle(environment: [String: String], isTerminal: Bool) -> Bool {
        isTerminal && environment["NO_COLOR"]?.isEmpty != false && environment["TERM"] != "dumb"
    }
}
