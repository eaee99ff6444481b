import Testing
import Texts

@Suite struct URLSegmentTests {
    /// Source: RFC 3986, section 2.3: letters, digits, `-`, `.`, `_` and `~` are unreserved.
    @Test(arguments: [
        ("team", "team"), ("A-z_0.9~", "A-z_0.9~"), ("a b", "a%20b"), ("\u{fc}", "%C3%BC"),
        ("a/b?c#d", "a%2Fb%3Fc%23d"),
        ("100%", "100%25"), ("\u{1f98a}", "%F0%9F%A6%8A"), ("+&=", "%2B%26%3D"), ("", ""), ("\n", "%0A"),
    ])
    func `a name becomes one segment of an address`(name: String, segment: String) {
        #expect(name.urlSegment == segment)
    }
}
