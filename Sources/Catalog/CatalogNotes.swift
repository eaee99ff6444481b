/// Notes about a whole catalogue, for whoever opens it.
public enum CatalogNotes {
    /// The catalogue is the target of a copy that has not ended.
    static let copying = "copying"
    /// The catalogue was copied into another database, which counts from then on.
    static let movedTo = "movedTo"

    /// Refuses a catalogue that is half copied, or that counts no more.
    public static func requireCurrent(_ driver: any SQLDriver) async throws {
        let found = try await driver.read { connection in
            try [copying, movedTo].map { try text(of: $0, connection) }
        }
        if found[0] != nil {
            throw CatalogError(
                .cannotOpen,
                "A copy into this catalogue did not end. Run 'holdfast catalog move' again, which begins anew.")
        }
        if let place = found[1] {
            throw CatalogError(
                .cannotOpen,
                """
                This catalogue was moved to '\(place)', and what happened there since is not in it. Name that one in \
                the setting 'catalog'; 'holdfast catalog move' brings it back.
                """)
        }
    }

    static func text(of id: String, _ connection: any SQLConnection) throws(CatalogError) -> String? {
        let rows = try connection.query(#"SELECT "text" FROM "catalogNote" WHERE "id" = ?"#, [.text(id)])
        return rows.first.flatMap { String(sqlValue: $0[0]) }
    }

    static func set(_ id: String, _ text: String, _ connection: any SQLConnection) throws(CatalogError) {
        try connection.execute(
            """
            INSERT INTO "catalogNote" ("id", "text") VALUES (?, ?)
            ON CONFLICT ("id") DO UPDATE SET "text" = excluded."text"
            """,
            [.text(id), .text(text)])
    }

    static func remove(_ id: String, _ connection: any SQLConnection) throws(CatalogError) {
        try connection.execute(#"DELETE FROM "catalogNote" WHERE "id" = ?"#, [.text(id)])
    }
}
