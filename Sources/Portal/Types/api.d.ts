// The shapes of /holdfast/v1.0 as the server answers them, for the type check only; not served.
// Moments are RFC 3339 texts, bytes decimal texts, shares 0…1. `null` = none.

declare namespace Api {
  type Moment = string
  type Bytes = string
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
    provenUnits?: number
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
    snapshotCount: number
    fileCount: number | null
    sizeInBytes: Bytes | null
    storedInBytes: Bytes | null
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
    unitsHit: number[]
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
    lastCleanPointId: string | null
    lastCleanDateTime: Moment | null
    replaced: number
    removed: number
    added: number
    signals: Signal[]
    samples: { path: string, pathBefore: string | null, pointAfter: string, pointBefore: string | null }[]
    restoredDateTime: Moment | null
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
  interface Me {
    id: string
    name: string
    roles: string[]
    scopes: string[]
    issuer: string
    signedInDateTime: Moment
    sessionEndsDateTime: Moment
    stepUpUntil?: Moment | null
  }
  interface Page<T> { value: T[], "@odata.count"?: number, "@odata.nextLink"?: string }
  /** What an event says has changed; `body` is the answer to a GET of it, null when it is gone. */
  interface Change { topic: string, thing: string, id?: string, body: any }
}
