import CLibPQ
import Catalog

/// What a statement answered.
struct PostgresAnswer {
    var rows: [SQLRow]
    /// Rows that an insert, update or delete changed; 0 for other statements.
    var changedRows: Int
    /// The number of a type in the answer that is none of the catalogue's.
    var strangeType: UInt32?
}

/// An answer of libpq.
///
/// `@safe` although it holds a pointer: the pointer is its own, and everything is copied out of it.
@safe
struct PostgresResult: ~Copyable {
    private let result: OpaquePointer

    /// - Parameter result: an answer that nobody else holds.
    @unsafe init(_ result: OpaquePointer) { unsafe self.result = result }

    deinit { unsafe PQclear(result) }

    /// What the server refused; nil where it did not.
    func failure(isConnectionLost: Bool) -> PostgresFailure? {
        switch unsafe PQresultStatus(result) {
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_PIPELINE_ABORTED:
            // Only the first line: the details repeat values of the row, which are the tenant's.
            return PostgresFailure(
                state: field("C"), message: field("M") ?? "the connection was lost",
                isConnectionLost: isConnectionLost)
        default: return nil
        }
    }

    /// The first value as text; nil where there is none.
    var firstText: String? {
        guard unsafe PQntuples(result) > 0, unsafe PQnfields(result) > 0, unsafe PQgetisnull(result, 0, 0) == 0,
            let text = unsafe PQgetvalue(result, 0, 0)
        else { return nil }
        return unsafe String(cString: text)
    }

    var tag: String { unsafe PQcmdStatus(result).map { unsafe String(cString: $0) } ?? "" }

    /// The rows, all in binary form.
    var answer: PostgresAnswer {
        let columns = unsafe PQnfields(result)
        let names = (0..<columns).map { column in unsafe String(cString: PQfname(result, column)) }
        let types = (0..<columns).map { column in unsafe PQftype(result, column) }
        var answer = PostgresAnswer(rows: [], changedRows: changedRows)
        let count = unsafe PQntuples(result)
        for row in 0..<count {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(columns))
            for column in 0..<columns {
                guard let value = value(row, column, types[Int(column)]) else {
                    answer.strangeType = types[Int(column)]
                    return answer
                }
                values.append(value)
            }
            answer.rows.append(SQLRow(names: names, values: values))
        }
        return answer
    }

    private func value(_ row: Int32, _ column: Int32, _ type: UInt32) -> SQLValue? {
        guard unsafe PQgetisnull(result, row, column) == 0 else { return .null }
        let start = unsafe PQgetvalue(result, row, column)
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        return BinaryValue.decode(unsafe [UInt8](bytes), type: type)
    }

    /// Selects count their rows in the same place, and change none.
    private var changedRows: Int {
        guard ["INSERT", "UPDATE", "DELETE"].contains(where: tag.hasPrefix) else { return 0 }
        return unsafe PQcmdTuples(result).flatMap { Int(unsafe String(cString: $0)) } ?? 0
    }

    private func field(_ code: Unicode.Scalar) -> String? {
        unsafe PQresultErrorField(result, Int32(code.value)).map { unsafe String(cString: $0) }
    }
}
