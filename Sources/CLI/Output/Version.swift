/// The version of this program, as `holdfast --version` and the log name it.
enum Version {
    static let current = "0.1.0"
}
