extension StringProtocol {
    /// The text as one segment of a URL: the bytes of UTF-8, percent-encoded unless they are
    /// unreserved characters. Source: RFC 3986, section 2.3.
    public var urlSegment: String { PercentEncoding.encode(String(self)) }
}
