import ArgumentParser
import Foundation

struct UnitTimelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline", abstract: "Show what changed in an account or site over time, and what was unusual.",
        discussion: HelpText.discussion(
            "An unusual change has a line of its own, with the moment of the point that shows it.",
            examples: [
                "holdfast unit timeline ada@contoso.example",
                "holdfast unit timeline ada@contoso.example --from '2 days ago' --buckets 48",
                "holdfast unit timeline ada@contoso.example --json",
            ]))

    @OptionGroup(title: "The server")
    var server: ServerOptions
    @OptionGroup(title: "Output")
    var output: OutputOptions

    @Argument(help: "A mail address, sign-in name, site address or id.", completion: .custom(ServerNames.units))
    var unit: String

    @Option(help: "Where the timeline begins, a moment such as \"7 days ago\".")
    var from = "7 days ago"

    @Option(help: "Where it ends.")
    var to = "now"

    @Option(help: "In how many parts the time is divided, at most 600.")
    var buckets = 24

    func validate() throws {
        guard (1...600).contains(buckets) else {
            throw ValidationError("--buckets must be from 1 to 600, not \(buckets).")
        }
    }

    func run() async throws {
        let session = try await ServerSession.open(server)
        let reader = session.points.clock
        let start = try Self.date(try reader.moment(from), session.now, from)
        let end = try Self.date(try reader.moment(to), session.now, to)
        let (_, id) = try await session.units.protectedUnit(unit)
        // For people the parts are made of the shortest that there are, so that each line can say
        // when something happened.
        let asked = output.json ? buckets : Timeline.maximumBuckets
        let series = try await session.client.get(
            APIClient.additions + "/changeSeries",
            [("unitId", id), ("start", Moments.utc(start)), ("end", Moments.utc(end)), ("buckets", "\(asked)")])
        guard !output.json else { return JSONOutput.print(JSONOutput.document("changeSeries", series)) }
        let timeline = Timeline(series)
        let ages = try await PointAges(of: id, session.client)
        tell(TimelineSentence(timeline, ages: ages, zone: session.zone, now: session.now).text)
        show("")
        let table = timeline.table(session, parts: buckets)
        if !table.rows.isEmpty { output.show(table) }
        for line in timeline.notableLines(session) { tell(line, indent: 4) }
        guard let points = timeline.greatest?.points else {
            return output.next("To see the points: holdfast point list \(unit)")
        }
        output.next("To see what differs: holdfast diff \(unit) point:\(points.before) point:\(points.after)")
    }

    private static func date(_ moment: Moment, _ now: Date, _ text: String) throws -> Date {
        switch moment {
        case .at(let date): return date
        case .now: return now
        case .lastClean, .before, .point:
            throw CommandFailure(.wrongCommand, "A timeline begins and ends at times, not at '\(text)'.")
        }
    }
}

/// Since when a unit has points of each cadence.
struct PointAges: Equatable {
    var frequentSince: Date?
    var weeklySince: Date?

    init(frequentSince: Date? = nil, weeklySince: Date? = nil) {
        (self.frequentSince, self.weeklySince) = (frequentSince, weeklySince)
    }

    init(of unitID: String, _ client: APIClient) async throws {
        func oldest(_ cadence: String) async throws -> Date? {
            let filter = "unitId eq \(APIClient.literal(unitID)) and cadence eq '\(cadence)'"
            let query = [("$filter", filter), ("$orderby", "protectionDateTime"), ("$top", "1")]
            let found = try await client.get(APIClient.additions + "/restorePoints", query)
            return found.list("value").first?.date("protectionDateTime")
        }
        (frequentSince, weeklySince) = (try await oldest("tenMinutes"), try await oldest("weekly"))
    }
}
