import GannetTensor

/// A data set of windows of a text for a language model: inputs `[N, T]`, and as targets `[N, T]`
/// the token after each (Dive into Deep Learning, section 9.3.3).
///
///     let windows = TokenWindows(tokens, steps: 32)
///     for batch in DataLoader(windows, batchSize: 1024, shuffle: true) { … }
public struct TokenWindows: Dataset {
  private let tokens: [Int32]
  private let starts: [Int]

  /// The number of time steps, T.
  public let steps: Int

  /// Makes a set of all windows, which overlap.
  ///
  /// Stops where `steps` is below 1 or the text has fewer than `steps + 1` tokens.
  ///
  /// - Parameters:
  ///   - tokens: The token indices of the text.
  ///   - steps: The number of time steps, T.
  ///   - range: The windows' start positions, within `0..<tokens.count - steps`; all by default.
  public init(_ tokens: [Int], steps: Int, startingIn range: Range<Int>? = nil) {
    self.init(tokens, steps) { last in
      guard let range else { return Array(0...last) }
      guard range.lowerBound >= 0, range.upperBound <= last + 1 else {
        fail("TokenWindows: no windows of \(steps) in \(tokens.count) tokens start in \(range)")
      }
      return Array(range)
    }
  }

  /// A set of adjacent windows from `offset` on. Shuffled, and with a new offset for each epoch,
  /// they are random samples of the text.
  public static func partition(_ tokens: [Int], steps: Int, offset: Int = 0) -> TokenWindows {
    TokenWindows(tokens, steps) { last in
      Array(stride(from: checked(offset, last), through: last, by: steps))
    }
  }

  /// A set of adjacent windows, ordered such that in batches of `batchSize` each row continues that
  /// of the batch before, so that a hidden state can be carried over.
  ///
  /// Use it with a loader of the same batch size that does not shuffle.
  public static func sequential(
    _ tokens: [Int], steps: Int, batchSize: Int, offset: Int = 0
  ) -> TokenWindows {
    TokenWindows(tokens, steps) { last in
      let windows = (last - checked(offset, last)) / steps + 1
      let batches = windows / max(1, batchSize)
      guard batchSize > 0, batches > 0 else {
        fail(
          "TokenWindows: \(tokens.count) tokens hold no batch of \(batchSize) windows of \(steps)")
      }
      return (0..<batches * batchSize).map { index in
        offset + (index % batchSize * batches + index / batchSize) * steps
      }
    }
  }

  private static func checked(_ offset: Int, _ last: Int) -> Int {
    guard (0...last).contains(offset) else {
      fail("TokenWindows: offset \(offset) is not in 0...\(last)")
    }
    return offset
  }

  /// Makes windows at the positions that `starts` returns; its argument is the last possible one.
  private init(_ tokens: [Int], _ steps: Int, starts: (Int) -> [Int]) {
    guard steps > 0, tokens.count > steps else {
      fail("TokenWindows: \(tokens.count) tokens are too few for windows of \(steps) and a target")
    }
    self.tokens = IntTensor(tokens).scalars
    self.steps = steps
    self.starts = starts(tokens.count - steps - 1)
  }

  public var count: Int { starts.count }

  public func batch(at indices: [Int]) -> sending Batch<IntTensor, IntTensor> {
    checkIndices(indices)
    let shape: Shape = [indices.count, steps]
    func windows(shiftedBy shift: Int) -> IntTensor {
      IntTensor(
        indices.flatMap { tokens[starts[$0] + shift..<starts[$0] + shift + steps] }, shape: shape)
    }
    return Batch(inputs: windows(shiftedBy: 0), targets: windows(shiftedBy: 1))
  }
}
