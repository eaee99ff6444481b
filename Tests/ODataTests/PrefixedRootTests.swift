import Foundation
import OData
import Testing

/// A parcel of a small service behind the prefix `depot`.
private struct Parcel: Sendable, Identifiable {
    var id = ""
    var grams: Int64 = 0
}

private struct Weight: EdmComplex {
    var grams: Int64 = 0
    var parcels = 0
    init() {}
    static let edm = ComplexType<Weight>("weight") {
        Property("grams", \.grams)
        Property("parcels", \.parcels)
    }
}

private let parcelType = EntityType<Parcel>("parcel") {
    Property("grams", \.grams, [.filter, .order])
    BoundOperation.function(
        "moves", parameters: [Parameter("since", Date?.self), Parameter("places", [String]?.self)],
        returns: .value(.collection(.string)), argumentsInQuery: true)
}

private let depotModel = Model(
    namespace: "depot", types: [parcelType], container: [.set("parcels", "parcel"), .set("old/parcels", "parcel")],
    imports: [
        .function(
            "weigh", parameters: [Parameter("least", Int64?.self), Parameter("exactly", Bool?.self)],
            returns: .value(Weight.edmType), argumentsInQuery: true),
        .action("sweep", parameters: [Parameter("days", Int.self)]),
    ],
    root: ServiceRoot(prefix: "depot", versions: [.v1]), writesInt64AsText: true)

