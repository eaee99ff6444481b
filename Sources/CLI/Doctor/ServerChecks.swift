import Foundation

/// Whether the server answers, and what it says of itself.
struct ServerChecks {
    let options: ServerOptions
    /// The state folder that was looked at; nil for a server elsewhere.
    let stateFolder: URL?
    let environment: [String: String]

    /// A token is refused when the clocks differ by more.
    private static let maximumSkew = 60.0

    func findings() async -> [Finding] {
        var options = options
        // Somebody waits for the answer.
        options.retry = min(options.retry, 2)
        if options.path == nil, options.server == nil, options.context == nil { options.path = stateFolder?.path }
        guard options.path == nil || isStateFolder(options.path) else { return [] }
        do {
            let client = try await options.connect(environment: environment)
            let answer = try await client.answer("GET", APIClient.additions + "/health")
            return clock(answer) + (try Self.findings(client.place, answer))
        } catch let failure as CommandFailure where failure.status == .wrongCommand && stateFolder == nil {
            return [Finding("server", .unknown, failure.description)]
        } catch {
            let isSilent = (error as? CommandFailure)?.status == .unreachable
            return [
                Finding(
                    "server", .failing, explained(error),
                    action: isSilent && stateFolder != nil ? "systemctl start holdfast, or: holdfast serve" : nil)
            ]
        }
    }

    /// A folder that is none was told of already.
    private func isStateFolder(_ path: String?) -> Bool {
        path.map { URL(filePath: $0).holds(StateFile.settings) } ?? false
    }

    /// The checks of the server's own report.
    static func findings(_ place: String, _ answer: APIClient.Answer) throws -> [Finding] {
        guard ![400, 404].contains(answer.status) else {
            return [Finding("server", .ok, "\(place) answers; it is of a version that has no report of its health.")]
        }
        let report = try JSONDecoder().decode(JSONValue.self, from: answer.accepted("GET", "/health").body)
        return [Finding("server", .ok, "\(place) answers.")] + report.list("checks").map(Finding.init(ofServer:))
    }

    private func clock(_ answer: APIClient.Answer) -> [Finding] {
        guard stateFolder == nil, let text = answer.header("Date") else { return [] }
        return Self.clock(serverDate: text, now: Date())
    }

    /// Compares the clock of this machine with that of a server elsewhere.
    /// - Parameter serverDate: the field of its answer (RFC 9110, "IMF-fixdate").
    static func clock(serverDate: String, now: Date) -> [Finding] {
        let form = DateFormatter()
        form.locale = Locale(identifier: "en_US_POSIX")
        form.timeZone = TimeZone(identifier: "GMT")
        form.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        guard let there = form.date(from: serverDate) else { return [] }
        let skew = now.timeIntervalSince(there)
        guard abs(skew) > maximumSkew else { return [] }
        let direction = skew > 0 ? "ahead of" : "behind"
        return [
            Finding(
                "clock", .warning, "this machine's clock is \(Measures.duration(abs(skew))) \(direction) the server's.",
                action: "set the clock: timedatectl set-ntp true")
        ]
    }
}
