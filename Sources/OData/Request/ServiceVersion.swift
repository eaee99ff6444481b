/// The published versions of a service: the stable one, and the preview that holds everything
/// of it and more.
public enum ServiceVersion: String, Sendable, Hashable, CaseIterable {
    /// The stable version.
    case v1 = "v1.0"
    /// The preview.
    case beta
}

/// In which versions something is offered.
public enum Versions: Sendable, Hashable {
    /// In the stable version and in the preview.
    case both
    /// In the preview only.
    case betaOnly

    /// Whether `version` offers it.
    public func contains(_ version: ServiceVersion) -> Bool { self == .both || version == .beta }
}

/// Who is behind a token: a person through an application, or the application by itself.
public enum CallerKind: Sendable, Hashable {
    /// A signed-in person.
    case delegated
    /// An application without a person.
    case application
}
