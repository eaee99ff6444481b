import ArgumentParser
import Foundation

/// Names that a shell completes: of contexts, and of what the server has.
///
/// Whatever goes wrong, the answer is none, without a word: a user who presses Tab has asked nothing.
enum ServerNames {
    /// How long a shell waits for an answer.
    static let patience = Duration.milliseconds(300)
    /// How many names are offered at most.
    static let count = 100

    /// The names of the contexts.
    @Sendable static func contexts(_: [String], _: Int, _ prefix: String) -> [String] {
        let store = ContextStore(environment: ProcessInfo.processInfo.environment)
        return ((try? store.read())?.entries.map(\.name) ?? []).filter { $0.hasPrefix(bare(prefix)) }
    }

    /// Accounts and sites by their names.
    @Sendable static func units(_ words: [String], _: Int, _ prefix: String) -> [String] {
        let prefix = bare(prefix)
        return known("units", words, beginning: prefix) { client in
            let query = [("search", prefix), ("$top", "\(count)")].filter { !$0.1.isEmpty }
            return try await client.get(APIClient.additions + "/unitStates", query).list("value")
                .map { KnownUnit.name(of: $0) }
        }
    }

    /// Policies by their names.
    @Sendable static func policies(_ words: [String], _: Int, _ prefix: String) -> [String] {
        known("policies", words, beginning: bare(prefix)) { client in
            try await client.get(APIClient.graph + "/protectionPolicies").list("value")
                .compactMap { $0.text("displayName") }
        }
    }

    /// Restores by their ids, the newest first.
    @Sendable static func restores(_ words: [String], _: Int, _ prefix: String) -> [String] {
        known("restores", words, beginning: bare(prefix)) { client in
            try await client.get(PlanClient.path, [("$top", "\(count)")]).list("value").compactMap { $0.text("id") }
        }
    }

    /// Incidents by their numbers.
    @Sendable static func incidents(_ words: [String], _: Int, _ prefix: String) -> [String] {
        known("incidents", words, beginning: bare(prefix)) { client in
            try await client.get(APIClient.additions + "/incidents").list("value").compactMap { $0.text("id") }
        }
    }

    /// Settings by their names.
    @Sendable static func settings(_: [String], _: Int, _ prefix: String) -> [String] {
        Setting.all.map(\.name).filter { $0.hasPrefix(bare(prefix)) }
    }

    /// A word without the quote that a shell passes on with it.
    static func bare(_ word: String) -> String { String(word.drop { $0 == "\"" || $0 == "'" }) }

    private static func known(
        _ kind: String, _ words: [String], beginning prefix: String,
        _ ask: @escaping @Sendable (APIClient) async throws -> [String]
    ) -> [String] {
        let environment = ProcessInfo.processInfo.environment
        guard var options = try? ServerOptions.parse(serverOptions(in: words)) else { return [] }
        options.retry = 0
        guard let choice = try? options.choice(environment: environment) else { return [] }
        let cache = NameCache(environment: environment, key: "\(kind) \(choice.cacheKey) \(prefix)")
        if let names = cache.names(now: Date()) { return names }
        let names = waited { [options] in try await ask(options.connect(choice)) } ?? []
        let fitting = names.filter { $0.lowercased().hasPrefix(prefix.lowercased()) }
        if !names.isEmpty { cache.keep(fitting) }
        return fitting
    }

    /// The options that say which server is meant, out of all words of a line.
    static func serverOptions(in words: [String]) -> [String] {
        var chosen: [String] = []
        for (index, word) in words.enumerated() {
            let name = String(word.prefix { $0 != "=" })
            guard ["--state", "--server", "--context"].contains(name) else { continue }
            if word.contains("=") {
                chosen.append(word)
            } else if index + 1 < words.count {
                chosen += [word, bare(words[index + 1])]
            }
        }
        return chosen
    }

    /// What a request answers, where it does so in time.
    private static func waited(_ body: @escaping @Sendable () async throws -> [String]) -> [String]? {
        let answer = LateAnswer()
        let task = Task.detached {
            let names = try? await body()
            answer.give(names)
        }
        defer { task.cancel() }
        return answer.take(within: patience)
    }
}

/// An answer that one thread waits for.
private final class LateAnswer: @unchecked Sendable {
    // Sound because the condition guards the names.
    private let condition = NSCondition()
    private var names: [String]?
    private var isGiven = false

    func give(_ names: [String]?) {
        condition.lock()
        defer { condition.unlock() }
        (self.names, isGiven) = (names, true)
        condition.signal()
    }

    func take(within patience: Duration) -> [String]? {
        let end = Date(timeIntervalSinceNow: patience / .seconds(1))
        condition.lock()
        defer { condition.unlock() }
        while !isGiven, condition.wait(until: end) {}
        return names
    }
}

extension ServerChoice {
    /// What tells servers apart, without a token.
    fileprivate var cacheKey: String {
        switch self {
        case .address(let address, _, let context): "\(address) \(context ?? "")"
        case .signedIn(let address, let context): "signed in \(address) \(context ?? "")"
        case .state(let folder, let address): "\(folder) \(address ?? "")"
        }
    }
}
