import Catalog
import Foundation
import ProtectionRules
import Testing

@Suite struct EventTopicTests {
    @Test(arguments: [
        "overview", "health", "incidents", "restores", "restores/4f2a", "units/a-1", "policies", "searches/x",
    ])
    func `topics are read as they are written`(text: String) {
        #expect(EventTopic(text)?.description == text)
    }

    @Test(arguments: [
        "", "unit", "units", "units/", "overview/1", "searches", "restores/a/b", "units/a b", "units/é", "units/\u{0}",
        "units/" + String(repeating: "a", count: 300),
    ])
    func `anything else is none`(text: String) {
        #expect(EventTopic(text) == nil)
    }

    @Test func `a topic of one thing hears of that thing and of all at once`() {
        let topic = EventTopic.unit("u1")
        let thing = EventThing(topic: topic, id: "u1")
        #expect(topic.thing(of: ChangeSubject(.units, "u1")) == thing)
        #expect(topic.thing(of: ChangeSubject(.units)) == thing)
        #expect(topic.thing(of: ChangeSubject(.units, "u2")) == nil)
        #expect(topic.thing(of: ChangeSubject(.policies, "u1")) == nil)
        #expect(EventTopic.restores.thing(of: ChangeSubject(.restores, "r1"))?.id == "r1")
    }
}

@Suite struct EventPacerTests {
    private let start = Date(timeIntervalSince1970: 1_000_000)
    private func moment(_ seconds: Double) -> Date { start.addingTimeInterval(seconds) }

    @Test func `each thing is told at once, and then once a second`() {
        var pacer = EventPacer<String>(interval: 1, after: 10)
        pacer.changed("a", number: 11)
        pacer.read(through: 11)
        #expect(pacer.next(at: moment(0)) == "a")
        pacer.changed("a", number: 12)
        pacer.changed("a", number: 13)
        pacer.read(through: 13)
        #expect(pacer.next(at: moment(0.9)) == nil)
        #expect(pacer.nextMoment == moment(1))
        #expect(pacer.next(at: moment(1)) == "a")
        #expect(pacer.next(at: moment(3)) == nil)
        #expect(pacer.nextMoment == nil)
    }

    @Test func `a number is told only when nothing before it waits`() {
        var pacer = EventPacer<String>(interval: 1, after: 10)
        pacer.changed("a", number: 11)
        pacer.read(through: 11)
        #expect(pacer.next(at: moment(0)) == "a")
        #expect(pacer.number == 11)
        pacer.changed("a", number: 12)
        pacer.changed("b", number: 13)
        pacer.read(through: 14)
        #expect(pacer.next(at: moment(0.5)) == "b")
        #expect(pacer.number == 11)
        #expect(pacer.next(at: moment(1)) == "a")
        #expect(pacer.number == 14)
    }

    @Test func `a clock that is set back delays nothing`() {
        var pacer = EventPacer<String>(interval: 1, after: 0)
        pacer.changed("a", number: 1)
        #expect(pacer.next(at: moment(1000)) == "a")
        pacer.changed("a", number: 2)
        #expect(pacer.next(at: moment(0)) == "a")
    }
}

@Suite struct FeedAgesTests {
    private func moment(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_000_000 + seconds) }

    @Test func `numbers are forgotten once they are as old as they are kept`() {
        var ages = FeedAges(keptSeconds: 600)
        #expect(ages.look(number: 5, at: moment(0)) == nil)
        #expect(ages.look(number: 9, at: moment(300)) == nil)
        #expect(ages.look(number: 9, at: moment(599)) == nil)
        #expect(ages.look(number: 9, at: moment(600)) == 5)
        #expect(ages.look(number: 9, at: moment(700)) == nil)
        #expect(ages.look(number: 9, at: moment(900)) == 9)
        #expect(ages.look(number: 9, at: moment(9000)) == nil)
    }

    @Test func `a feed that began anew and a clock that was set back forget nothing too early`() {
        var ages = FeedAges(keptSeconds: 600)
        _ = ages.look(number: 50, at: moment(0))
        #expect(ages.look(number: 3, at: moment(600)) == nil)
        #expect(ages.look(number: 4, at: moment(0)) == nil)
        #expect(ages.look(number: 4, at: moment(599)) == nil)
        #expect(ages.look(number: 4, at: moment(600)) == 4)
    }
}
