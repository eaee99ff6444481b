// Which records are followed, and what a change of each is about. Whoever adds a record that a
// client can follow adds it here.

extension ProtectionUnit {
    public static var changeTopics: [ChangeTopic] { [.units, .overview] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.units, id), ChangeSubject(.overview)] }
}

extension RestorePoint {
    public static var changeTopics: [ChangeTopic] { [.units, .overview] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.units, unitId), ChangeSubject(.overview)] }
}

extension RepositoryHealth {
    public static var changeTopics: [ChangeTopic] { [.units, .overview] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.units, id), ChangeSubject(.overview)] }
}

extension ExclusionUnit {
    public static var changeTopics: [ChangeTopic] { [.overview] }
}

extension ProtectionPolicy {
    public static var changeTopics: [ChangeTopic] { [.policies, .overview] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.policies, id), ChangeSubject(.overview)] }
}

extension InclusionRule {
    public static var changeTopics: [ChangeTopic] { [.policies] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.policies, policyId)] }
}

extension RestoreSession {
    public static var changeTopics: [ChangeTopic] { [.restores, .overview] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.restores, id), ChangeSubject(.overview)] }
}

extension RestorePlanRecord {
    public static var changeTopics: [ChangeTopic] { [.restores] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.restores, id)] }
}

extension PlanUnit {
    public static var changeTopics: [ChangeTopic] { [.restores] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.restores, planId)] }
}

extension RestoreArtifact {
    public static var changeTopics: [ChangeTopic] { [.restores] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.restores, sessionId)] }
}

extension GranularRestoreArtifact {
    public static var changeTopics: [ChangeTopic] { [.restores] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.restores, sessionId)] }
}

extension Incident {
    public static var changeTopics: [ChangeTopic] { [.incidents, .overview] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.incidents, id), ChangeSubject(.overview)] }
}

extension IncidentUnit {
    public static var changeTopics: [ChangeTopic] { [.incidents] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.incidents, incidentId)] }
}

extension FileSearchRecord {
    public static var changeTopics: [ChangeTopic] { [.searches] }
    public var changeSubjects: [ChangeSubject] { [ChangeSubject(.searches, id)] }
}
