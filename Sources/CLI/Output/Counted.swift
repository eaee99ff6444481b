extension BinaryInteger {
    /// The number with its noun: `1 item`, `2 items`.
    /// - Parameter plural: the noun for every number but one; without it the noun with an `s`.
    func counted(_ noun: String, plural: String? = nil) -> String {
        "\(self) " + (self == 1 ? noun : plural ?? noun + "s")
    }
}
