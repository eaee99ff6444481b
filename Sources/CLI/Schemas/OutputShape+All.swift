extension OutputShape {
    /// The types of documents whose shape has another name in the table.
    static let typeNames = ["incidentWithUnits": "incident", "policyWithUnits": "policy"]

    /// Every shape by its name. Names are those of the API.
    static let all: [String: OutputShape] = notations.mapValues { OutputShape($0) }

    private static let sums = """
        create:int overwrite:int delete:int rename:int attributes:int unchanged:int newerLost:int bytesToRead:int \
        bytesToWrite:int estimatedSeconds:number?
        """
    private static let incident = """
        id:text status:text severity:text score:number beganAfter:moment? beganBefore:moment detectedDateTime:moment \
        lastActivityDateTime:moment unitCount:int signals:[signal] sentence:text closedDateTime:moment? \
        dismissedReason:text?
        """
    private static let policy = """
        id:text displayName:text status:text workload:text? protectionMode:text? retentionSettings:[any]? \
        protectionPolicyArtifactCount:artifactCount? createdDateTime:moment? lastModifiedDateTime:moment? \
        createdBy:identities? lastModifiedBy:identities? isEnabled:flag? billingPolicyId:text? \
        offboardRequestedDateTime:moment?
        """

    private static let notations = looking.merging(restoring) { $1 }

    /// What commands show that look.
    private static let looking: [String: String] = [
        "result": """
        ok:flag exitCode:int error:error? id:text? status:text? restored:int? failed:int? taken:int? undoUntil:moment? \
        file:text? sizeInBytes:int? name:text? server:text?
        """,
        "error": "code:text? message:text action:text? requestId:text? details:[any]? innerError:any?",
        "identities": "application:identity? device:any? user:identity?",
        "identity": "id:text? displayName:text? email:text?",
        "overview": """
        asOfDateTime:moment sentence:text workloads:[workloadStates] oldestNewestPoint:unitMoment? ages:[any] \
        damagedPoints:int unverifiedUnits:int protectedBytes:int storedBytes:int freeBytes:int? daysLeft:int? \
        runningRestores:int \
        openIncidents:int toDo:[task]
        """,
        "workloadStates": "workload:text states:any", "unitMoment": "unitId:text dateTime:moment",
        "task": "kind:text severity:text unitId:text? count:int? since:moment? message:text action:text?",
        "unitState": """
        id:text unitId:text? sourceId:text workload:text displayName:text? email:text? siteWebUrl:text? policyId:text? \
        state:text stateSince:moment error:error? newestPointDateTime:moment? oldestPointDateTime:moment? \
        nextBackupDateTime:moment? pointCount:int? snapshotCount:int? fileCount:int? sizeInBytes:int? \
        storedInBytes:int? lastChange:lastChange? recentChange:[int] verifiedDateTime:moment? damagedPointCount:int? \
        provenDateTime:moment? incidentId:text?
        """,
        "lastChange": "dateTime:moment added:int changed:int removed:int",
        "incident": incident, "incidentWithUnits": incident + " units:[incidentUnit]",
        "signal": "kind:text value:int usual:int? text:text",
        "incidentUnit": """
        id:text unitId:text displayName:text? beganAfter:moment? beganBefore:moment lastActivityDateTime:moment \
        lastCleanPointId:text? lastCleanDateTime:moment? replaced:int removed:int added:int signals:[signal] \
        samples:[sample] restoredDateTime:moment?
        """,
        "sample": "path:text pathBefore:text? pointAfter:text pointBefore:text?",
        "policy": policy, "policyWithUnits": policy + " units:[unitState]?",
        "artifactCount": "total:int completed:int failed:int inProgress:int?",
        "policyPreview": """
        workload:text matching:any sample:[any] alreadyElsewhere:[any] excludedByThis:int? unknown:[any] \
        wouldLeave:[any]
        """,
        "changeSeries": """
        start:moment end:moment bucketSeconds:int added:[int] changed:[int] removed:[int] replaced:[int] files:[int] \
        addedBytes:[int] storedBytes:[int] maxShare:[number] units:[int] unitsHit:[int] points:[int] missed:[int] \
        flags:[int] special:[specialPoint] notable:[notableChange]
        """,
        "specialPoint": "dateTime:moment pointId:text kind:text",
        "notableChange": """
        from:moment to:moment pointBefore:text? pointAfter:text share:number counts:any isIncident:flag text:text
        """,
        "restorePoint": """
        id:text unitId:text workload:text protectionDateTime:moment expirationDateTime:moment cadence:text \
        isDamaged:flag unreadCount:int snapshotId:text undoSessionId:text? heldSinceDateTime:moment? \
        heldUntilDateTime:moment? heldFiles:int? heldFilesLeft:int? displayName:text? email:text? siteWebUrl:text? \
        unreadItems:[unreadItem]?
        """,
        "unreadItem": "path:text kind:text code:text message:text sinceDateTime:moment keptFromDateTime:moment?",
        "failure": "unitId:text name:text error:error",
        "difference": """
        path:text kind:text change:text fromPath:text? fromSize:int? toSize:int? fromModified:moment? \
        toModified:moment? below:differenceSums?
        """,
        "differenceSums": "added:int changed:int removed:int bytes:int",
        "item": """
        itemKey:text? name:text? type:text? sizeInBytes:int? lastModifiedDateTime:moment? path:text? folder:text? \
        outcome:text? error:error? webUrl:text? itemsCount:int? createdBy:any? createdDateTime:moment? \
        lastModifiedBy:any?
        """,
        "fileResult": """
        unitId:text displayName:text? path:text name:text kind:text isDeleted:flag removedBetween:[moment]? \
        versionCount:int newest:foundState first:foundPoint
        """,
        "foundState": "restorePointId:text modified:moment? size:int?",
        "foundPoint": "restorePointId:text dateTime:moment",
        "fileVersion": """
        contentId:text kind:text modified:moment? size:int? firstPointId:text firstDateTime:moment lastPointId:text \
        lastDateTime:moment isPresent:flag
        """,
        "activity": """
        id:text eventDateTime:moment activityType:text resultStatus:text serviceType:text severity:text \
        performedBy:text? error:error? policyId:text? policyName:text? oldPolicyName:text? policyStatus:text? \
        protectionUnitDetails:any? retentionPeriod:text? offboardingDetails:any? restoreSessionId:text? \
        restoreSessionStatus:text? destinationType:text? tags:text? restoreArtifactDetails:any? \
        restoreCompletionDateTime:moment?
        """,
        "event": "dateTime:moment topic:text thing:text id:text? body:any",
        "reset": "dateTime:moment",
        "context": "name:text server:text isCurrent:flag hasToken:flag certificateAuthorities:text?",
        "me": """
        id:text name:text roles:[text] scopes:[text] issuer:text? signedInDateTime:moment? \
        sessionEndsDateTime:moment? sessionLastsUntilDateTime:moment? secondFactor:text? stepUpUntil:moment? \
        unitLimit:int?
        """,
        "setting": """
        key:text value:text default:text type:text meaning:text source:settingSource? isSecret:flag? needsRestart:flag?
        """,
        "settingSource": "kind:text file:text? line:int? column:int? name:text?",
        "configuration": "isSound:flag files:[text] faults:[configurationFault] warnings:[text]",
        "configurationFault": "message:text source:settingSource?",
        "diagnosis": "isHealthy:flag checks:[check] fixes:[fix]?", "fix": "file:text isDone:flag message:text",
        "check": "name:text from:text status:text message:text action:text? since:moment? figures:any?",
    ]

    /// What commands show that restore.
    private static let restoring: [String: String] = [
        "plan": """
        id:text status:text units:int \(sums) displayName:text createdBy:identities? createdDateTime:moment \
        expiresDateTime:moment? basedOnDateTime:moment? scope:any moment:any? destinationType:text newerFiles:text \
        undoPoints:text excluded:[exclusion] sessions:[text] undoOf:text? undoUntil:moment? startedDateTime:moment? \
        endedDateTime:moment? sentence:text
        """,
        "exclusion": "unitId:text? reason:text",
        "progress": """
        id:text phase:text units:unitCounts items:counts bytes:counts bytesPerSecond:int remainingSeconds:number? \
        asOfDateTime:moment waitingFor:text?
        """,
        "unitCounts": "total:int waiting:int running:int done:int failed:int cancelled:int",
        "counts": "done:int total:int",
        "session": """
        kind:text? id:text status:text displayName:text? workload:text? planId:text? createdBy:identities? \
        createdDateTime:moment? lastModifiedBy:identities? lastModifiedDateTime:moment? completedDateTime:moment? \
        takesUndoPoints:flag? cancelRequestedDateTime:moment? error:error? restoreJobType:text? \
        restoreSessionArtifactCount:artifactCount? expiresDateTime:moment? basedOnDateTime:moment? scope:any? \
        moment:any? destinationType:text? newerFiles:text? undoPoints:text? sums:any? excluded:[exclusion]? \
        sessions:[text]? undoOf:text? undoUntil:moment? startedDateTime:moment? endedDateTime:moment? sentence:text?
        """,
        "report": """
        id:text status:text displayName:text? createdBy:identities? createdDateTime:moment expiresDateTime:moment? \
        basedOnDateTime:moment? scope:any? moment:any? destinationType:text? newerFiles:text? undoPoints:text? \
        sums:any? excluded:[exclusion]? sessions:[text]? undoOf:text? undoUntil:moment? startedDateTime:moment? \
        endedDateTime:moment? sentence:text? completedDateTime:moment? error:error? restoreJobType:text? \
        restoreSessionArtifactCount:artifactCount? lastModifiedBy:identities? lastModifiedDateTime:moment? \
        units:[any] itemErrors:[itemError]
        """,
        "planUnit": """
        id:text unitId:text displayName:text? email:text? status:text restorePointId:text? protectionDateTime:moment? \
        secondsBeforeMoment:int? pointHealth:text? \(sums) note:text? error:error? artifactId:text?
        """,
        "planChange": """
        unitId:text account:text path:text action:text fromPath:text? isFolder:flag size:int presentSize:int? \
        presentModified:moment? isNewer:flag
        """,
        "itemError": "path:text action:text code:text message:text retryable:flag",
    ]
}
