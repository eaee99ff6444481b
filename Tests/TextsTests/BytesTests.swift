import Testing
import Texts

/// Bytes as digits, and letters without their case.
@Suite struct BytesTests {
    @Test func `each byte is two digits in lower case`() {
        #expect(Hexadecimal.text(of: [0, 9, 10, 0x7F, 0xAB, 0xFF]) == "00090a7fabff")
        #expect(Hexadecimal.text(of: [UInt8]()) == "")
    }

    @Test func `only letters of ASCII lose their case`() {
        #expect(String(decoding: "AZ az @[ Ä İ 日".foldingASCII, as: UTF8.self) == "az az @[ Ä İ 日")
    }
}