/// A digest in which every byte counts.
@Sendable private func digest(_ content: [UInt8]) -> [UInt8] {
    let sum = content.reduce(0 as UInt32) { ($0 &* 31) &+ UInt32($1) }
    return (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
}

@Suite struct PrefixedRootTests {
    private let service: ODataService<Reader> = {
        let configuration = ServiceConfiguration(
            now: { Date(timeIntervalSince1970: 0) }, makeRequestID: { "1" }, sign: digest)
        var service = ODataService<Reader>(model: depotModel, configuration: configuration)
        let read = Permissions("Books.Read")
        service.resource("parcels", parcelType) {
            $0.list(read) { context in
                let start = context.position.flatMap { Int($0) } ?? 0
                return Page([Parcel(id: "p\(start)", grams: 1 << 60)], nextPosition: start < 1 ? "\(start + 1)" : nil)
            }
            $0.get(read) { context in Parcel(id: context.key) }
        }
        service.resource("parcels", parcelType) {
            $0.operation(.function("moves"), read, answeringPageOf: String.self) { context, arguments in
                let values = try arguments.values()
                let since: Date? = try values.value("since")
                let places: [String]? = try values.value("places")
                let text =
                    "\(since.map { "\(Int($0.timeIntervalSince1970))" } ?? "-") \(places ?? []) \(context.pageSize)"
                return ValuePage([text], nextPosition: context.position == nil ? "2" : nil)
            }
        }
        service.root {
            $0.operation(.function("weigh"), read, answering: Weight.self) { _, arguments in
                let values = try arguments.values()
                var weight = Weight()
                weight.grams = try values.value("least", as: Int64?.self) ?? 7
                weight.parcels = try values.value("exactly", as: Bool?.self) == true ? 1 : 2
                return weight
            }
        }
        service.root {
            $0.operation(
                .action("sweep"), read,
                answeringNothing: { _, arguments in
                    _ = try arguments.values().value("days", as: Int.self)
                })
        }
        return service
    }()

    private func ask(_ target: String, method: String = "GET", _ body: String = "") async -> ODataResponse {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let request = ODataRequest(
            method: method, rawPath: parts[0], rawQuery: parts.count == 2 ? parts[1] : "",
            headers: body.isEmpty ? [:] : ["Content-Type": "application/json"], body: Array(body.utf8),
            origin: "https://depot.example")
        return await service.respond(to: request, as: Reader())
    }

    private func text(_ response: ODataResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test(arguments: [
        ("/depot/v1.0/parcels", true), ("/Depot/V1.0/parcels", true), ("/%64epot/v1.0", true), ("//depot", true),
        ("/v1.0/parcels", false), ("/depots/v1.0", false), ("/", false), ("/%zz/v1.0", false),
    ])
    func `a root owns the paths that begin with its prefix`(path: String, isOwn: Bool) {
        #expect(depotModel.root.owns(rawPath: path) == isOwn)
        #expect(!ServiceRoot.graph.owns(rawPath: path))
    }

    @Test(arguments: [
        "/v1.0/parcels", "/depot", "/depot/beta/parcels", "/depot/parcels", "/depot/v1.0/nothing",
        "/depot/v1.0/weigh/x",
    ])
    func `other paths are refused`(path: String) async {
        #expect(await ask(path).status == 400)
    }

    @Test func `addresses in answers name the prefix`() async throws {
        let page = await ask("/depot/v1.0/parcels")
        #expect(text(page).contains("\"@odata.context\":\"https://depot.example/depot/v1.0/$metadata#parcels\""))
        let link = try #require(try JSONValue(parsing: page.body)["@odata.nextLink"]?.stringValue)
        #expect(link.hasPrefix("https://depot.example/depot/v1.0/parcels?$skiptoken="))
        let next = await ask(String(link.dropFirst("https://depot.example".count)))
        #expect(text(next).contains("\"p1\""))
        #expect(text(await ask("/depot/v1.0")).contains("https://depot.example/depot/v1.0/$metadata"))
    }

    @Test func `whole numbers of 64 bits are text, and the media type says so`() async {
        let page = await ask("/depot/v1.0/parcels")
        #expect(text(page).contains("\"grams\":\"1152921504606846976\""))
        #expect(page.headers["Content-Type"]?.contains("IEEE754Compatible=true") == true)
        #expect(await ask("/depot/v1.0/parcels?$filter=grams%20gt%205").status == 200)
    }

    @Test func `a function of the root takes its arguments from the query`() async {
        #expect(
            text(await ask("/depot/v1.0/weigh?least=12&exactly=true"))
                == """
                {"@odata.context":"https://depot.example/depot/v1.0/$metadata#depot.weight",\
                "grams":"12","parcels":1}
                """)
        #expect(text(await ask("/depot/v1.0/weigh()")).contains("\"grams\":\"7\""))
        #expect(text(await ask("/depot/v1.0/weigh(least=3)")).contains("\"grams\":\"3\""))
    }

    @Test(arguments: [
        ("least=x", "least"), ("most=1", "most"), ("least=1&least=2", "least"), ("exactly=maybe", "exactly"),
        ("$filter=x", "$filter"), ("filter=x", "$filter"), ("least=", "least"), ("Least=1", "Least"),
    ])
    func `arguments that are unknown, wrong or given twice are refused`(query: String, target: String) async throws {
        let answer = await ask("/depot/v1.0/weigh?\(query)")
        #expect(answer.status == 400)
        #expect(try JSONValue(parsing: answer.body)["error"]?["target"]?.stringValue == target)
    }

    @Test func `pages of a function keep their arguments`() async throws {
        let first = await ask("/depot/v1.0/parcels/1/moves?since=1970-01-01T00:01:00Z&places=a,b&$top=3")
        #expect(try JSONValue(parsing: first.body)["value"] == [.string("60 [\"a\", \"b\"] 3")])
        let link = try #require(try JSONValue(parsing: first.body)["@odata.nextLink"]?.stringValue)
        let target = String(link.dropFirst("https://depot.example".count))
        #expect(await ask(target).status == 200)
        #expect(await ask(target.replacing("places=a,b", with: "places=c")).status == 400)
    }

    @Test func `an action of the root reads its body`() async {
        #expect(await ask("/depot/v1.0/sweep", method: "POST", #"{"days":3}"#).status == 204)
        #expect(await ask("/depot/v1.0/sweep", method: "POST", #"{"weeks":3}"#).status == 400)
        let refused = await ask("/depot/v1.0/sweep")
        #expect(refused.status == 405)
        #expect(refused.headers["Allow"] == "POST")
    }

    @Test func `a batch runs below its own root`() async throws {
        let answer = await ask(
            "/depot/v1.0/$batch", method: "POST",
            """
            {"requests":[{"id":"1","method":"GET","url":"/parcels"},
            {"id":"2","method":"GET","url":"/depot/v1.0/weigh?least=4"},
            {"id":"3","method":"GET","url":"/v1.0/parcels"}]}
            """)
        let responses = try JSONValue(parsing: answer.body)["responses"]?.arrayValue ?? []
        #expect(responses.map { $0["status"] } == [.int(200), .int(200), .int(400)])
        #expect(responses[1]["body"]?["grams"] == .string("4"))
    }

    @Test func `the schema and the OpenAPI document have the operations of the root`() async throws {
        let schema = text(await ask("/depot/v1.0/$metadata"))
        for line in [
            #"<Function Name="weigh">"#, #"<FunctionImport Name="weigh" Function="depot.weigh"/>"#,
            #"<ActionImport Name="sweep" Action="depot.sweep"/>"#, #"<ComplexType Name="weight">"#,
        ] {
            #expect(schema.contains(line), "\(line)")
        }
        let document = try JSONValue(parsing: service.openAPI(.v1, title: "Depot", description: ""))
        #expect(document["servers"] == [["url": "/depot/v1.0"]])
        let names = document["paths"]?["/weigh"]?["get"]?["parameters"]?.arrayValue?.compactMap { $0["name"] }
        #expect(names?.prefix(2) == [.string("least"), .string("exactly")])
        #expect(document["paths"]?["/sweep"]?["post"]?["requestBody"] != nil)
        #expect(document["paths"]?["/parcels/{parcel-id}/moves"]?["get"] != nil)
        #expect(document["components"]?["schemas"]?["depot.weight"] != nil)
    }
}
