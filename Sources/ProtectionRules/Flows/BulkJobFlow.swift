public import Catalog

/// What moves the status of a bulk addition job.
public enum BulkJobEvent: Sendable, Hashable {
    /// It did its work; something could not be added where there are errors.
    case worked(withErrors: Bool)
}

extension BulkJobStatus {
    /// The status after an event, or nil where the job has done its work before.
    public func after(_ event: BulkJobEvent) -> BulkJobStatus? {
        switch (self, event) {
        case (.active, .worked(let withErrors)): withErrors ? .completedWithErrors : .completed
        case (.completed, .worked), (.completedWithErrors, .worked): nil
        }
    }
}

extension BulkJobStatus: Flow {
    package static var initial: BulkJobStatus { .active }
}

extension BulkAdditionJob: FlowRecord {}
