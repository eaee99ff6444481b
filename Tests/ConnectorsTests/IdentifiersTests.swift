import Testing

@testable import Connectors

@Suite struct IdentifiersTests {
    /// The name space of host names. Source: RFC 9562, section 6.6.
    private let hosts = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

    /// Sources: RFC 9562, appendix A.4; Python 3, `uuid.uuid5(uuid.NAMESPACE_DNS, "")`.
    @Test(arguments: [
        ("www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"), ("", "4ebd0208-8328-5d69-8c44-ec50939c0967"),
    ])
    func `a name in a name space has the UUID of the standard`(name: String, expected: String) {
        #expect(Identifiers.uuid5(namespace: hosts, name: Array(name.utf8)) == expected)
        #expect(Identifiers.uuid5(namespace: hosts.uppercased(), name: Array(name.utf8)) == expected)
    }

    @Test func `a name space that is no UUID gives none`() {
        #expect(Identifiers.uuid5(namespace: "hosts", name: []) == nil)
    }

    @Test func `a UUID has one form`() {
        #expect(
            Identifiers.canonicalUUID("ABCDEF01-2345-6789-abcd-EF0123456789") == "abcdef01-2345-6789-abcd-ef0123456789")
    }

    @Test(arguments: [
        "", "abcdef01-2345-6789-abcd-ef012345678", "abcdef01-2345-6789-abcd-ef01234567890",
        "abcdef0123456789abcdef0123456789", "{abcdef01-2345-6789-abcd-ef0123456789}",
        "abcdef012-345-6789-abcd-ef0123456789", "gbcdef01-2345-6789-abcd-ef0123456789",
        "abcdef01-2345-6789-abcd-ef0123456789\n", " abcdef01-2345-6789-abcd-ef0123456789",
        "abcdef01-2345-6789-abcd-ef01234567\u{661}", "abcdef01--2345-6789-abcd-ef0123456789",
    ])
    func `what is not quite a UUID is none`(text: String) {
        #expect(Identifiers.canonicalUUID(text) == nil)
    }

    @Test(arguments: [
        ("adele.v@contoso.example", "adele_v_contoso_example"), ("\u{e9}@x.y", "%C3%A9_x_y"), ("a_b@c", "a_b_c"),
        (".@.", "___"), ("a@\u{301}b", "a_%CC%81b"),
    ])
    func `a sign-in name becomes the segment of a personal site`(name: String, segment: String) {
        #expect(Identifiers.personalSegment(name) == segment)
    }
}
