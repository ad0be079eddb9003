import Gannet

/// The strategies of section 9.7.1 for backpropagation through time.
enum TruncationStrategy: String, CaseIterable, Sendable {
  case full
  case regular = "every 8 steps"
  case randomLengths = "4 to 12 steps"
  case unbiased = "unbiased"

  /// A new truncation with its own random stream; nil for full backpropagation.
  func truncation() -> Truncation? {
    switch self {
    case .full: nil
    case .regular: .every(8)
    case .randomLengths: .randomSegments(4...12)
    case .unbiased: .unbiased(keeping: 0.9)
    }
  }

  /// A text with a bar wherever the gradient is cut.
  func segments(of text: String) -> String {
    let factors = truncation()?.factors(steps: text.count)
    return text.enumerated().map { index, character in
      factors?[index] == 0 ? "|\(character)" : "\(character)"
    }.joined()
  }
}
