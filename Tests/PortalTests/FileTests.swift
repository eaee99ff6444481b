import BackupTesting
import Foundation
import OData
import Testing

@testable import Portal

@Suite struct PortalFileTests {
    private func get(_ site: Site, _ target: String, _ fields: [(String, String)] = []) async -> ODataResponse {
        await site.site.answer(Site.request("GET", target, fields))
    }

    private func place(_ site: Site) throws -> String { try site.site.configuration.files().place }

    @Test func `the shell is filled in, and has exactly the fields of the specification`() async throws {
        let site = try await Site()
        let place = try place(site)
        for target in ["/portal/", "/portal/accounts/x?filter=y", "/portal/restores/new"] {
            let answer = await get(site, target)
            #expect(answer.status == 200)
            #expect(answer.text == "<p>contoso 1 \(place)</p>")
        }
        let headers = await get(site, "/portal/").headers
        let expected: [(String, String)] = [
            (
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
                    + "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
                    + "require-trusted-types-for 'script'; trusted-types 'none'"
            ),
            ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store"), ("Content-Type", "text/html; charset=utf-8"),
        ]
        for (name, value) in expected { #expect(headers.all(name) == [value], "\(name)") }
        #expect(headers["Permissions-Policy"]?.contains("camera=()") == true)
        #expect(headers["Access-Control-Allow-Origin"] == nil)
        #expect(headers["Strict-Transport-Security"] == nil)
    }

    @Test func `with TLS browsers are told to keep to it`() async throws {
        let site = try await Site()
        let answer = await site.site.answer(Site.request("GET", "/portal/", origin: "https://localhost"))
        #expect(answer.headers["Strict-Transport-Security"] == "max-age=31536000")
    }

    @Test func `files lie below a place of their set, may be kept for ever, and are compressed once`() async throws {
        let site = try await Site()
        let place = try place(site)
        #expect(place.wholeMatch(of: /\/portal\/[0-9a-f]{20}/) != nil)
        let plain = await get(site, "\(place)/parts/list.js")
        #expect(plain.text == "export const b = 2\n")
        #expect(plain.headers["Cache-Control"] == "public, max-age=31536000, immutable")
        #expect(plain.headers["Content-Type"] == "text/javascript; charset=utf-8")
        #expect(plain.headers["X-Content-Type-Options"] == "nosniff")
        #expect(plain.headers["Content-Encoding"] == nil)
        let small = await get(site, "\(place)/parts/list.js", [("Accept-Encoding", "br, gzip")])
        #expect(small.text == "gze")
        #expect(small.headers["Content-Encoding"] == "gzip")
        #expect(small.headers["Vary"] == "Accept-Encoding")
    }

    @Test(
        arguments: [
            "/../index.html", "/%2e%2e/main.js", "/parts/../main.js", "/pages/sign-in.html", "/index.html",
            "/notes.md", "/parts/", "/", "/MAIN.js", "/main.js/", "//main.js", "/parts%2flist.js", "/main.js%00",
        ])
    func `a path that is no name of a file is not there`(path: String) async throws {
        let site = try await Site()
        let place = try place(site)
        #expect(await get(site, place + path).status == 404)
    }

    @Test func `a file of another set is not there, and is no page`() async throws {
        let site = try await Site()
        #expect(await get(site, "/portal/0123456789abcdef0123/main.js").status == 404)
    }

    @Test func `another content is another place`() throws {
        var files = Site.files
        let one = try PortalFiles(files) { _ in nil }.place
        files["main.js"] = Array("export const a = 2\n".utf8)
        let two = try PortalFiles(files) { _ in nil }.place
        files["main.js"] = Site.files["main.js"]
        let again = try PortalFiles(files) { _ in nil }.place
        #expect(one != two)
        #expect(one == again)
    }

    @Test func `a set without a page that the server fills in is refused`() {
        var files = Site.files
        files["pages/callback.html"] = nil
        let error = #expect(throws: PortalFiles.Unusable.self) { try PortalFiles(files) { _ in nil } }
        #expect(error?.description.contains("pages/callback.html") == true)
    }

    @Test func `a folder is read with what lies below it, without links`() throws {
        let folder = try TemporaryFolder("portal")
        for (name, bytes) in Site.files {
            let url = URL(filePath: folder.path).appending(path: name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/passwd.txt", withDestinationPath: "/etc/passwd")
        let read = try PortalFiles(folder: URL(filePath: folder.path)) { _ in nil }
        let same = try PortalFiles(Site.files) { _ in nil }
        #expect(read.place == same.place)
        #expect(read.answer(rawPath: "\(read.place)/passwd.txt", acceptsGzip: false) == nil)
    }
}

@Suite struct PageTemplateTests {
    @Test(
        arguments: [
            ("<script>", "&lt;script&gt;"), ("\" onclick=x", "&quot; onclick=x"), ("' x", "&#39; x"),
            ("a&b", "a&amp;b"),
            ("\"\u{301}", "&quot;\u{301}"), ("<\u{200d}b", "&lt;\u{200d}b"), ("\0", "\u{fffd}"), ("{{x}}", "{{x}}"),
        ])
    func `a value stays text`(value: String, shown: String) {
        #expect(PageTemplate("<a b=\"{{x}}\">").filled(["x": value]) == "<a b=\"\(shown)\">")
    }

    @Test func `a place without a value is empty, and other braces are text`() {
        let template = PageTemplate("{{one}}{ {two} {{three four}} {{five}}")
        #expect(template.filled(["five": "5"]) == "{ {two} {{three four}} 5")
        #expect(template.places == ["one", "five"])
    }
}
