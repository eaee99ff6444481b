import Foundation
import OData
import Testing

@Suite struct BodyTests {
    private func read(
        _ text: String, _ purpose: BodyPurpose = .create, version: ServiceVersion = .v1
    ) throws -> (body: EntityBody<Medium>, medium: Medium) {
        let object = try #require(JSONValue(parsing: text).objectValue)
        let body = try EntityBody(object, of: bookType, for: purpose, model: libraryModel, version: version)
        var medium = Medium(id: "kept", title: "Old", pages: 5)
        body.apply(to: &medium)
        return (body, medium)
    }

    @Test func `values of a body go to their places`() throws {
        let (body, medium) = try read(
            """
            {"title": "Emma", "pages": 474, "shelves": "Open, RARE", "weightKilograms": 1, "isReference": true, \
            "loanPeriod": "P14D",
             "author": {"@odata.type": "#town.library.person", "name": "Austen", "born": "1775-12-16T00:00:00Z"}, \
             "tags": ["a", "b"]}
            """)
        #expect(medium.title == "Emma")
        #expect(medium.pages == 474)
        #expect(medium.shelves == [.open, .rare])
        #expect(medium.weightKilograms == 1)
        #expect(medium.isReference)
        #expect(medium.loanPeriod?.text == "P14D")
        #expect(medium.tags == ["a", "b"])
        #expect(medium.author?.name == "Austen")
        // `date -u -d 1775-12-16 +%s`
        #expect(medium.author?.born == Date(timeIntervalSince1970: -6_123_427_200))
        #expect(body.names("title"))
        #expect(!body.names("status"))
    }

