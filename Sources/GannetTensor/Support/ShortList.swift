extension [String] {
  /// The first four, separated by commas, and how many more there are: a list for a message.
  package var shortList: String {
    let shown = prefix(4).joined(separator: ", ")
    return count > 4 ? "\(shown) and \(count - 4) more" : shown
  }
}
