/// Counts requests, once they are answered.
public struct RequestCounts: Sendable {
    private let registry: MetricRegistry

    public init(_ registry: MetricRegistry) { self.registry = registry }

    /// Methods that a client made up count as one.
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "PUT"]

    /// - Parameter route: the pattern of the path, with placeholders for ids; nil for a path of none.
    /// - Parameter seconds: from the request's head until its answer began.
    public func note(method: String, route: String?, status: Int, seconds: Double) {
        let route = route ?? MetricFamily.otherValue
        let method = Self.methods.contains(method) ? method : MetricFamily.otherValue
        registry.add(to: .httpRequests, route, method, "\(status)")
        registry.observe(seconds, in: .httpDuration, route)
    }
}
