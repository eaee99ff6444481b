import Foundation

/// What the system knows of this process, as `/proc` tells it.
///
/// Source: proc(5), `/proc/self/stat`, `/proc/self/limits`, `/proc/self/fd`; the names are those of the
/// client libraries of Prometheus.
struct ProcessFigures: Sendable, Hashable {
    var cpuSeconds: Double
    var virtualBytes: Int
    var residentBytes: Int
    /// When it was started, since 1970.
    var startSeconds: Double?
    var openFiles: Int?
    /// nil for no limit.
    var maximumFiles: Int?

    /// nil where there is no `/proc`.
    static func current() -> ProcessFigures? {
        guard let stat = text("/proc/self/stat") else { return nil }
        return ProcessFigures(
            stat: stat, limits: text("/proc/self/limits") ?? "", bootSeconds: bootSeconds(),
            openFiles: (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count,
            ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))), pageBytes: sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Reads the texts of the system; nil where the first is of another form.
    init?(
        stat: String, limits: String, bootSeconds: Double?, openFiles: Int?, ticksPerSecond: Double, pageBytes: Int
    ) {
        // The name of the program stands in brackets, and may hold brackets and spaces.
        guard let end = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        let fields = stat[stat.index(after: end)...].split(whereSeparator: \.isWhitespace)
        func number(_ field: Int) -> Int? { fields.count > field - 3 ? Int(fields[field - 3]) : nil }
        guard let user = number(14), let kernel = number(15), let started = number(22), let bytes = number(23),
            let pages = number(24)
        else { return nil }
        cpuSeconds = Double(user + kernel) / ticksPerSecond
        (virtualBytes, residentBytes) = (bytes, pages * pageBytes)
        startSeconds = bootSeconds.map { $0 + Double(started) / ticksPerSecond }
        self.openFiles = openFiles
        let files = Self.line("Max open files ", in: limits)?.split(whereSeparator: \.isWhitespace).first
        maximumFiles = files.flatMap { Int($0) }
    }

    /// When the system was started, since 1970. Not from `/proc/stat`, which a service with
    /// `ProcSubset=pid` does not see.
    private static func bootSeconds() -> Double? {
        var (now, up) = (timespec(), timespec())
        guard unsafe clock_gettime(CLOCK_REALTIME, &now) == 0, unsafe clock_gettime(CLOCK_BOOTTIME, &up) == 0 else {
            return nil
        }
        return Double(now.tv_sec - up.tv_sec) + Double(now.tv_nsec - up.tv_nsec) / 1e9
    }

    /// The rest of the first line that begins so.
    private static func line(_ beginning: String, in text: String) -> Substring? {
        text.split(separator: "\n").first { $0.hasPrefix(beginning) }.map {
            let rest = $0.dropFirst(beginning.count)
            return rest.drop(while: \.isWhitespace)
        }
    }

    private static func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}

extension MetricReadings {
    init(_ process: ProcessFigures) {
        self.init()
        set(process.cpuSeconds, of: .processCPU)
        set(Double(process.virtualBytes), of: .processVirtual)
        set(Double(process.residentBytes), of: .processResident)
        if let start = process.startSeconds { set(start, of: .processStart) }
        if let files = process.openFiles { set(Double(files), of: .processFiles) }
        if let files = process.maximumFiles { set(Double(files), of: .processMaximumFiles) }
    }
}
