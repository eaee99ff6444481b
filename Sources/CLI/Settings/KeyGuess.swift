/// What a name that does not exist may have meant.
enum KeyGuess {
    /// The sentence about a whole name that no setting has.
    static func unknown(_ name: String) -> String {
        let names = Setting.all.flatMap { [$0.name] + [$0.formerName].compactMap(\.self) }
        let guess = NearestWord.of(name, among: names) ?? near(name, among: Setting.all.map(\.name))
        return "there is no setting '\(name.cut(to: 80))'.\(question(guess)) 'holdfast config show' lists them."
    }

    /// The sentence about a word in a file that names neither a setting nor a group where it stands.
    static func unknown(_ word: String, in groups: [String]) -> String {
        let path = (groups + [word]).joined(separator: ".")
        if groups.isEmpty, let setting = Setting.all.first(where: { $0.formerName == word }) {
            return "'\(word)' is called \(setting.name) now, and takes \(setting.kind.reading.form)."
        }
        let above = groups.joined(separator: ".")
        let siblings = words(below: above)
        if let near = NearestWord.of(word, among: siblings) ?? near(word, among: siblings) {
            return "there is no '\(word.cut(to: 80))'\(place(above)). Did you mean '\(near)'?"
        }
        // The word may stand in the wrong group.
        let elsewhere = Setting.all.first { $0.name == word || $0.name.hasSuffix("." + word) }?.name
        let guess = elsewhere ?? NearestWord.of(path, among: Setting.all.map(\.name))
        let known = siblings.count <= 20 ? " Known: \(siblings.joined(separator: ", "))." : ""
        return "there is no '\(word.cut(to: 80))'\(place(above)).\(guess == nil ? known : question(guess))"
    }

    private static func place(_ group: String) -> String { group.isEmpty ? "" : " in '\(group.cut(to: 80))'" }

    private static func question(_ guess: String?) -> String { guess.map { " Did you mean '\($0)'?" } ?? "" }

    /// The words that may stand below a group; those at the top for none.
    static func words(below group: String) -> [String] {
        let prefix = group.isEmpty ? "" : group + "."
        let rests = Setting.all.map(\.name).filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
        var words: [String] = []
        for word in rests.compactMap({ $0.split(separator: ".").first.map(String.init) }) where !words.contains(word) {
            words.append(word)
        }
        return words
    }

    /// The name of which a part is near: 'short-retention' for 'retension'.
    private static func near(_ word: String, among names: [String]) -> String? {
        guard word.count > 3 else { return nil }
        return names.first { name in
            let parts = name.split(whereSeparator: { $0 == "-" || $0 == "." }).map(String.init)
            return parts.count > 1 && parts.contains { $0.count > 3 && NearestWord.of(word, among: [$0]) != nil }
        }
    }
}
