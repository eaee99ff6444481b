extension Model {
    /// Reads a decoded `$filter` that stands somewhere else than in a query, such as in a body.
    /// - Parameter type: the entity type on which it tests, without namespace.
    public func filter(
        _ text: String, on type: String, in version: ServiceVersion, limits: QueryLimits
    ) throws(ODataError) -> FilterExpression {
        try FilterParser.parse(text, PropertyScope(model: self, type: type, version: version), limits)
    }
}
