/// What a job does. The subject is named in each case. `JobDefinition` says how it is done.
public enum JobKind: String, Sendable, Hashable, CaseIterable {
    /// Takes a restore point of the unit.
    case backup
    /// Plans the restores of the session that was activated.
    case scheduleRestores
    case restore
    /// Restores the files and folders of a session that belong to the unit
    /// of the granular artifact.
    case restoreItems
    /// Lets what was requested for the units of the policy, or for the unit, take effect.
    case settle
    /// Forgets the snapshots of the unit that no restore point names, and frees their space.
    case prune
    /// Deletes packs of the unit's repository that a prune some time ago found to be unneeded.
    case sweep
    /// Deletes the repository of the unit.
    case deleteRepository
    /// Applies the inclusion rule: adds the units that it chooses, and lets go of those that it
    /// does not choose any more.
    case applyRule
    /// Adds the units, or the exclusions, of the bulk addition job.
    case addUnits
    /// Adds every source of the workload to the policy, except those that it excludes.
    case coverWorkload
    /// Sends the mail about the activity.
    case sendMail
    /// Reads everything in the repository of the unit and verifies it.
    case verify
    /// Compares the unit of a restore plan with its point.
    case planUnit
    /// Removes what belongs to the restore plan that was deleted.
    case forgetPlan
    /// Makes the name index of the unit tell of all its restore points.
    case indexNames
    /// Looks through the units of the search for files.
    case searchFiles
    /// Locks again what the repository of the unit needs, and finds what somebody changed there.
    case renewLocks
}
