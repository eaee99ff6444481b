import OData
import ProtectionService

/// Where a value of a setting was given.
struct SettingSourceValue: EdmComplex {
    var source = SettingInForce.Source(kind: "default")

    init() {}
    init(_ source: SettingInForce.Source) { self.source = source }

    static let edm = ComplexType<SettingSourceValue>("settingSource") {
        Property("kind") { (value: Self, _) in value.source.kind }
        Property("file") { (value: Self, _) in value.source.file }
        Property("line") { (value: Self, _) in value.source.line }
        Property("column") { (value: Self, _) in value.source.column }
        Property("name") { (value: Self, _) in value.source.name }
    }
}

/// A setting of the server with its value and where that came from.
struct SettingValue: EdmComplex {
    var setting = SettingInForce(
        key: "", value: "", defaultValue: "", type: "", meaning: "", source: .init(kind: "default"), isSecret: false,
        needsRestart: false)

    init() {}
    init(_ setting: SettingInForce) { self.setting = setting }

    static let edm = ComplexType<SettingValue>("setting") {
        Property("key") { (value: Self, _) in value.setting.key }
        Property("value") { (value: Self, _) in value.setting.value }
        Property("default") { (value: Self, _) in value.setting.defaultValue }
        Property("type") { (value: Self, _) in value.setting.type }
        Property("meaning") { (value: Self, _) in value.setting.meaning }
        Property("source") { (value: Self, _) in SettingSourceValue(value.setting.source) }
        Property("isSecret") { (value: Self, _) in value.setting.isSecret }
        Property("needsRestart") { (value: Self, _) in value.setting.needsRestart }
    }
}

/// Every setting in force.
let configurationFunction = BoundOperation.function(
    "configuration", returns: .value(.collection(SettingValue.edmType)), argumentsInQuery: true)
