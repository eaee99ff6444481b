import OData
import ProtectionService

extension Handlers {
    /// The settings in force. Source: additions.md, A14.
    func bindConfiguration(_ odata: inout ODataService<APICaller>) {
        odata.root {
            $0.operation(
                .function("configuration"), .controlRead, answeringPageOf: SettingValue.self
            ) { context, arguments in
                _ = try arguments.values()
                let settings = service.dependencies.configuration()
                let start = context.position.flatMap { Int($0) } ?? 0
                guard (0...settings.count).contains(start) else { return ValuePage([]) }
                // There are about a hundred, and whoever names no number of them wants them all.
                let isUnbound = context.options.top == nil && context.preferences.maximumPageSize == nil
                let page = settings[start...].prefix(isUnbound ? settings.count : max(1, context.pageSize))
                return ValuePage(
                    page.map(SettingValue.init),
                    nextPosition: page.endIndex < settings.count ? "\(page.endIndex)" : nil)
            }
        }
    }
}
