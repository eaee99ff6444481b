/// The page of the manual about the configuration file.
struct ConfigurationPage {
    let date: String

    func text() -> String {
        var page = ManualText()
        ManualFacts.begin(
            &page, title: "holdfast.yaml", section: 5, date: date, about: "the configuration of a Holdfast server")
        page.request("Sh", "DESCRIPTION")
        for (number, paragraph) in Self.paragraphs.enumerated() {
            if number > 0 { page.request("Pp") }
            page.prose(paragraph)
        }
        page.request("Sh", "SETTINGS")
        var group: String?
        for setting in Setting.byGroup {
            let own = setting.groups.first ?? ""
            if own != group {
                if group != nil { page.request("El") }
                // Settings without a group come first.
                if !own.isEmpty { page.request("Ss", own) }
                page.raw(".Bl -tag -width Ds")
                group = own
            }
            Self.describe(setting, in: &page)
        }
        page.request("El")
        ManualFacts.files(&page)
        page.request("Sh", "EXAMPLES")
        page.literal(Self.example)
        ManualFacts.seeAlso(&page, from: "holdfast.yaml")
        return page.text
    }

    private static func describe(_ setting: Setting, in page: inout ManualText) {
        page.raw(".It Sy " + ManualText.escaped(setting.name))
        page.prose(ManualFacts.sentence(setting.meaning))
        page.prose(ManualFacts.sentence("\(setting.kind.type): \(setting.kind.reading.form)"))
        if let value = setting.defaultText { page.prose("The default is '\(value)'.") }
        if let option = setting.option { page.prose("The option \(option) of 'holdfast serve' wins over it.") }
        if setting.takesReload { page.prose("A new value is taken at SIGHUP.") }
    }

    private static let paragraphs = [
        """
        A server reads one file of YAML, which 'holdfast serve --config' names, and then the files *.yaml in the \
        folder of that name with '.d' behind it, in the order of their names. \
        Groups are nested, or joined with dots: 'policy: {cadence: 10m}' and 'policy.cadence: 10m' are the same.
        """,
        """
        Every value is read as a text and converted to the type of its setting, so that no value turns into something \
        else. Anchors, aliases, tags, several documents, tabs and keys that occur twice are refused, and so are \
        settings that do not exist. All faults are told at once, with line and column, and the exit code is 78. \
        A value that begins with a bracket or another sign of YAML stands in quotes.
        """,
        """
        Of several sources of one setting the later one wins: the default, the file, the files beside it, the \
        environment (HOLDFAST_SERVER_LISTEN for server.listen), --set name=value, an option of 'holdfast serve'. \
        'holdfast config show' tells each value in force and where it came from.
        """,
        """
        Times are written as 90s, 10m, 6h, 14d or 2w, sizes as 512B, 16KiB, 32MiB, 4GiB or 1TiB. A list stands in \
        brackets, or as one text with commas. A secret never stands in the file: 'credential:NAME' reads a credential \
        of the service (LoadCredential= of systemd.exec(5)), 'file:/path' a file of mode 0600.
        """,
        """
        At SIGHUP a server reads everything again: all of it, or nothing where a part is wrong. Most settings wait \
        for the next start; the log names those that changed.
        """,
    ]

    /// A file as a small installation has it. A test reads it.
    static let example = [
        "tenant:", "  folder: /srv/holdfast/tenant", "server:", "  listen: 0.0.0.0:8443",
        "  tls: {certificate: /etc/holdfast/tls/cert.pem, key: /etc/holdfast/tls/key.pem}", "policy:",
        "  cadence: 10m", "  short-retention: 14d", "mail:", "  server: mail.example.org:587",
        "  from: holdfast@example.org", "  user: holdfast", "  password: credential:smtp",
    ]
}
