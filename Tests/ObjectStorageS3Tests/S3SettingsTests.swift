import BackupTesting
import Testing

@testable import ObjectStorageS3

@Suite struct S3SettingsTests {
    @Test(arguments: [
        ("s3://bucket", "s3://bucket"), ("s3://bucket/", "s3://bucket"), ("s3://b.1-x/a/b/", "s3://b.1-x/a/b"),
        ("s3://bucket/a_b.c", "s3://bucket/a_b.c"),
    ])
    func `a place is a bucket and a prefix`(text: String, shown: String) {
        #expect(S3Place(text)?.description == shown)
    }

    @Test(arguments: [
        "", "bucket", "s3://", "s3:///a", "s3://b", "s3://ab", "s3://-bucket", "s3://bucket/../a", "s3://bucket//a",
        "s3://bucket/a//b", "s3://bucket/a b", "s3://bucket/a?b", "http://bucket/a", "s3://user@bucket",
    ])
    func `what is no place is refused`(text: String) { #expect(S3Place(text) == nil) }

    @Test(arguments: [
        ("https://S3.Example.org", "https://s3.example.org"), ("https://s3.example.org:443/", "https://s3.example.org"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"), ("http://[::1]:80", "http://[::1]"),
    ])
    func `an endpoint is scheme, host and port`(text: String, shown: String) {
        #expect(S3Endpoint(text)?.description == shown)
    }

    @Test(arguments: [
        "", "s3.example.org", "ftp://a", "https://a/path", "https://a:0", "https://a:65536", "https://u:p@a",
        "https://a?b",
    ])
    func `what is no endpoint is refused`(text: String) { #expect(S3Endpoint(text) == nil) }

    @Test(arguments: [
        ("s3://bucket/p", "", S3Settings.Style.auto, "https://bucket.s3.eu-north-1.amazonaws.com", "/p/x"),
        ("s3://bucket/p", "", .path, "https://s3.eu-north-1.amazonaws.com", "/bucket/p/x"),
        ("s3://with.dots/p", "", .auto, "https://s3.eu-north-1.amazonaws.com", "/with.dots/p/x"),
        ("s3://bucket/p", "https://s3.example.org:9000", .auto, "https://s3.example.org:9000", "/bucket/p/x"),
        ("s3://bucket/p", "https://s3.example.org:9000", .host, "https://bucket.s3.example.org:9000", "/p/x"),
    ])
    func `the bucket goes into the host or into the path`(
        place: String, endpoint: String, style: S3Settings.Style, address: String, path: String
    ) throws {
        var settings = S3Settings(try #require(S3Place(place)))
        settings.endpoint = S3Endpoint(endpoint)
        settings.region = "eu-north-1"
        settings.style = style
        #expect(settings.endpoint(inRegion: "eu-north-1").description == address)
        #expect(settings.path("p/x") == path)
    }

    @Test func `plain HTTP goes to this machine only, unless it is allowed`() async throws {
        var settings = try S3Settings("s3://bucket", at: "http://192.0.2.1:9000")
        let environment = TurnedTime().environment()
        let bucket = S3Bucket(settings, environment, logger: .quiet)
        let refusal = await #expect(throws: S3Refusal.self) { try await bucket.examine() }
        #expect(refusal?.description.contains("s3.insecure") ?? false)
        settings.allowsPlainHTTP = true
        let allowed = CredentialStore(settings, environment, logger: .quiet)
        #expect(try await allowed.current().accessKeyID == "ID")
    }

    @Test func `restic takes the address of a folder`() throws {
        let settings = try S3Settings("s3://bucket/p", at: "https://s3.example.org:9000")
        let bucket = S3Bucket(settings, TurnedTime().environment(), logger: .quiet)
        #expect(bucket.address(of: "unit") == "s3:https://s3.example.org:9000/bucket/p/unit")
    }
}
