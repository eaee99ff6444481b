import Testing

@testable import BackupRepository

/// The line of `/proc/<number>/stat`, whose 22nd field is the start. Source: proc(5).
@Suite struct SystemProcessesTests {
    /// A line with so many fields behind the name; the 20th of them is the start.
    private func line(fields count: Int, state: String = "S", threads: String = "5", start: String = "4711") -> String {
        var fields = [state] + [String](repeating: "0", count: 30)
        (fields[17], fields[19]) = (threads, start)
        return "7 (holdfast) " + fields.prefix(count).joined(separator: " ")
    }

    @Test func `a line that ends with the start has one`() {
        #expect(SystemProcesses.start(inStat: line(fields: 20)) == .ticks(4_711))
    }

    @Test func `a line that ends before the start has none`() {
        #expect(SystemProcesses.start(inStat: line(fields: 19)) == .unknown)
    }

    @Test func `a start that is no number is not known`() {
        #expect(SystemProcesses.start(inStat: line(fields: 30, start: "x")) == .unknown)
    }

    @Test(arguments: [("Z", "1", ProcessStart.none), ("Z", "2", .ticks(4_711)), ("S", "1", .ticks(4_711))])
    func `a process has ended when its last thread has`(state: String, threads: String, start: ProcessStart) {
        #expect(SystemProcesses.start(inStat: line(fields: 30, state: state, threads: threads)) == start)
    }

    @Test(arguments: [0, -1] as [Int32]) func `what is no number of a process is not known`(_ number: Int32) {
        #expect(SystemProcesses.start(of: number) == .unknown)
    }
}
