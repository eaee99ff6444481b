import Testing

@testable import OData

@Suite struct QueryStringTests {
    private func read(_ query: String, limits: QueryLimits = QueryLimits()) throws(ODataError) -> QueryString {
        try QueryString(rawQuery: query, limits: limits)
    }

    @Test(
        arguments: [
            ("", [:]), ("&&", [:]), ("$top=5", ["top": "5"]), ("top=5", ["top": "5"]), ("%24TOP=5", ["top": "5"]),
            ("$filter=a%20eq+1", ["filter": "a eq 1"]), ("$filter=a=b", ["filter": "a=b"]), ("$count", ["count": ""]),
            ("$filter=%27%2B%27", ["filter": "'+'"]), ("$skip=1&$top=2", ["skip": "1", "top": "2"]),
        ] as [(String, [String: String])])
    func `system options are known with and without their dollar`(query: String, options: [String: String]) throws {
        #expect(try read(query).system == options)
        #expect(try read(query).custom.isEmpty)
    }

    @Test func `other options are the client's own, in their order`() throws {
        let options = try read("b=2&a=1&b=3&tops=4").custom
        #expect(options.map(\.name) == ["b", "a", "b", "tops"])
        #expect(options.map(\.value) == ["2", "1", "3", "4"])
    }

    @Test(arguments: [
        ("$nothing=1", "$nothing"), ("$=1", "$"), ("$top=1&$top=2", "$top"), ("$top=1&TOP=2", "TOP"),
        ("x=a%00b", "x"), ("$apply=x", "$apply"),
    ])
    func `an option that cannot be honoured is named`(query: String, target: String) {
        let error = #expect(throws: ODataError.self) { try read(query) }
        #expect(error?.status == 400)
        #expect(error?.target == target)
    }

    @Test(arguments: ["a=%", "%zz=1", "a=%4", "a=%ff"]) func `a wrong encoding is refused`(query: String) {
        #expect(throws: ODataError.self) { try read(query) }
    }

    @Test func `a query is as long as the limit says`() throws {
        var limits = QueryLimits()
        limits.maximumQueryBytes = 20
        #expect(try read("a=" + String(repeating: "x", count: 18), limits: limits).custom.count == 1)
        let error = #expect(throws: ODataError.self) {
            try read("a=" + String(repeating: "x", count: 19), limits: limits)
        }
        #expect(error?.code == "FilterLengthExceeded")
        #expect(throws: ODataError.self) { try read("aaaaaaaaaa&bbbbbbbbbbb", limits: limits) }
    }

    @Test func `a skip token does not count against the length`() throws {
        var limits = QueryLimits()
        limits.maximumQueryBytes = 8
        let token = String(repeating: "x", count: 500)
        #expect(try read("$top=1&$skiptoken=\(token)", limits: limits).system["skiptoken"] == token)
    }
}

@Suite struct OptionListTests {
    private func split(_ text: String, at separator: Character = ",", most: Int = 100) throws(ODataError) -> [String] {
        var limits = QueryLimits()
        limits.maximumListItems = most
        return try OptionList.split(text, at: separator, option: "$select", limits)
    }

    @Test(
        arguments: [
            ("a", ["a"]), ("a,b", ["a", "b"]), (" a , b ", ["a", "b"]), ("a(b,c),d", ["a(b,c)", "d"]),
            ("a(b(c,d),e),f", ["a(b(c,d),e)", "f"]), ("'a,b',c", ["'a,b'", "c"]),
            ("'it''s, so',c", ["'it''s, so'", "c"]),
            ("'(',b", ["'('", "b"]), ("a(')'),b", ["a(')')", "b"]),
        ] as [(String, [String])])
    func `a list is split outside of quotes and parentheses`(text: String, parts: [String]) throws {
        #expect(try split(text) == parts)
    }

    @Test(arguments: ["", " ", ",", "a,", ",a", "a,,b", "a(", "a)", "a)(", "(a,b", "'a", "a,'", "a(b))"])
    func `a list that is not well-formed is refused`(text: String) {
        let error = #expect(throws: ODataError.self) { try split(text) }
        #expect(error?.status == 400)
        #expect(error?.target == "$select")
    }

    @Test func `options of an expansion are split at semicolons`() throws {
        #expect(try split("$select=a,b;$filter=x eq ';'", at: ";") == ["$select=a,b", "$filter=x eq ';'"])
    }

    @Test func `a list is as long as the limit says`() throws {
        #expect(try split("a,b,c", most: 3).count == 3)
        #expect(throws: ODataError.self) { try split("a,b,c,d", most: 3) }
    }
}

