/// The published versions of a service: the stable one, and the preview, which contains it.
public enum ServiceVersion: String, Sendable, Hashable, CaseIterable {
    case v1 = "v1.0"
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

/// The kind of caller behind a token: a person through an application, or the application itself.
public enum CallerKind: Sendable, Hashable {
    case delegated
    /// An application without a person.
    case application
}
