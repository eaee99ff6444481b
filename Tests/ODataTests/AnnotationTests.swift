import OData
import Testing

/// What of a body is an annotation, and what only looks like one.
@Suite struct AnnotationTests {
    private func read(_ text: String, _ purpose: BodyPurpose = .update) throws -> EntityBody<Medium> {
        let object = try #require(JSONValue(parsing: text).objectValue)
        return try EntityBody(object, of: bookType, for: purpose, model: libraryModel, version: .v1)
    }

    @Test(arguments: [
        "loans@detla", "loans@Delta", "loans@odata.delta", "loans@delta ", "loan@delta", "loans@", "@delta",
        "@odata.bind", "@odata.detla", "@",
        "loans@town.library.delta", "title@delta", "title@odata.typ", "nothing@odata.type", "films@delta",
        "@Odata.type", "loans@@delta",
    ])
    func `what would do nothing is refused by its name`(member: String) throws {
        let error = #expect(throws: ODataError.self) { try read(#"{"\#(member)": []}"#) }
        #expect(error?.status == 400)
        #expect(error?.target == member)
    }

    @Test(arguments: [
        "@odata.context", "@odata.etag", "@odata.id", "@context", "@odata.count", "@odata.nextLink",
        "@microsoft.graph.tips", "@org.example.note",
        "title@odata.type", "loans@odata.context", "loans@odata.count", "loans@odata.nextLink",
        "loans@odata.navigationLink", "title@org.example.note",
        "loans@count",
    ])
    func `what clients send back as they read it is passed over`(member: String) throws {
        let body = try read(#"{"\#(member)": "x", "title": "Emma"}"#)
        #expect(body.names("title"))
        #expect(body.deltas.isEmpty)
    }

    @Test func `what is created names its entries, and has no changes`() {
        let error = #expect(throws: ODataError.self) { try read(#"{"loans@delta": []}"#, .create) }
        #expect(error?.target == "loans@delta")
        #expect(error?.message.contains("'loans'") == true)
    }

    @Test(arguments: [#"{"loans@delta": [], "LOANS@delta": []}"#, #"{"loans": [], "loans@odata.bind": ["a"]}"#])
    func `a navigation is changed once`(text: String) {
        let error = #expect(throws: ODataError.self) { try read(text) }
        #expect(error?.message.contains("twice") == true)
    }

    @Test(arguments: [
        (#"{"loans@delta": [{"deu": "x"}]}"#, "loans@delta[0]/deu"),
        (#"{"loans@delta": [{}, {"@remove": {}, "id": "1"}]}"#, "loans@delta[1]/@remove"),
        (#"{"loans@delta": [{"@removed": true, "id": "1"}]}"#, "loans@delta"),
        (#"{"loans": [{"due@detla": []}]}"#, "loans[0]/due@detla"),
        (#"{"loans": [{"medium": {"titel": "x"}}]}"#, "loans[0]/medium/titel"),
        (#"{"loans": [{"@removed": {}, "id": "1"}]}"#, "loans[0]/@removed"),
        (#"{"author": {"name@delta": []}}"#, "author/name@delta"),
        (#"{"author": {"nam@odata.type": "x"}}"#, "author/nam@odata.type"),
    ])
    func `names inside of entries and values are checked as well`(text: String, target: String) {
        let error = #expect(throws: ODataError.self) { try read(text, text.contains("author") ? .create : .update) }
        #expect(error?.target == target)
    }

    @Test func `the arguments of an action are checked`() async {
        let library = makeLibrary()
        for (body, status) in [
            (##"{"days@odata.type": "#Int32", "days": 3}"##, 200), (#"{"@odata.context": "x"}"#, 200),
            (#"{"days@delta": []}"#, 400), (#"{"day@odata.type": "x"}"#, 400),
        ] {
            #expect(await library.send("POST", "/v1.0/city/library/open", body).status == status, "\(body)")
        }
    }
}
