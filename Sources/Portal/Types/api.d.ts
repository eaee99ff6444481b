// The shapes of /holdfast/v1.0 as the server answers them, for the type check only; not served.
// Moments are RFC 3339 texts, bytes decimal texts, shares 0…1. `null` = none.

declare namespace Api {
  type Moment = string
  type Bytes = string
  /** `$select`, `$filter` and so on, and the own parameters of an operation. */
  interface Query { select?: string, filter?: string, orderby?: string, expand?: string, search?: string, top?: number, skip?: number, count?: boolean, [own: string]: any }
  interface Options { signal?: AbortSignal, prefer?: string, headers?: Record<string, string> }
  type Workload = "exchange" | "sharePoint" | "oneDriveForBusiness"
  type State = "protected" | "late" | "failing" | "paused" | "requested" | "notProtected" | "excluded" | "leaving" | "deleted"

  interface Overview {
    asOfDateTime: Moment
    sentence: string
    workloads: { workload: Workload, states: Record<State, number> }[]
    oldestNewestPoint: { unitId: string, dateTime: Moment } | null
    ages: { upTo: string | null, units: number }[]
    damagedPoints: number
    unverifiedUnits: number
    protectedBytes: Bytes
    storedBytes: Bytes
    freeBytes: Bytes | null
    daysLeft?: number | null
    runningRestores: number
    openIncidents: number
    toDo: Task[]
  }
  interface Task {
    kind: string
    severity: "error" | "warning" | "notice" | string
    unitId: string | null
    count: number | null
    since: Moment | null
    message: string
    action: string
  }
  interface UnitState {
    id: string
    unitId: string | null
    sourceId: string
    workload: Workload
    displayName: string | null
    email: string | null
    siteWebUrl: string | null
    policyId: string | null
    state: State
    stateSince: Moment
    error: { code: string, message: string, action: string | null } | null
    newestPointDateTime: Moment | null
    oldestPointDateTime: Moment | null
    nextBackupDateTime: Moment | null
    pointCount: number
    fileCount: number | null
    sizeInBytes: Bytes | null
    lastChange: { dateTime: Moment, added: number, changed: number, removed: number } | null
    recentChange: number[]
    verifiedDateTime: Moment | null
    damagedPointCount: number
    provenDateTime: Moment | null
    incidentId: string | null
  }
  interface ChangeSeries {
    start: Moment
    end: Moment
    bucketSeconds: number
    added: number[]
    changed: number[]
    removed: number[]
    replaced: number[]
    files: number[]
    addedBytes: Bytes[]
    storedBytes: Bytes[]
    maxShare: number[]
    units: number[]
    points: number[]
    missed: number[]
    flags: number[]
    special: { dateTime: Moment, pointId: string, kind: "weekly" | "damaged" | "partial" | "undo" | "proven" }[]
    notable: Notable[]
  }
  interface Notable {
    from: Moment
    to: Moment
    pointBefore: string | null
    pointAfter: string
    share: number
    counts: { added: number, changed: number, removed: number, replaced: number }
    isIncident: boolean
    text: string
  }
  interface Signal { kind: string, value: number, usual: number | null, text: string }
  interface Incident {
    id: string
    status: "open" | "contained" | "dismissed" | "restored"
    severity: "medium" | "high" | "critical"
    score: number
    beganAfter: Moment | null
    beganBefore: Moment
    detectedDateTime: Moment
    lastActivityDateTime: Moment
    unitCount: number
    signals: Signal[]
    sentence: string
    closedDateTime: Moment | null
    dismissedReason: string | null
  }
  interface IncidentUnit {
    id: string
    unitId: string
    displayName: string | null
    beganAfter: Moment | null
    beganBefore: Moment
    lastActivityDateTime: Moment
    lastCleanDateTime: Moment | null
    replaced: number
    removed: number
    added: number
    signals: Signal[]
    samples: { path: string, pathBefore: string | null, pointAfter: string, pointBefore: string | null }[]
  }
  interface Progress {
    phase: "undoPoint" | "planning" | "writing" | "finishing" | "done"
    units: { total: number, waiting: number, running: number, done: number, failed: number, cancelled: number }
    items: { done: number, total: number }
    bytes: { done: Bytes, total: Bytes }
    bytesPerSecond: Bytes
    remainingSeconds: number | null
    asOfDateTime: Moment
    waitingFor: string | null
  }
  /** A restore point of the Graph surface, as far as the portal reads it. */
  interface RestorePoint {
    id: string
    protectionDateTime: Moment
    expirationDateTime: Moment
    tags: string | null
    protectionUnit?: { id: string }
  }
  /** The same point, with what Graph's surface does not tell. */
  interface Point {
    id: string, unitId: string, protectionDateTime: Moment, expirationDateTime: Moment, isDamaged: boolean, unreadCount: number
    undoSessionId: string | null, heldUntilDateTime: Moment | null
  }
  interface UnreadItem { path: string, kind: string, code: string, message: string, keptFromDateTime: Moment | null }
  interface Me {
    id: string
    name: string
    roles: string[]
    scopes: string[]
    issuer: string | null
    signedInDateTime: Moment | null
    sessionEndsDateTime: Moment | null
    /** When it ends however much it is used. */
    sessionLastsUntilDateTime: Moment | null
    /** null where an issuer elsewhere keeps the account. */
    secondFactor: "none" | "totp" | null
  }
  interface Sums {
    units: number, create: number, overwrite: number, delete: number, rename: number, attributes: number
    newerLost: number, bytesToRead: Bytes, bytesToWrite: Bytes, estimatedSeconds: number
  }
  interface Who { application: { id: string, displayName: string | null } | null, user: { id: string, displayName: string | null } | null }
  interface Fault { code: string, message: string }
  interface Scope {
    incidentId?: string | null, unitIds?: string[] | null, filter?: string | null, list?: string[] | null, groupIds?: string[] | null
  }
  interface PlanMoment { kind: "lastClean" | "at" | "points", dateTime?: Moment | null, points?: { unitId: string, restorePointId: string }[] | null }
  type PlanStatus = "planning" | "ready" | "expired" | "started" | "cancelling" | "cancelled" | "completed" | "completedWithError" | "failed"
  interface Plan {
    id: string, displayName: string | null, status: PlanStatus, createdBy: Who | null, createdDateTime: Moment, expiresDateTime: Moment
    basedOnDateTime: Moment, scope: Scope, moment: PlanMoment, destinationType: "inPlace" | "new", newerFiles: "remove" | "keep"
    undoPoints: "take" | "none", sums: Sums, excluded: { unitId: string, reason: string }[], sessions: string[], undoOf: string | null
    undoUntil: Moment | null, startedDateTime: Moment | null, endedDateTime: Moment | null, sentence: string
  }
  interface PlanUnit extends Omit<Sums, "units"> {
    id: string, unitId: string, displayName: string | null, email: string | null
    status: "waiting" | "planning" | "ready" | "noPoint" | "failed" | "excluded" | "outdated"
    restorePointId: string | null, protectionDateTime: Moment | null, secondsBeforeMoment: number | null
    pointHealth: "ok" | "unreadItems" | "damaged", note: string | null, error: Fault | null
  }
  interface PlanChange {
    path: string, action: "create" | "overwrite" | "delete" | "rename" | "attributes", fromPath: string | null, isFolder: boolean
    size: Bytes, presentSize: Bytes | null, presentModified: Moment | null, isNewer: boolean
  }
  /** A session of the Graph surface. */
  interface Session {
    "@odata.type"?: string, id: string, status: string, restoreJobType?: string, createdDateTime: Moment, completedDateTime: Moment | null
    createdBy: Who | null, error: Fault | null, workload?: string
    restoreSessionArtifactCount?: { total: number, completed: number, inProgress: number, failed: number } | null
  }
  interface UnitProgress {
    artifactId: string, unitId: string, displayName: string | null, status: string, phase: Progress["phase"] | null
    items: { done: number, total: number }, bytes: { done: Bytes, total: Bytes }, bytesPerSecond: Bytes, currentPath?: string | null
    waitingFor: string | null, undoRestorePointId: string | null, errorCount: number, error: Fault | null
  }
  interface ItemError { path: string, action: string, code: string, message: string, retryable: boolean }
  interface BrowseItem { itemKey: string, name: string, type: "site" | "documentLibrary" | "folder" | "file" | string, itemsCount: number | null, sizeInBytes: Bytes | null, lastModifiedDateTime?: Moment | null }
  interface Resolved { path: string, itemKey: string | null, name: string | null, type: string | null, itemsCount: number | null, sizeInBytes: Bytes | null, lastModifiedDateTime: Moment | null }
  interface Version { kind: string, modified: Moment | null, size: Bytes, firstPointId: string, firstDateTime: Moment, lastPointId: string, lastDateTime: Moment, isPresent: boolean }
  interface Difference {
    path: string, kind: "file" | "folder" | "link" | "other", change: "added" | "removed" | "changed" | "renamed" | "attributes"
    fromPath: string | null, fromSize: Bytes | null, toSize: Bytes | null, fromModified: Moment | null, toModified: Moment | null
    below: { added: number, changed: number, removed: number, bytes: Bytes } | null
  }
  interface FileSearch { id: string, query: string, status: "running" | "complete" | "cancelled", searchedUnits: number, totalUnits: number, resultCount: number, expiresDateTime: Moment }
  interface FileResult {
    unitId: string, displayName: string | null, path: string, name: string, kind: string, isDeleted: boolean, removedBetween: [Moment, Moment] | null
    versionCount: number, newest: { restorePointId: string, modified: Moment | null, size: Bytes }, first: { restorePointId: string, dateTime: Moment }
  }
  interface Policy {
    "@odata.type"?: string, id: string, displayName: string, status: string, protectionMode?: "standard" | "fullServiceBackup" | string
    createdDateTime: Moment, retentionSettings: { interval: string, period: string }[]
    protectionPolicyArtifactCount?: { total: number, completed: number, inProgress: number, failed: number }
  }
  interface PolicyPreview {
    matching: { accounts: number, sites: number }, sample: { sourceId: string, displayName: string | null, email: string | null, siteWebUrl: string | null }[]
    alreadyElsewhere: { unitId: string, displayName: string | null, policyId: string }[], excludedByThis: number
    unknown: { name: string | null, code: string, message: string }[], wouldLeave: { unitId: string, displayName: string | null }[]
  }
  interface AuditRecord {
    id: string, dateTime: Moment, actor: { id: string | null, name: string | null, kind: string }, applicationId: string | null, address: string | null
    /** Such as `restorePlans.start`; `outcome` is `succeeded` or the code of the refusal. */
    action: string, target: { kind: string | null, id: string | null, name?: string | null }, outcome: string, requestId: string | null, hash: string | null, details?: any
  }
  interface Check { name: string, status: "ok" | "warning" | "failing" | "unknown", since: Moment | null, message: string, action: string | null, figures: Figures }
  /** The numbers of a check; null for what it is not about. */
  interface Figures { units?: number | null, points?: number | null, jobs?: number | null, freeBytes?: number | null, capacityBytes?: number | null, seconds?: number | null, dateTime?: Moment | null }
  interface Health { checks: Check[] }
  interface Setting { key: string, value: string | null, default: string | null, source: { kind: string, file?: string | null, line?: number | null }, isSecret: boolean, needsRestart: boolean }
  /** Cells without a value are left out of a row. */
  interface Report { title: string, createdDateTime: Moment, notCovered: string[], columns: string[], rows: Record<string, any>[] }
  type Role = "administrator" | "helpDesk" | "auditor"
  interface Operator { id: string, name: string, roles: Role[], status: "active" | "disabled", secondFactor: "none" | "totp", createdDateTime: Moment, lastSignInDateTime: Moment | null }
  interface PortalSession { id: string, signedInDateTime: Moment, lastSeenDateTime: Moment, expirationDateTime: Moment, address: string, browser: string, isThis: boolean }
  interface Program { id: string, name: string, scopes: string[], createdDateTime: Moment, secret?: string | null }
  interface Page<T> { value: T[], "@odata.count"?: number, "@odata.nextLink"?: string }
  /** What an event says has changed; `body` is the answer to a GET of it, null when it is gone. */
  interface Change { topic: string, thing: string, id?: string, body: any }
}
