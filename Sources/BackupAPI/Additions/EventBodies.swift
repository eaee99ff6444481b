import Catalog
import Foundation
import OData
import ProtectionRules
import ProtectionService
import Texts

/// What the events of each topic carry: the answer to a GET of the thing that changed.
///
/// An event is made by that very request, in the name of the stream's caller. So its body has the
/// shape, the permissions and the right to read of the GET, and tells nothing else. Whoever adds a
/// thing that can be followed adds its path here.
struct EventBodies: Sendable {
    /// A thing of a topic, and the paths of which the first that exists has it.
    struct Source {
        var thing: String
        var paths: [String]
    }

    /// The paths below the root of the additions, or from the root of the server.
    static func source(of thing: EventThing) -> Source {
        let id = thing.id.map { PercentEncoding.encode($0) }
        return switch (thing.topic, id) {
        case (.overview, _): Source(thing: "overview", paths: ["overview"])
        case (.health, _): Source(thing: "health", paths: ["health"])
        case (.incidents, let id?): Source(thing: "incident", paths: ["incidents/\(id)"])
        case (.incidents, nil): Source(thing: "incidents", paths: ["incidents"])
        case (.restores, let id?), (.restore, let id?):
            Source(thing: "progress", paths: ["restorePlans/\(id)/progress", "restoreSessions/\(id)/progress"])
        case (.restores, nil), (.restore, nil): Source(thing: "restorePlans", paths: ["restorePlans"])
        case (.unit, let id): Source(thing: "unitState", paths: ["unitStates/\(id ?? "")"])
        case (.policies, let id?):
            Source(
                thing: "protectionPolicy",
                paths: Workload.allCases.map { "/v1.0/solutions/backupRestore/\($0.policies)/\(id)" })
        case (.policies, nil):
            Source(thing: "protectionPolicies", paths: ["/v1.0/solutions/backupRestore/protectionPolicies"])
        case (.search, let id): Source(thing: "fileSearch", paths: ["fileSearches/\(id ?? "")"])
        }
    }

    let additions: ODataService<APICaller>
    let graph: BackupGraphAPI
    let caller: APICaller
    let origin: String

    /// The answer to a GET of a thing, without counting as a request of the client.
    func answer(_ thing: EventThing) async -> ODataResponse {
        var last = ODataResponse(status: 404)
        for path in Self.source(of: thing).paths {
            let request = ODataRequest(method: "GET", rawPath: address(path), origin: origin)
            if path.hasPrefix("/") {
                last = await graph.respond(to: request, principal: caller.principal)
            } else {
                guard !additions.methods(at: request.rawPath).isEmpty else { continue }
                last = await additions.respond(to: request, as: caller)
            }
            // An id of another form is none of this path.
            if ![400, 404].contains(last.status) { return last }
        }
        return last
    }

    /// Whether the server knows a path of the topic.
    func offers(_ topic: EventTopic) -> Bool {
        Self.source(of: topic.probe).paths.contains {
            $0.hasPrefix("/") || !additions.methods(at: address($0)).isEmpty
        }
    }

    private func address(_ path: String) -> String {
        path.hasPrefix("/") ? path : "/\(additions.model.root.path(of: .v1))/\(path)"
    }
}

extension EventTopic {
    /// A thing that stands for the topic where one looks whether it may be followed.
    var probe: EventThing {
        switch self {
        case .overview, .health, .incidents, .restores, .policies: EventThing(topic: self, id: nil)
        case .restore(let id), .unit(let id), .search(let id): EventThing(topic: self, id: id)
        }
    }
}
