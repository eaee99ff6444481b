import Catalog
import ProtectionRules

/// What one stream has seen, and what it still has to tell.
struct EventFollower {
    /// What of the feed it reads.
    let subjects: [ChangeSubject]
    /// Everything up to this number was read.
    private(set) var number: Int
    var pacer: EventPacer<EventThing>
    private let topics: Set<EventTopic>
    private var healthSeen: Int

    /// - Parameter health: how often health had changed when the stream began; nil where the client
    ///   may have missed changes.
    init(topics: Set<EventTopic>, number: Int, health: Int?) {
        self.topics = topics
        self.number = number
        subjects = topics.compactMap(\.subject)
        pacer = EventPacer(interval: EventOperations.secondsBetweenEvents, after: number)
        healthSeen = health ?? -1
    }

    /// Takes what the feed had after `number`.
    mutating func take(_ since: ChangesSince, health generation: Int) {
        for change in since.changes {
            for thing in topics.compactMap({ $0.thing(of: change.subject) }) {
                pacer.changed(thing, number: change.number)
            }
        }
        if generation != healthSeen, topics.contains(.health) {
            pacer.changed(EventThing(topic: .health, id: nil), number: since.number)
        }
        healthSeen = generation
        number = since.number
        pacer.read(through: number)
    }

    /// Begins anew after a number, because what lay before it is not known.
    mutating func reset(to number: Int) {
        self.number = number
        pacer = EventPacer(interval: EventOperations.secondsBetweenEvents, after: number)
    }
}
