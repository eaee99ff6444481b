/// Where a value of a setting was given.
enum SettingSource: Hashable, Sendable {
    /// Nowhere: the default is in force.
    case builtIn
    case file(path: String, line: Int, column: Int)
    /// The flat JSON file of `--settings`.
    case flatFile(String)
    /// A variable of the environment.
    case variable(String)
    /// `--set` on the command line.
    case assignment
    /// An option of its own, such as `--listen`.
    case option(String)

    /// The place in words, before what is wrong there.
    var place: String {
        switch self {
        case .builtIn: "the defaults"
        case .file(let path, let line, let column): "\(path):\(line):\(column)"
        case .flatFile: "the settings file"
        case .variable(let name): name
        case .assignment: "--set"
        case .option(let name): name
        }
    }

    /// The place beside a value, in a list.
    var shown: String {
        switch self {
        case .builtIn: "default"
        case .file(let path, let line, _): "\(path):\(line)"
        case .flatFile(let path): path
        case .variable, .assignment, .option: place
        }
    }

    /// The kind, as the API names it.
    var kind: String {
        switch self {
        case .builtIn: "default"
        case .file, .flatFile: "file"
        case .variable: "environment"
        case .assignment, .option: "flag"
        }
    }
}
