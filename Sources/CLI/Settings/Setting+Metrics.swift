/// What those see who watch a server.
extension Setting {
    static let metrics = [
        Setting(
            "metrics.listen", metricsListen,
            meaning: """
                where GET /metrics is answered without a token; off: only at the server's own address, with one
                """),
        Setting(
            "metrics.per-unit", .flag(at: \.hasUnitMetrics),
            meaning: """
                whether /metrics has three series for each account and site, by its id; with more than 2,000 of them \
                there are none
                """),
    ]

    private static let metricsListen = SettingKind.text(
        type: "address", form: "an address as host:port, such as 127.0.0.1:9464, or 'off'",
        show: { $0.metricsListen.map { "\($0.host):\($0.port)" } ?? "off" },
        set: { settings, value in
            if value == "off" {
                settings.metricsListen = nil
                return true
            }
            guard let address = HostAndPort(value) else { return false }
            settings.metricsListen = address
            return true
        })
}
