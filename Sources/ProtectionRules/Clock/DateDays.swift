import Catalog
package import Foundation

extension Date {
    /// The moment some days of 24 hours later.
    package func adding(days: Int) -> Date { addingTimeInterval(Double(days) * 86_400) }
}
