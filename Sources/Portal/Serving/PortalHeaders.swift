import OData

/// The header fields of everything that browsers get. Source: the portal's README, section 3.3.
enum PortalHeaders {
    /// The fields of the shell, which has no form.
    static func shell(isSecure: Bool) -> Headers {
        page(isSecure: isSecure, referrer: "no-referrer", formAction: "'self'")
    }

    /// The fields of a page with a form. With `no-referrer` a browser would hide where a form comes
    /// from, which the server wants to know.
    /// - Parameter redirect: an origin to which the form's answer leads; browsers hold redirects
    ///   to the policy too.
    static func form(isSecure: Bool, redirect: String? = nil) -> Headers {
        page(
            isSecure: isSecure, referrer: "same-origin",
            formAction: redirect.map { "'self' \($0)" } ?? "'self'")
    }

    /// The fields of a file whose address changes with its content.
    static func file(type: String) -> Headers {
        [
            "Content-Type": type, "Cache-Control": "public, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
            "Vary": "Accept-Encoding",
        ]
    }

    /// A redirect within the portal, or to an issuer.
    static func redirect(to place: String, isSecure: Bool) -> Headers {
        var headers: Headers = [
            "Location": place, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        ]
        addTransport(to: &headers, isSecure: isSecure)
        return headers
    }

    static func addTransport(to headers: inout Headers, isSecure: Bool) {
        if isSecure { headers["Strict-Transport-Security"] = "max-age=31536000" }
    }

    private static func page(isSecure: Bool, referrer: String, formAction: String) -> Headers {
        var headers: Headers = [
            "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store",
            "Content-Security-Policy":
                """
            default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; \
            font-src 'self'; form-action \(formAction); base-uri 'none'; frame-ancestors 'none'; \
            require-trusted-types-for 'script'; trusted-types 'none'
            """,
            "X-Content-Type-Options": "nosniff", "Referrer-Policy": referrer, "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": permissions,
        ]
        addTransport(to: &headers, isSecure: isSecure)
        return headers
    }

    /// Everything off that a browser knows.
    private static let permissions = [
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen",
        "geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi",
        "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
        "xr-spatial-tracking",
    ].map { "\($0)=()" }.joined(separator: ", ")
}
