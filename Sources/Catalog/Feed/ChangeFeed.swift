/// A thing that changed, and the number of its newest change.
public struct Change: Sendable, Hashable {
    public var subject: ChangeSubject
    public var number: Int
}

/// What changed after a number.
public struct ChangesSince: Sendable, Hashable {
    /// In the order of the numbers, each thing once.
    public var changes: [Change]
    /// The number of the newest change of all things; the next look goes on after it.
    public var number: Int
}

extension CatalogAccess {
    /// The number of the newest change; 0 where there was none.
    public func changeNumber() throws(CatalogError) -> Int {
        let row = try connection.query(#"SELECT MAX("number") FROM "changeNote""#, []).first
        return row.flatMap { Int(sqlValue: $0[0]) } ?? 0
    }

    /// What of some subjects changed after a number; nil where that is no longer known, or where
    /// the number is not one of this catalogue.
    /// - Parameter subjects: a subject without id stands for everything of its topic.
    public func changes(after number: Int, of subjects: [ChangeSubject]) throws(CatalogError) -> ChangesSince? {
        let newest = try changeNumber()
        let floor = try find(ChangeNote.self, id: ChangeNote.floorTopic)?.number ?? 0
        guard number >= floor, number <= newest else { return nil }
        guard number < newest, !subjects.isEmpty else { return ChangesSince(changes: [], number: newest) }
        let notes = try page(
            Query<ChangeNote>(
                where: .and([
                    .compare("number", .greater, number.sqlValue), .or(subjects.map(ChangeNote.condition)),
                ]), order: [.init("number")]))
        return ChangesSince(
            changes: notes.compactMap { note in note.subject.map { Change(subject: $0, number: note.number) } },
            number: newest)
    }
}

extension CatalogWriter {
    /// Tells those who follow the service that a thing changed. Rows that say what they are about
    /// (`CatalogRecord.changeSubjects`) need no call.
    public func noteChange(of subject: ChangeSubject) { gathering.add(subject) }

    /// Forgets the changes up to a number.
    /// - Returns: how many things they were about.
    @discardableResult
    public func trimChanges(through number: Int) throws(CatalogError) -> Int {
        let old = RowPredicate.and([
            .compare("number", .lessOrEqual, number.sqlValue),
            .compare("topic", .notEqual, .text(ChangeNote.floorTopic)),
        ])
        guard let last = try first(Query<ChangeNote>(where: old, order: [.init("number", ascending: false)])) else {
            return 0
        }
        let count = try delete(ChangeNote.self, where: old)
        var floor = ChangeNote()
        (floor.id, floor.topic, floor.number) = (ChangeNote.floorTopic, ChangeNote.floorTopic, last.number)
        try save(floor)
        return count
    }

    /// The plans of the sessions that changed: whoever follows a plan follows its sessions.
    private func plansOfSessions() throws(CatalogError) -> Set<ChangeSubject> {
        var plans: Set<ChangeSubject> = []
        for subject in gathering.subjects where subject.topic == .restores {
            guard let id = subject.id, let plan = try find(RestoreSession.self, id: id)?.planId else { continue }
            plans.insert(ChangeSubject(.restores, plan))
        }
        return plans
    }

    /// Writes what was gathered, with the next numbers.
    /// - Returns: whether there was anything.
    func writeChanges() throws(CatalogError) -> Bool {
        guard !gathering.subjects.isEmpty else { return false }
        let subjects = try gathering.subjects.union(plansOfSessions())
        try connection.holdNumbers()
        var number = try changeNumber()
        for subject in subjects {
            number += 1
            try save(ChangeNote(subject, number: number))
        }
        return true
    }
}

extension ChangeNote {
    fileprivate static func condition(_ subject: ChangeSubject) -> RowPredicate {
        let topic = RowPredicate.equal("topic", subject.topic.rawValue)
        guard let id = subject.id else { return topic }
        return .and([topic, .oneOf("subjectId", [id, ""])])
    }
}
