/// A configuration file with every setting, explained and commented out.
enum SampleConfiguration {
    private static let head = """
        # The configuration of Holdfast: holdfast.yaml(5). 'holdfast config check' looks for mistakes,
        # 'holdfast config show' tells each value in force and where it came from. Settings that are
        # commented out have the value that is shown, or none where the line ends with an example.
        #
        # Times: s m h d w. Sizes: B KiB MiB GiB TiB. Secrets: credential:NAME or file:/path.


        """

    /// The file. What a configuration was given stands there as a setting in force.
    static func text(of configuration: Configuration) -> String {
        var (text, groups) = (head, [String]())
        for setting in Setting.byGroup {
            let words = setting.name.split(separator: ".").map(String.init)
            let common = zip(words.dropLast(), groups).prefix { $0 == $1 }.count
            for (depth, word) in words.dropLast().enumerated().dropFirst(common) {
                if depth == 0, text != head { text += "\n" }
                text += indent(depth) + word + ":\n"
            }
            groups = Array(words.dropLast())
            text += lines(setting, configuration, depth: words.count - 1)
        }
        return text
    }

    private static func lines(_ setting: Setting, _ configuration: Configuration, depth: Int) -> String {
        let margin = indent(depth)
        let comment = Wrapping.lines(setting.meaning, width: 94 - margin.count).map { "\(margin)# \($0)\n" }.joined()
        guard configuration.sources[setting.name] == nil else {
            return comment + margin + line(setting, setting.shown(in: configuration.settings)) + "\n"
        }
        if let value = setting.defaultText { return comment + "\(margin)#\(line(setting, value))\n" }
        let example = setting.example.map { line(setting, $0) + "    # an example" }
        return comment + "\(margin)#\(example ?? lastWord(setting) + ":")\n"
    }

    /// A setting as a line of YAML, below its group.
    static func line(_ setting: Setting, _ value: String) -> String { "\(lastWord(setting)): \(scalar(value))" }

    private static func lastWord(_ setting: Setting) -> String {
        String(setting.name.split(separator: ".").last ?? "")
    }

    /// A value in quotes where YAML would read it as something else than a text, or not at all. A list
    /// in brackets stays one.
    private static func scalar(_ value: String) -> String {
        if value.hasPrefix("["), value.hasSuffix("]") { return value }
        let isPlain = value.wholeMatch(of: /[A-Za-z0-9\/][A-Za-z0-9\/._,@+-]*(?::[A-Za-z0-9\/._@+-]+)*/) != nil
        return isPlain ? value : "'" + value.replacing("'", with: "''") + "'"
    }

    private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}

extension Setting {
    /// Every setting: those without a group, then those of one group together, in the order in which
    /// groups are first shown.
    static var byGroup: [Setting] {
        var order: [String] = []
        for setting in all {
            // A group below another stands behind the settings of that one.
            for group in setting.groups where !order.contains(group) { order.append(group) }
        }
        let alone = all.filter(\.groups.isEmpty)
        let grouped = order.filter { !$0.contains(".") }.flatMap { top in
            let members = all.filter { $0.groups.first == top }
            let below = order.filter { $0.hasPrefix(top + ".") }
            return members.filter { $0.groups.count == 1 }
                + below.flatMap { group in members.filter { $0.groups.last == group } }
        }
        return alone + grouped
    }

    /// The names of the groups around it: `server` and `server.tls` for `server.tls.key`.
    var groups: [String] {
        let words = name.split(separator: ".").map(String.init).dropLast()
        return words.indices.map { words[...$0].joined(separator: ".") }
    }
}
