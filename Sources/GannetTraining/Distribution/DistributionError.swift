/// An error that ends a training on several ranks, on all of them.
public enum DistributionError: Error, Equatable, CustomStringConvertible {
  /// The rank `rank` failed, and throws its own error with this message.
  case failedElsewhere(rank: Int, message: String)
  /// The parameter `parameter` of the rank `rank` differs from that of rank 0 after `steps` steps.
  case differingParameters(rank: Int, parameter: String, steps: Int)

  public var description: String {
    switch self {
    case .failedElsewhere(let rank, let message): "rank \(rank) failed: \(message)"
    case .differingParameters(let rank, let parameter, let steps):
      """
      after \(steps) steps, \(parameter) of rank \(rank) is not that of rank 0: the ranks run on \
      processors of different kinds, or one of them computes wrongly; restart from a checkpoint \
      without that machine
      """
    }
  }
}
