import Foundation
public import OData
public import ProtectionService

extension HealthStatus: EdmEnum {
    public static let edm = EnumType<Self>("checkStatus", Self.allCases)
}

struct CheckFigures: EdmComplex {
    var figures = HealthFigures()

    init() {}
    init(_ figures: HealthFigures) { self.figures = figures }

    static let edm = ComplexType<CheckFigures>("checkFigures") {
        Property("units") { (value: Self, _) in value.figures.units }
        Property("points") { (value: Self, _) in value.figures.points }
        Property("jobs") { (value: Self, _) in value.figures.jobs }
        Property("freeBytes") { (value: Self, _) in value.figures.freeBytes.map { Int64($0) } }
        Property("capacityBytes") { (value: Self, _) in value.figures.capacityBytes.map { Int64($0) } }
        Property("seconds") { (value: Self, _) in value.figures.seconds }
        Property("dateTime") { (value: Self, _) in value.figures.dateTime }
    }
}

/// One thing that was looked at: how it is, since when, and what to do.
struct CheckValue: EdmComplex {
    var check = HealthCheck(name: "", status: .ok, since: Date(timeIntervalSince1970: 0), message: "")

    init() {}
    init(_ check: HealthCheck) { self.check = check }

    static let edm = ComplexType<CheckValue>("check") {
        Property("name") { (value: Self, _) in value.check.name }
        Property("status") { (value: Self, _) in value.check.status }
        Property("since") { (value: Self, _) in value.check.since }
        Property("message") { (value: Self, _) in value.check.message }
        Property("action") { (value: Self, _) in value.check.action }
        Property("figures") { (value: Self, _) in CheckFigures(value.check.figures ?? HealthFigures()) }
    }
}

struct HealthValue: EdmComplex {
    var status = HealthStatus.ok
    var checks: [CheckValue] = []

    init() {}
    init(_ checks: [HealthCheck]) {
        status = checks.map(\.status).max() ?? .ok
        self.checks = checks.map(CheckValue.init)
    }

    static let edm = ComplexType<HealthValue>("health") {
        Property("status", \.status)
        Property("checks", \.checks)
    }
}

/// Every check of the server in one read.
let healthFunction = BoundOperation.function(
    "health", returns: .value(HealthValue.edmType), argumentsInQuery: true)
