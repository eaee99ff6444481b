extension Migration {
    /// People who sign in: accounts, sessions, and what the embedded issuer gave out.
    static let migration22 = Migration(
        version: 22, name: "people who sign in",
        statements: [
            """
            CREATE TABLE "operatorAccount" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "name" TEXT NOT NULL,
                "foldedName" TEXT NOT NULL UNIQUE,
                "passwordHash" BLOB NOT NULL,
                "sealedSecondFactor" BLOB,
                "secondFactorStep" INTEGER,
                "recoveryCodeHashes" TEXT NOT NULL,
                "roles" TEXT NOT NULL,
                "isDisabled" INTEGER NOT NULL CHECK ("isDisabled" IN (0, 1)),
                "createdDateTime" INTEGER NOT NULL,
                "passwordDateTime" INTEGER NOT NULL,
                "lastSignInDateTime" INTEGER
            )
            """,
            """
            CREATE TABLE "portalSession" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "cookieHash" TEXT NOT NULL UNIQUE,
                "pageKeyHash" TEXT NOT NULL,
                "operatorId" TEXT REFERENCES "operatorAccount" ("id") ON DELETE CASCADE,
                "issuer" TEXT NOT NULL,
                "subjectId" TEXT NOT NULL,
                "displayName" TEXT NOT NULL,
                "email" TEXT,
                "roles" TEXT NOT NULL,
                "createdDateTime" INTEGER NOT NULL,
                "lastUsedDateTime" INTEGER NOT NULL,
                "provenDateTime" INTEGER NOT NULL,
                "expirationDateTime" INTEGER NOT NULL,
                "address" TEXT NOT NULL,
                "agent" TEXT NOT NULL
            )
            """,
            #"CREATE INDEX "portalSession_operatorId" ON "portalSession" ("operatorId")"#,
            """
            CREATE INDEX "portalSession_issuer_subjectId_createdDateTime_id"
            ON "portalSession" ("issuer", "subjectId", "createdDateTime", "id")
            """,
            #"CREATE INDEX "portalSession_expirationDateTime" ON "portalSession" ("expirationDateTime")"#,
            """
            CREATE TABLE "refreshToken" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "familyId" TEXT NOT NULL,
                "operatorId" TEXT NOT NULL REFERENCES "operatorAccount" ("id") ON DELETE CASCADE,
                "clientId" TEXT NOT NULL,
                "scope" TEXT NOT NULL,
                "authenticatedDateTime" INTEGER NOT NULL,
                "createdDateTime" INTEGER NOT NULL,
                "expirationDateTime" INTEGER NOT NULL,
                "usedDateTime" INTEGER
            )
            """,
            #"CREATE INDEX "refreshToken_familyId" ON "refreshToken" ("familyId")"#,
            #"CREATE INDEX "refreshToken_operatorId" ON "refreshToken" ("operatorId")"#,
            #"CREATE INDEX "refreshToken_expirationDateTime" ON "refreshToken" ("expirationDateTime")"#,
            """
            CREATE TABLE "authorizationCode" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "clientId" TEXT NOT NULL,
                "redirectUri" TEXT NOT NULL,
                "challenge" TEXT NOT NULL,
                "nonce" TEXT,
                "scope" TEXT NOT NULL,
                "operatorId" TEXT NOT NULL REFERENCES "operatorAccount" ("id") ON DELETE CASCADE,
                "familyId" TEXT NOT NULL,
                "authenticatedDateTime" INTEGER NOT NULL,
                "expirationDateTime" INTEGER NOT NULL,
                "usedDateTime" INTEGER
            )
            """,
            #"CREATE INDEX "authorizationCode_operatorId" ON "authorizationCode" ("operatorId")"#,
            #"CREATE INDEX "authorizationCode_expirationDateTime" ON "authorizationCode" ("expirationDateTime")"#,
            """
            CREATE TABLE "deviceCode" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "userCodeHash" TEXT NOT NULL UNIQUE,
                "clientId" TEXT NOT NULL,
                "scope" TEXT NOT NULL,
                "operatorId" TEXT REFERENCES "operatorAccount" ("id") ON DELETE CASCADE,
                "isDenied" INTEGER NOT NULL CHECK ("isDenied" IN (0, 1)),
                "authenticatedDateTime" INTEGER,
                "expirationDateTime" INTEGER NOT NULL,
                "lastPollDateTime" INTEGER,
                "intervalSeconds" INTEGER NOT NULL CHECK ("intervalSeconds" >= 0)
            )
            """,
            #"CREATE INDEX "deviceCode_operatorId" ON "deviceCode" ("operatorId")"#,
            #"CREATE INDEX "deviceCode_expirationDateTime" ON "deviceCode" ("expirationDateTime")"#,
            """
            CREATE TABLE "firstRunCode" (
                "id" TEXT PRIMARY KEY NOT NULL,
                "codeHash" TEXT NOT NULL,
                "triesLeft" INTEGER NOT NULL CHECK ("triesLeft" >= 0),
                "createdDateTime" INTEGER NOT NULL,
                "expirationDateTime" INTEGER NOT NULL
            )
            """,
        ])
}
