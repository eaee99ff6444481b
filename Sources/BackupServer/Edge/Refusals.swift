import BackupAPI
import OData

/// The refusals of the server itself, in the API's envelope.
struct Refusals: Sendable {
    let api: any GraphAPI

    static let urlTooLong = ODataError(
        .uriTooLong, "The path with its query is too long; put filters into a batch or a body.")
    static let overloaded = ODataError(
        .serviceNotAvailable, "The server is working on too many requests. Try again a little later.",
        retryAfterSeconds: 1)

    func answer(_ error: ODataError, to question: ODataRequest) -> ODataResponse { api.refusal(error, to: question) }

    func tooManyInvalidTokens(afterSeconds seconds: Double, _ question: ODataRequest) -> ODataResponse {
        answer(
            RequestThrottle.tooMany(afterSeconds: seconds, "This address sent too many invalid tokens."), to: question)
    }
}