@Suite struct QueryOptionsTests {
    private func read(
        _ query: [String: String], of type: String = "book", isCollection: Bool = true, offersSearch: Bool = false,
        limits: QueryLimits = QueryLimits()
    ) throws(ODataError) -> QueryOptions {
        try QueryOptionsParser(model: libraryModel, version: .v1, limits: limits, offersSearch: offersSearch)
            .options(query, of: type, isCollection: isCollection)
    }

    @Test(arguments: [
        ("top", "-1"), ("top", "+1"), ("top", "1.5"), ("top", ""), ("top", "１"), ("skip", "x"),
        ("skip", "99999999999999999999"), ("count", "yes"), ("count", ""), ("format", "xml"), ("search", "x"),
        ("orderby", "title up"), ("orderby", "title asc desc"), ("orderby", "nothing"), ("orderby", "tags"),
        ("select", "nothing"), ("select", "title,"), ("expand", "title"), ("expand", "loans,loans"),
        ("expand", "loans($skiptoken=x)"), ("expand", "loans($format=json)"), ("expand", "loans($top=1;$top=2)"),
        ("expand", "loans(top)"), ("expand", "loans/town.library.book"), ("expand", "loans/a/b"),
    ])
    func `a value that an option does not have is refused`(option: String, value: String) {
        let error = #expect(throws: ODataError.self) { try read([option: value]) }
        #expect(error?.status == 400)
        #expect(error?.target == "$\(option)")
    }

    @Test func `numbers and truth are read`() throws {
        let options = try read(["top": "0", "skip": "12", "count": "TRUE", "format": "JSON"])
        #expect(options.top == 0)
        #expect(options.skip == 12)
        #expect(options.counts)
    }

    @Test func `a format besides JSON is read only where it is offered`() throws {
        var parser = QueryOptionsParser(model: libraryModel, version: .v1, limits: QueryLimits())
        parser.formats = ["csv"]
        #expect(try parser.options(["format": "CSV"], of: "book", isCollection: false).format == "csv")
        #expect(try parser.options(["format": "application/json"], of: "book", isCollection: false).format != "csv")
        #expect(throws: ODataError.self) { try parser.options(["format": "xml"], of: "book", isCollection: false) }
        #expect(throws: ODataError.self) { try read(["format": "csv"]) }
    }

    @Test func `one entity has a selection and expansions only`() throws {
        let options = try read(["top": "x", "filter": "x", "orderby": "x", "select": "title"], isCollection: false)
        #expect(options.top == nil)
        #expect(options.filter == nil)
        #expect(options.orderBy.isEmpty)
        #expect(options.selection.names == ["title"])
    }

    @Test(
        arguments: [
            ("title", [false]), ("title asc", [false]), ("TITLE DESC", [true]), ("pages desc, title", [true, false]),
        ] as [(String, [Bool])])
    func `an order is ascending unless it says otherwise`(text: String, isDescending: [Bool]) throws {
        #expect(try read(["orderby": text]).orderBy.map(\.isDescending) == isDescending)
    }

    @Test func `a selection has canonical names, each once`() throws {
        #expect(try read(["select": "PAGES,title,Pages,author/name"]).selection.names == ["pages", "title", "author"])
        #expect(try read(["select": "*"]).selection.names == nil)
        #expect(try read(["select": "*,title"]).selection.names == ["title"])
    }

    @Test func `an expansion carries its own options`() throws {
        let options = try read(["expand": "loans($filter=due gt 2026-01-01;top=2;$expand=medium($select=title))"])
        let item = try #require(options.expansion(of: "loans"))
        #expect(item.options.top == 2)
        #expect(item.options.filter?.tests.count == 1)
        #expect(item.written["filter"] == "due gt 2026-01-01")
        #expect(item.options.expansion(of: "medium")?.options.selection.names == ["title"])
        #expect(options.expansion(of: "medium") == nil)
    }

    @Test func `expansions nest as deep as the limit says`() throws {
        var limits = QueryLimits()
        limits.maximumExpandDepth = 2
        #expect(throws: Never.self) { try read(["expand": "loans($expand=medium)"], limits: limits) }
        let error = #expect(throws: ODataError.self) {
            try read(["expand": "loans($expand=medium($expand=loans))"], limits: limits)
        }
        #expect(error?.message.contains("nested too deeply") == true)
    }

    @Test func `a search is read where the list offers it, and never inside an expansion`() throws {
        #expect(try read(["search": "x"], offersSearch: true).search == "x")
        #expect(throws: ODataError.self) { try read(["expand": "loans($search=x)"], offersSearch: true) }
    }
}
