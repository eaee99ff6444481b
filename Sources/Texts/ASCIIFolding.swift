extension String {
    /// The bytes of UTF-8 with the letters A to Z as a to z, and nothing else changed.
    public var foldingASCII: [UInt8] {
        utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }
}
