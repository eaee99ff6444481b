/// What many pages of the manual have in common.
enum ManualFacts {
    /// The variables of the environment that commands read.
    private static let variables: [(name: String, meaning: String)] = [
        ("HOLDFAST_CONFIG", "The configuration file, where --config is not given."),
        ("HOLDFAST_STATE", "The state folder of a server on this machine, where --state is not given."),
        ("HOLDFAST_SERVER", "The address of a server, where --server is not given."),
        ("HOLDFAST_CONTEXT", "The context that names a server, where --context is not given."),
        ("HOLDFAST_TOKEN", "The token for that server."),
        ("NO_COLOR", "Where it is set, output has neither colour nor bold type."),
        ("XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME", "Where contexts, tokens and completions are kept."),
    ]

    /// The head of a page, and its section NAME.
    static func begin(_ page: inout ManualText, title: String, section: Int, date: String, about: String) {
        page.raw(".\\\" Written by 'holdfast manual' from what the program says of itself.")
        page.raw(".Dd \(date)")
        page.request("Dt", title.uppercased(), "\(section)")
        page.raw(".Os")
        page.request("Sh", "NAME")
        page.request("Nm", title)
        page.raw(".Nd " + ManualText.escaped(about.hasSuffix(".") ? about.dropLast() : about[...]))
    }

    static func environment(_ page: inout ManualText) {
        page.request("Sh", "ENVIRONMENT")
        page.raw(".Bl -tag -width Ds")
        for variable in variables {
            page.raw(".It Ev " + ManualText.escaped(variable.name))
            page.prose(variable.meaning)
        }
        page.request("El")
        page.prose("Each setting has a variable of its own too: see holdfast.yaml(5).")
    }

    static func files(_ page: inout ManualText) {
        page.request("Sh", "FILES")
        page.raw(".Bl -tag -width Ds")
        let files = [
            (ConfigurationSources.packageFile, "The configuration of the package's server."),
            (ConfigurationSources.packageFile + ".d/*.yaml", "More of it, in the order of the names."),
            (PlaceSettings.packageFolder, "The state folder of the package's server."),
        ]
        for (path, meaning) in files {
            page.raw(".It Pa " + ManualText.escaped(path))
            page.prose(meaning)
        }
        page.request("El")
    }

    static func exitCodes(_ page: inout ManualText) {
        page.request("Sh", "EXIT STATUS")
        page.raw(".Bl -tag -width Ds")
        for exit in CommandExit.allCases {
            page.raw(".It \(exit.rawValue)")
            page.prose(sentence(exit.meaning))
        }
        page.request("El")
    }

    static func seeAlso(_ page: inout ManualText, from name: String) {
        page.request("Sh", "SEE ALSO")
        if name != "holdfast" { page.raw(".Xr holdfast 1 ,") }
        page.raw(name == "holdfast.yaml" ? ".Xr restic 1" : ".Xr restic 1 ,")
        if name != "holdfast.yaml" { page.raw(".Xr holdfast.yaml 5") }
    }

    /// A text that begins with a capital and ends with a full stop.
    static func sentence(_ text: String) -> String {
        let text = text.prefix(1).uppercased() + text.dropFirst()
        return text.isEmpty || ".?!".contains(text.last ?? ".") ? text : text + "."
    }
}
