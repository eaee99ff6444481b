import Foundation
import Testing
import Texts

@testable import ObjectStorageS3

/// A request that others signed.
struct SignedVector: Decodable, Sendable, CustomTestStringConvertible {
    var name: String
    var method: String
    var host: String
    var path: String
    var query: String
    var headers: [String: String]
    var bodyBase64: String
    var accessKeyId: String
    var secretAccessKey: String
    var sessionToken: String?
    var region: String
    var time: String
    var canonicalRequest: String
    var canonicalRequestSHA256: String
    var stringToSign: String
    var signingKeyHex: String
    var authorization: String?
    var signature: String
    var presignedURL: String?

    var testDescription: String { name }

    static let all: [SignedVector] = {
        struct File: Decodable { var vectors: [SignedVector] }
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../Vectors/s3/sigv4-vectors.json")
        guard let data = try? Data(contentsOf: file), let read = try? JSONDecoder().decode(File.self, from: data) else {
            return []
        }
        return read.vectors
    }()

    /// The hash that the canonical request ends with: of the body, or the word for none.
    var payloadHash: String { canonicalRequest.split(separator: "\n").last.map(String.init) ?? "" }

    var form: SignatureV4.Form {
        var fields = headers.map { ($0.key, $0.value) } + [("host", host)]
        var query = query
        if let presignedURL {
            let all = presignedURL.split(separator: "?", maxSplits: 1).last.map(String.init) ?? ""
            query = all.split(separator: "&").filter { !$0.hasPrefix("X-Amz-Signature=") }.joined(separator: "&")
        } else {
            fields += [("x-amz-date", time), ("x-amz-content-sha256", payloadHash)]
            if let sessionToken { fields.append(("x-amz-security-token", sessionToken)) }
        }
        return SignatureV4.Form(method: method, path: path, query: query, headers: fields, payloadHash: payloadHash)
    }

    var scope: SignatureV4.Scope { SignatureV4.Scope(region: region, time: time) }
}

/// Every vector of the file, each step of its way.
@Suite struct SignatureTests {
    @Test func `the file has all of its vectors`() { #expect(SignedVector.all.count == 41) }

    @Test(arguments: SignedVector.all)
    func `a request is signed as others sign it`(vector: SignedVector) throws {
        let body = try #require(Data(base64Encoded: vector.bodyBase64))
        if vector.payloadHash != "UNSIGNED-PAYLOAD" {
            #expect(Hexadecimal.text(of: Hashes.sha256(Array(body))) == vector.payloadHash)
        }
        let canonical = SignatureV4.canonicalRequest(vector.form)
        #expect(canonical == vector.canonicalRequest)
        #expect(Hexadecimal.text(of: Hashes.sha256(Array(canonical.utf8))) == vector.canonicalRequestSHA256)
        #expect(SignatureV4.stringToSign(canonical, vector.scope) == vector.stringToSign)
        let key = SignatureV4.signingKey(secret: vector.secretAccessKey, vector.scope)
        #expect(Hexadecimal.text(of: key) == vector.signingKeyHex)
        #expect(
            SignatureV4.signature(of: vector.form, secret: vector.secretAccessKey, vector.scope) == vector.signature)
        if let authorization = vector.authorization {
            let credentials = S3Credentials(accessKeyID: vector.accessKeyId, secretAccessKey: vector.secretAccessKey)
            #expect(SignatureV4.authorization(of: vector.form, by: credentials, vector.scope) == authorization)
        }
    }

    @Test(arguments: SignedVector.all.filter { $0.path.contains("%") })
    func `a path is encoded as the vectors have it`(vector: SignedVector) throws {
        let key = try #require(vector.path.removingPercentEncoding)
        #expect(PercentEncoding.path(key) == vector.path)
    }

    @Test(arguments: ["", "a b+c", "1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=+", "日本", "%25"])
    func `what is encoded is decoded once`(text: String) {
        #expect(PercentEncoding.decoded(PercentEncoding.query(text)) == text)
    }

    @Test(arguments: ["%", "%4", "%zz", "%FF"]) func `what is not well encoded has no meaning`(text: String) {
        #expect(PercentEncoding.decoded(text) == nil)
    }

    @Test(arguments: [
        (0, "19700101T000000Z"), (1_369_353_600, "20130524T000000Z"), (1_709_251_199, "20240229T235959Z"),
        (4_102_444_799, "20991231T235959Z"), (951_782_400, "20000229T000000Z"), (-1, "19691231T235959Z"),
    ])
    func `moments have the form of signatures`(seconds: Int, text: String) {
        #expect(WireTime.signingTime(seconds) == text)
    }

    @Test func `moments of others are read`() {
        #expect(WireTime.seconds(ofHeader: "Fri, 24 May 2013 00:00:00 GMT") == 1_369_353_600)
        #expect(WireTime.seconds(ofISO: "2024-02-29T23:59:59Z") == 1_709_251_199)
        #expect(WireTime.seconds(ofISO: "2024-02-29T23:59:59.123Z") == 1_709_251_199)
        #expect(WireTime.seconds(ofHeader: "yesterday") == nil)
        #expect(WireTime.seconds(ofISO: "2024-13-01T00:00:00Z") == nil)
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func `base sixty-four is that of RFC 4648`(text: String) {
        #expect(Base64.text(of: text.utf8) == Data(text.utf8).base64EncodedString())
    }
}
