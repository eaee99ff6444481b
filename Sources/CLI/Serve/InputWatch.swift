import Foundation

/// Ends this process when its standard input ends, so that a server never outlives the
/// program that started it.
///
/// The starter holds the other end of a pipe and never writes. The system closes that end however
/// the starter ends, SIGKILL included; PR_SET_PDEATHSIG would also strike when only the *thread*
/// ends that made the child.
enum InputWatch {
    /// Watches on a thread of its own. The end of the input has the effect of SIGTERM.
    static func endProcessWithInput() {
        Thread.detachNewThread {
            var bytes = [UInt8](repeating: 0, count: 256)
            while true {
                let count = unsafe read(STDIN_FILENO, &bytes, bytes.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
            }
            kill(getpid(), SIGTERM)
        }
    }
}
