import Foundation
import OData
import Testing

struct Reader: ODataCaller {
    var kind = CallerKind.delegated
    var permissions: Set<String> = ["Books.Read", "Books.Write"]
    func holds(permission name: String) -> Bool { permissions.contains(name) }
}

@Sendable private func requireSoundID(_ id: String) throws(ODataError) {
    if id.hasPrefix("!") {
        throw ODataError(status: 400, code: "InvalidMediumId", message: "The id is malformed.")
    }
}

/// Handlers over fixed data; what they were given is visible in what they answer.
func makeLibrary(
    _ media: [Medium] = sampleMedia,
    mapError: @escaping @Sendable (any Error, RequestIdentity) -> ODataError = { _, _ in .internalServerError }
) -> ODataService<Reader> {
    let configuration = ServiceConfiguration(
        now: { Date(timeIntervalSince1970: 1_772_444_467) }, makeRequestID: { "00000000-0000-4000-8000-000000000001" },
        sign: { content in
            [UInt8(truncatingIfNeeded: content.reduce(0 as Int) { ($0 &* 31 &+ Int($1)) & 0xff_ffff }), 9]
        },
        mapError: mapError)
    var service = ODataService<Reader>(model: libraryModel, configuration: configuration)
    let read = Permissions("Books.Read")
    let write = Permissions(delegated: ["Books.Write"], application: [])
    @Sendable func page(_ all: [Medium], _ context: RequestContext<Reader>, _ type: EntityType<Medium>) -> Page<Medium>
    {
        let shape = libraryModel.shape(type, context.version)
        let matching = shape.select(
            all, filter: context.options.filter, order: context.options.orderBy, context.writing)
        let start = (context.position.flatMap { Int($0) } ?? 0) + (context.options.skip ?? 0)
        let rest = matching.dropFirst(start)
        return Page(
            Array(rest.prefix(context.pageSize)),
            nextPosition: rest.count > context.pageSize ? "\(start + context.pageSize)" : nil,
            count: matching.count)
    }
    service.resource("city/library", rootType) {
        $0.get(read) { _ in LibraryRoot() }
        $0.operation(.action("open"), write, answering: Person.self) { _, arguments in
            let days: Int32? = try arguments.values().value("days")
            return Person(name: "open \(days.map { "\($0)" } ?? "always")")
        }
    }
    service.resource("city/library/media", mediumType) {
        $0.checkID(requireSoundID)
        $0.list(read) { context in
            let all = media.filter { medium in context.path.cast.map { $0 == medium.kind.rawValue } ?? true }
            return page(all, context, mediumType)
        }
        $0.get(read) { context in
            guard let medium = media.first(where: { $0.id == context.key }) else {
                throw ODataError.notFound("There is no such medium.")
            }
            return medium
        }
        $0.delete(write) { _ in }
        $0.action("lend", write) { context, _ in
            var medium = Medium()
            medium.id = context.key
            medium.status = .lent
            return EntityAnswer(medium, status: 202)
        }
        $0.operation(
            .action("find"), read,
            answeringNothing: { _, arguments in
                let values = try arguments.values(invalid: ODataErrorCode("InvalidSearch", status: 400))
                _ = try values.value("text", as: String.self)
            })
        $0.operation(.function("pagesOf"), read, answeringPageOf: String.self) { context, arguments in
            let chapter: String? = try arguments.values().value("chapter")
            return ValuePage(
                [chapter ?? context.position ?? "first"], nextPosition: context.position == nil ? "second" : nil,
                count: 1)
        }
    }
    service.resource("city/library/books", bookType) {
        $0.list(read) { context in page(media.filter { $0.kind == .book }, context, bookType) }
        $0.create(write) { _, body in
            var medium = Medium()
            medium.id = "it's/new"
            try body.entity(invalid: ODataErrorCode("InvalidBook", status: 400)).apply(to: &medium)
            return EntityAnswer(medium)
        }
        $0.update(write) { context, body in
            var medium = media.first { $0.id == context.key } ?? Medium()
            let changes = try body.entity()
            changes.apply(to: &medium)
            let delta = changes.deltas["loans"] ?? []
            return EntityAnswer(medium, shows: ["id"], extra: [ExtraMember("loans@delta", .int(Int64(delta.count)))])
        }
    }
    service.expand("loans", of: mediumType, to: loanType) { owners, _, _ in
        Dictionary(
            uniqueKeysWithValues: owners.map { owner in
                (
                    owner.id,
                    (1...2).map {
                        Loan(
                            id: "\(owner.id)-\($0)", mediumID: owner.id,
                            due: Date(timeIntervalSince1970: Double($0) * 86400))
                    }
                )
            })
    }
    service.expand("medium", of: loanType, to: mediumType) { loans, _, _ in
        Dictionary(uniqueKeysWithValues: loans.map { loan in (loan.id, media.filter { $0.id == loan.mediumID }) })
    }
    return service
}

let sampleMedia: [Medium] = {
    var moby = Medium(id: "1", kind: .book, title: "Moby-Dick")
    moby.pages = 635
    moby.author = Person(name: "Melville")
    moby.shelves = [.open, .rare]
    moby.donor = "Ada"
    moby.acquired = Date(timeIntervalSince1970: 1_000_000_000)
    var metropolis = Medium(id: "2", kind: .film, title: "Metropolis")
    metropolis.minutes = 153
    metropolis.status = .lost
    var emma = Medium(id: "3", kind: .book, title: "Emma")
    emma.status = .lent
    emma.loanPeriod = "P14D"
    return [moby, metropolis, emma]
}()

extension ODataService<Reader> {
    func send(
        _ method: String = "GET", _ target: String, _ body: String = "", headers: Headers = [:],
        as reader: Reader = Reader()
    ) async -> ODataResponse {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        var headers = headers
        if !body.isEmpty, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        return await respond(
            to: ODataRequest(
                method: method, rawPath: parts[0], rawQuery: parts.count == 2 ? parts[1] : "", headers: headers,
                body: Array(body.utf8), origin: "http://library.example"),
            as: reader)
    }
}

extension ODataResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    var errorCode: String? { json["error"]?["code"]?.stringValue }
}
