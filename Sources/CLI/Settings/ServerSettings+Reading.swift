extension ServerSettings {
    /// Reads the settings: defaults, then the file, then the environment, then the command line;
    /// the last one that names a setting wins.
    /// - Parameter file: a JSON object of setting names and values.
    /// - Parameter environment: `HOLDFAST_SERVER_REQUEST_BURST` for `server.request-burst`.
    /// - Parameter assignments: `name=value`.
    /// - Throws: `UsageError` for unknown names and values that do not fit.
    static func read(file: String?, environment: [String: String], assignments: [String]) throws -> ServerSettings {
        let sources = ConfigurationSources(flatFile: file, environment: environment, assignments: assignments)
        return try Configuration(sources).sound().settings
    }
}