    /// What Java, Go and Python write.
    @Test(arguments: [
        "1775-12-16", "1775-12-16T00:00", "1775-12-16T00:00Z", "1775-12-16T00:00:00.000000000Z",
        "1775-12-16T01:00:00+0100",
    ])
    func `dates that leave no doubt are read`(text: String) throws {
        let medium = try read(#"{"author": {"born": "\#(text)"}}"#).medium
        #expect(medium.author?.born == Date(timeIntervalSince1970: -6_123_427_200))
    }

    @Test func `a property that is not named stays, and null clears one`() throws {
        let medium = try read(#"{"pages": null}"#, .update).medium
        #expect(medium.pages == nil)
        #expect(medium.title == "Old")
    }

    @Test func `read-only properties are passed over whatever they hold`() throws {
        let text =
            #"""
            {"status": "String", "id": 5, "acquired": "never", "borrowings": {}, "donor": [], "isReference": "x", \#
            "medium": 1}
            """#
        #expect(throws: ODataError.self) { try read(text, .create) }
        let (body, medium) = try read(
            #"{"status": "String", "id": 5, "acquired": "never", "borrowings": {}, "isReference": "x"}"#, .update)
        #expect(medium.status == .available)
        #expect(medium.id == "kept")
        #expect(body.ignoredNames == ["status", "id", "acquired", "borrowings", "isReference"])
    }

    @Test(arguments: [
        (#"{"nothing": 1}"#, "nothing"), (#"{"Title": "x"}"#, "Title"), (#"{"minutes": 5}"#, "minutes"),
        (#"{"dubbed": true}"#, "dubbed"), (#"{"title": null}"#, "title"),
        (#"{"title": 5}"#, "title"), (#"{"pages": "5"}"#, "pages"), (#"{"pages": 2147483648}"#, "pages"),
        (#"{"pages": 1.5}"#, "pages"), (#"{"isReference": "true"}"#, "isReference"),
        (#"{"shelves": "open,nothing"}"#, "shelves"), (#"{"shelves": "unknownFutureValue"}"#, "shelves"),
        (#"{"shelves": 1}"#, "shelves"), (#"{"shelves": ""}"#, "shelves"),
        (#"{"loanPeriod": "P2W"}"#, "loanPeriod"), (#"{"tags": "a"}"#, "tags"), (#"{"tags": ["a", 1]}"#, "tags[1]"),
        (#"{"tags": null}"#, "tags"), (#"{"author": "x"}"#, "author"),
        (#"{"author": {"age": 5}}"#, "author/age"),
        (#"{"author": {"born": "2015-06-19T12-01-03.45Z"}}"#, "author/born"),
        (#"{"weightKilograms": "1"}"#, "weightKilograms"),
        (##"{"@odata.type": "#town.library.film"}"##, "@odata.type"),
        (##"{"@odata.type": "#town.library.nothing"}"##, "@odata.type"), (#"{"@odata.type": 5}"#, "@odata.type"),
        (#"{"loans@delta": {}}"#, "loans@delta"), (#"{"loans@delta": [5]}"#, "loans@delta"),
        (#"{"loans@delta": [{"@removed": {}}]}"#, "loans@delta"),
    ])
    func `a fault in a body names its property`(text: String, target: String) throws {
        let error = #expect(throws: ODataError.self) { try read(text) }
        #expect(error?.status == 400)
        #expect(error?.code == "BadRequest")
        #expect(error?.target == target)
    }

    @Test(arguments: [
        "#town.library.book", "town.library.book", "#town.library.Book", "#other.place.book", "book", "#book",
        "#town.library.medium",
    ])
    func `the type of a body may be written in many ways`(name: String) throws {
        let body = try read("{\"@odata.type\": \"\(name)\", \"title\": \"x\"}").body
        #expect(body.typeName == (name.lowercased().hasSuffix("book") ? "book" : nil))
    }

    @Test func `a derived type brings its properties`() throws {
        let object = try #require(
            JSONValue(parsing: ##"{"@odata.type": "#town.library.film", "minutes": 5}"##).objectValue)
        let body = try EntityBody(object, of: mediumType, for: .create, model: libraryModel, version: .v1)
        #expect(body.typeName == "film")
        #expect(body.names("minutes"))
    }

    @Test func `annotations, navigations and changes are kept apart`() throws {
        let (body, _) = try read(
            """
            {"@microsoft.graph.conflictBehavior": "rename", "title@odata.type": "x", "loans": [{"due": "x"}],
             "loans@delta": [{"due": "2026-03-02T00:00:00Z"}, {"@removed": {"reason": "changed"}, "id": "7"}]}
            """, .update)
        #expect(body.annotations["@microsoft.graph.conflictBehavior"] == "rename")
        #expect(body.navigations["loans"] == [["due": "x"]])
        #expect(body.deltas == ["loans": [.add(["due": "2026-03-02T00:00:00Z"]), .remove(id: "7")]])
        let bound = try read(#"{"loans@odata.bind": ["http://x/loans('a')"]}"#).body
        #expect(bound.navigations["loans"] == [["@odata.id": "http://x/loans('a')"]])
    }

    @Test(
        arguments: [
            (#"{"id": "a"}"#, "a"), (#"{"@odata.id": "a"}"#, "a"),
            (#"{"@odata.id": "https://x/v1.0/loans/a%3D"}"#, "a="),
            (#"{"@odata.id": "https://x/v1.0/loans('it''s')"}"#, "it's"),
            (#"{"@odata.id": "loans('a')"}"#, "a"), (#"{"@odata.id": "/loans/a/"}"#, "a"),
            (#"{"id": "a", "@odata.id": "b"}"#, "a"), (#"{}"#, nil), (#"{"id": ""}"#, nil),
            (#"{"id": 5}"#, nil), (#"{"@odata.id": "/"}"#, nil), (#"{"@odata.id": "/%zz"}"#, nil), (#"[]"#, nil),
            (#""a""#, nil),
        ] as [(String, String?)])
    func `a reference to an entity is read in every form`(text: String, id: String?) throws {
        #expect(EntityReference.id(try JSONValue(parsing: text)) == id)
    }

    @Test func `enumerations are read in any case, and never the sentinel`() throws {
        #expect(try MediumStatus(edm: EdmReader("LENT", property: "status")) == .lent)
        #expect(try MediumStatus(edm: EdmReader("Lost", property: "status")) == .lost)
        for value: JSONValue in ["digitised", "unknownFutureValue", "", "0", 0, nil] {
            #expect(throws: ODataError.self) { try MediumStatus(edm: EdmReader(value, property: "status")) }
        }
        #expect(try MediumStatus(edm: EdmReader("digitised", property: "status", version: .beta)) == .digitised)
    }
}
