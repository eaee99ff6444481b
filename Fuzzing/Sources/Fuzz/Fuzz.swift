import CFuzzer

/// Runs libFuzzer over one parser: `Fuzz --json [options of libFuzzer] <folder for
/// what is found> <corpus>`.
@main struct Fuzz {
    /// The parser that the arguments name. libFuzzer leaves arguments with two dashes alone, and
    /// repeats them to programs that it starts.
    private static let parse = CommandLine.arguments.lazy.filter { $0.hasPrefix("--") }.compactMap {
        Parsers.all[String($0.dropFirst(2))]
    }.first

    static func main() {
        guard parse != nil else { fatalError("name one parser, such as --json: \(Parsers.all.keys.sorted())") }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        // It ends the program itself, with the status that tells whether something was found.
        _ = unsafe LLVMFuzzerRunDriver(&count, &arguments) { start, count in
            do {
                _ = try Fuzz.parse?(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
            } catch {
                fatalError("\(error)")
            }
            return 0
        }
    }
}
