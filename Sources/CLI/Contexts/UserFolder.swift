import Foundation

/// Where a program keeps what belongs to a user, as the XDG Base Directory Specification says.
enum UserFolder {
    /// Our folder of one kind.
    /// - Parameter variable: the variable that may name the folder of that kind, such as `XDG_CACHE_HOME`.
    /// - Parameter usual: where it lies below the user's home otherwise.
    static func url(_ variable: String, usual: String, _ environment: [String: String]) -> URL {
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        // A relative path in these variables is invalid and counts as none.
        let given = environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return URL(filePath: given ?? "\(home)/\(usual)").appending(path: "holdfast")
    }
}
