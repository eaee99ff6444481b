import Catalog
import ProtectionRules
import ProtectionService

extension MetricFamily {
    /// Every metric, in the order of the table in `docs/metrics.md`.
    public static let all: [MetricFamily] = service + protection + storage + restores + work + http + process + eachUnit

    /// Those that a registry counts. All others are read when they are asked for.
    public static let counted: [MetricFamily] = all.filter { $0.kind != .gauge && !readElsewhere.contains($0) }

    private static let readElsewhere: Set<MetricFamily> = [.pointAge, .processCPU]

    static let workload = Label("workload", Workload.allCases.map(\.rawValue))
    static let jobKind = Label("kind", JobKind.allCases.map(\.rawValue))

    private static let service: [MetricFamily] = [.buildInfo]
    private static let process: [MetricFamily] = [
        .processCPU, .processResident, .processVirtual, .processStart, .processFiles, .processMaximumFiles,
    ]
}

/// The program and its process.
extension MetricFamily {
    static let buildInfo = MetricFamily(
        "holdfast_build_info", .gauge, [Label("version"), Label("swift"), Label("catalog_schema")],
        help: "Always 1; its labels say which program this is.")

    static let processCPU = MetricFamily(
        "process_cpu_seconds_total", .counter, help: "Processor time that the process took.")
    static let processResident = MetricFamily(
        "process_resident_memory_bytes", .gauge, help: "Memory that the process holds.")
    static let processVirtual = MetricFamily(
        "process_virtual_memory_bytes", .gauge, help: "Address space of the process.")
    static let processStart = MetricFamily(
        "process_start_time_seconds", .gauge, help: "When the process was started, since 1970.")
    static let processFiles = MetricFamily("process_open_fds", .gauge, help: "Open files of the process.")
    static let processMaximumFiles = MetricFamily(
        "process_max_fds", .gauge, help: "Files that the process may have open.")
}
