/// The quoting of file names: Go's `strconv.Quote` and `Unquote` without the outer quotes. JSON
/// escapes come on top of it.
///
/// Names are bytes; what is not valid UTF-8 becomes `\xNN`. Source: restic-format.md section 10.3.
enum GoQuoting {
    /// The quoted form: valid UTF-8, printable.
    static func quote(_ name: [UInt8]) -> [UInt8] {
        if name.allSatisfy(isPlain) { return name }
        var quoted: [UInt8] = []
        quoted.reserveCapacity(name.count + 16)
        unsafe name.withUnsafeBytes { bytes in
            var position = 0
            while position < bytes.count {
                guard let scalar = unsafe UTF8Scalar(bytes, at: position) else {
                    // In bounds: position < bytes.count.
                    appendByte(unsafe bytes[position], to: &quoted)
                    position += 1
                    continue
                }
                append(scalar.value, to: &quoted)
                position += scalar.length
            }
        }
        return quoted
    }

    /// Whether the byte is ASCII that stands for itself.
    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20..<0x7f).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    private static func append(_ value: UInt32, to quoted: inout [UInt8]) {
        switch value {
        case 0x07: quoted.append(contentsOf: "\\a".utf8)
        case 0x08: quoted.append(contentsOf: "\\b".utf8)
        case 0x09: quoted.append(contentsOf: "\\t".utf8)
        case 0x0a: quoted.append(contentsOf: "\\n".utf8)
        case 0x0b: quoted.append(contentsOf: "\\v".utf8)
        case 0x0c: quoted.append(contentsOf: "\\f".utf8)
        case 0x0d: quoted.append(contentsOf: "\\r".utf8)
        case 0x22: quoted.append(contentsOf: "\\\"".utf8)
        case 0x5c: quoted.append(contentsOf: "\\\\".utf8)
        case 0x00..<0x20, 0x7f: appendByte(UInt8(value), to: &quoted)
        case _ where GoPrintable.contains(value): UTF8Scalar.append(value, to: &quoted)
        case 0x80..<0x10000: appendEscape("u", value, digits: 4, to: &quoted)
        case _: appendEscape("U", value, digits: 8, to: &quoted)
        }
    }

    private static func appendByte(_ byte: UInt8, to quoted: inout [UInt8]) {
        appendEscape("x", UInt32(byte), digits: 2, to: &quoted)
    }

    private static func appendEscape(
        _ letter: Unicode.Scalar, _ value: UInt32, digits: UInt32, to quoted: inout [UInt8]
    ) {
        quoted.append(UInt8(ascii: "\\"))
        quoted.append(UInt8(ascii: letter))
        for digit in (0..<digits).reversed() {
            quoted.append(Hex.digit(UInt8(truncatingIfNeeded: value >> (4 * digit)) & 15))
        }
    }

    /// The name of a quoted form (valid UTF-8); nil if it is not what `strconv.Unquote` accepts.
    static func unquote(_ quoted: UnsafeRawBufferPointer) -> [UInt8]? {
        var name: [UInt8] = []
        name.reserveCapacity(quoted.count)
        var position = 0
        while position < quoted.count {
            // In bounds: position < quoted.count.
            let byte = unsafe quoted[position]
            switch byte {
            case UInt8(ascii: "\\"):
                guard let length = unsafe appendUnquoted(quoted, at: position, to: &name) else { return nil }
                position += length
            case UInt8(ascii: "\""), UInt8(ascii: "\n"): return nil
            case _:
                name.append(byte)
                position += 1
            }
        }
        return name
    }

    /// Appends what the escape at `position` means; answers the escape's length, nil if
    /// it is not valid.
    private static func appendUnquoted(
        _ quoted: UnsafeRawBufferPointer, at position: Int, to name: inout [UInt8]
    ) -> Int? {
        guard position + 1 < quoted.count else { return nil }
        switch unsafe quoted[position + 1] {
        case UInt8(ascii: "a"): name.append(0x07)
        case UInt8(ascii: "b"): name.append(0x08)
        case UInt8(ascii: "f"): name.append(0x0c)
        case UInt8(ascii: "n"): name.append(0x0a)
        case UInt8(ascii: "r"): name.append(0x0d)
        case UInt8(ascii: "t"): name.append(0x09)
        case UInt8(ascii: "v"): name.append(0x0b)
        case UInt8(ascii: "\\"): name.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "\""): name.append(UInt8(ascii: "\""))
        case UInt8(ascii: "x"):
            return unsafe appendNumber(quoted, position + 2, digits: 2, radixBits: 4, isByte: true, to: &name).map {
                $0 + 2
            }
        case UInt8(ascii: "u"):
            return unsafe appendNumber(quoted, position + 2, digits: 4, radixBits: 4, isByte: false, to: &name).map {
                $0 + 2
            }
        case UInt8(ascii: "U"):
            return unsafe appendNumber(quoted, position + 2, digits: 8, radixBits: 4, isByte: false, to: &name).map {
                $0 + 2
            }
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            return unsafe appendNumber(quoted, position + 1, digits: 3, radixBits: 3, isByte: true, to: &name).map {
                $0 + 1
            }
        case _: return nil
        }
        return 2
    }

    /// Appends a byte or a scalar given by a fixed number of digits; answers that number.
    private static func appendNumber(
        _ quoted: UnsafeRawBufferPointer, _ start: Int, digits: Int, radixBits: UInt32, isByte: Bool,
        to name: inout [UInt8]
    ) -> Int? {
        guard start + digits <= quoted.count else { return nil }
        var value: UInt32 = 0
        for index in start..<start + digits {
            // In bounds: start + digits was just compared with the length. Eight digits
            // of four bits fit.
            guard let digit = unsafe Hex.value(ofDigit: quoted[index]), digit < 1 << radixBits else { return nil }
            value = value << radixBits | UInt32(digit)
        }
        if isByte {
            guard let byte = UInt8(exactly: value) else { return nil }
            name.append(byte)
        } else {
            guard Unicode.Scalar(value) != nil else { return nil }
            UTF8Scalar.append(value, to: &name)
        }
        return digits
    }
}

/// What Go's `strconv.IsPrint` calls printable, with the Unicode 15.0 of Go 1.21 and later.
enum GoPrintable {
    /// Whether a scalar outside of the controls is written as it stands.
    static func contains(_ value: UInt32) -> Bool {
        switch value {
        case 0x20..<0x7f: true
        // The greater part of names in practice: Latin, Cyrillic, kana, Han,
        // Hangul blocks without holes.
        case 0xa1..<0xad, 0xae..<0x378, 0x400..<0x530, 0x3041..<0x3097, 0x30a0..<0x3100, 0x4e00..<0xa000,
            0xac00..<0xd7a4:
            true
        case _: Unicode.Scalar(value).map(isGraphic) ?? false
        }
    }

    /// Letters, marks, numbers, punctuation and symbols that Unicode 15.0 has assigned.
    private static func isGraphic(_ scalar: Unicode.Scalar) -> Bool {
        guard let age = scalar.properties.age, age.major <= 15, age != (15, 1) else { return false }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        case .decimalNumber, .letterNumber, .otherNumber: true
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: true
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .format, .surrogate, .privateUse,
            .unassigned:
            false
        @unknown case _: false
        }
    }
}
