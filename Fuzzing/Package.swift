// swift-tools-version: 6.2
import PackageDescription

/// The fuzz driver that is guided by coverage: `make fuzz-guided` builds it with the
/// instrumentation that it needs.
let package = Package(
    name: "Fuzzing",
    dependencies: [.package(name: "holdfast", path: "..")],
    targets: [
        .systemLibrary(name: "CFuzzer"),
        .executableTarget(
            name: "Fuzz",
            dependencies: ["CFuzzer", .product(name: "HoldfastParsers", package: "holdfast")],
            swiftSettings: [.strictMemorySafety(), .treatAllWarnings(as: .error)]
        ),
    ]
)
