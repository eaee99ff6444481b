import Testing

@testable import OData

/// Source: RFC 7240; OData 4.0, part 1, 8.2.8.
@Suite struct PreferencesTests {
    private func read(_ fields: String...) -> Preferences {
        var headers = Headers()
        for field in fields { headers.add("Prefer", field) }
        return Preferences(headers)
    }

    @Test(
        arguments: [
            ("odata.maxpagesize=5", 5), ("maxpagesize=5", 5), ("ODATA.MaxPageSize=5", 5), ("maxpagesize = 5", 5),
            ("maxpagesize=\"5\"", 5), ("odata.maxpagesize=5;x=y", 5), ("a, maxpagesize=7 ,b", 7),
            ("maxpagesize=1", 1), ("maxpagesize=0", nil), ("maxpagesize=-1", nil), ("maxpagesize=x", nil),
            ("maxpagesize", nil), ("maxpagesize=", nil), ("maxpagesize=99999999999999999999", nil),
            ("maxpagesizes=5", nil),
            ("maxpagesize=0,maxpagesize=3", 3), ("maxpagesize=2,maxpagesize=3", 2), ("", nil),
        ] as [(String, Int?)])
    func `the first page size that makes sense counts`(field: String, size: Int?) {
        #expect(read(field).maximumPageSize == size)
    }

    @Test(arguments: [
        ("return=minimal", true), ("Return=Minimal", true), ("return=\"minimal\"", true), ("return = minimal", true),
        ("return=representation", false), ("return", false), ("return=minimal,return=representation", true),
        ("return=representation,return=minimal", false), ("returns=minimal", false),
    ])
    func `the first return preference counts`(field: String, isMinimal: Bool) {
        #expect(read(field).returnsMinimal == isMinimal)
    }

    @Test func `fields are read one after the other`() {
        let preferences = read(
            "return=representation", "include-unknown-enum-members;a=b, return=minimal", "maxpagesize=3")
        #expect(preferences.includesUnknownEnumMembers)
        #expect(!preferences.returnsMinimal)
        #expect(preferences.maximumPageSize == 3)
    }

    @Test func `without the field there are no preferences`() {
        #expect(Preferences(["Accept": "return=minimal"]) == Preferences())
    }

    @Test func `the service has preferences of its own`() {
        let preferences = read("holdfast.undo=none; x=1, Holdfast.Undo=all, odata.continue-on-error, respond-async")
        #expect(preferences.ofService == ["holdfast.undo": "none"])
        let many = (0..<20).map { "a.b\($0)=1" }.joined(separator: ",")
        #expect(read(many).ofService.count == 8)
    }

    @Test func `what was applied is named in one order`() {
        var applied = AppliedPreferences()
        #expect(applied.headerValue == nil)
        applied.returnsMinimal = true
        #expect(applied.headerValue == "return=minimal")
        applied.maximumPageSize = 9
        #expect(applied.headerValue == "odata.maxpagesize=9, return=minimal")
        applied.includesUnknownEnumMembers = true
        #expect(applied.headerValue == "include-unknown-enum-members, odata.maxpagesize=9, return=minimal")
    }
}
