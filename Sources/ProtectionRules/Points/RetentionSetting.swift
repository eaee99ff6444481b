import Catalog

/// How often points are kept for how long, as Graph writes it.
public struct RetentionSetting: Sendable, Hashable {
    /// `R/PT10M` or `R/P1W`.
    public var interval: String
    public var periodDays: Int

    public init(interval: String, periodDays: Int) {
        self.interval = interval
        self.periodDays = periodDays
    }

    /// The weekly interval, the only one that a client sets.
    public static let weekly = "R/P1W"
    /// The interval of the points of the last days.
    public static let tenMinutes = "R/PT10M"
    /// The periods that a client may ask for. Source: types.md, retentionSetting.
    public static let allowedPeriodDays: Set<Int> = [90, 180, 365, 730, 1095, 1460, 1825, 2190, 2555, 2920, 3285, 3650]

    /// The period as `Edm.Duration`, for example `P365D`.
    public var period: String { "P\(periodDays)D" }

    /// The days that a client asks for; nil where it asks for none.
    ///
    /// An entry for ten-minute points is tolerated where it says what the service does anyway,
    /// because clients send back what they read.
    package static func days(
        requested settings: [RetentionSetting]?, _ intervals: ServiceIntervals
    ) throws(ServiceError) -> Int? {
        var days: Int?
        for setting in settings ?? [] {
            switch setting.interval {
            case weekly where days == nil && allowedPeriodDays.contains(setting.periodDays): days = setting.periodDays
            case tenMinutes where setting.periodDays == intervals.tenMinuteRetentionDays: continue
            default:
                throw ServiceError(
                    .invalidCreateRequest,
                    """
                    retentionSettings takes one entry with interval R/P1W and a period of \
                    \(allowedPeriodDays.sorted().map { "P\($0)D" }.joined(separator: ", ")).
                    """
                )
            }
        }
        return days
    }
}
