import GannetTensor

/// Truncation of backpropagation through time (Dive into Deep Learning, section 9.7).
///
///     let truncation = Truncation.every(8)
///     let (output, state) = rnn(tokens, truncation: truncation)
///
/// It is a factor for each step, by which the gradient to the previous step is multiplied: 1 passes
/// it, 0 cuts. Randomized truncation draws new factors for every batch. In a custom loop:
///
///     let factors = truncation.factors(steps: inputs.count)
///     for (x, factor) in zip(inputs, factors) { state = cell(x, state: state?.scalingGradient(by: factor)) }
public final class Truncation: StochasticModule {
  private enum Rule {
    case every(Int)
    case segments(ClosedRange<Int>)
    case unbiased(Float)
  }

  private let rule: Rule
  /// The random stream, whose position is part of the training state.
  public var stream: RandomStream

  private init(_ rule: Rule) {
    self.rule = rule
    stream = RandomSource.current.makeStream()
  }

  /// Regular truncation, after every `length` steps.
  public static func every(_ length: Int) -> Truncation {
    guard length > 0 else { fail("Truncation: every \(length) steps, expected 1 or more") }
    return Truncation(.every(length))
  }

  /// Truncation into segments whose lengths are drawn uniformly from `lengths`.
  public static func randomSegments(_ lengths: ClosedRange<Int>) -> Truncation {
    guard lengths.lowerBound > 0 else {
      fail("Truncation: segments of \(lengths) steps, expected 1 or more")
    }
    return Truncation(.segments(lengths))
  }

  /// Randomized truncation that passes the gradient with `probability` π, multiplied by 1 / π. The
  /// expectation is that of full backpropagation; the variance grows with the number of steps.
  public static func unbiased(keeping probability: Float) -> Truncation {
    guard probability > 0, probability <= 1 else {
      fail("Truncation: probability \(probability), expected above 0, to 1")
    }
    return Truncation(.unbiased(probability))
  }

  /// The factors of the steps; the first is 1, since the caller handles the state before the batch.
  public func factors(steps: Int) -> [Float] {
    var factors = [Float](repeating: 1, count: steps)
    switch rule {
    case .every(let length):
      for step in stride(from: length, to: steps, by: length) { factors[step] = 0 }
    case .segments(let lengths):
      var step = Int.random(in: lengths, using: &stream)
      while step < steps {
        factors[step] = 0
        step += Int.random(in: lengths, using: &stream)
      }
    case .unbiased(let probability):
      for step in factors.indices.dropFirst() {
        let isKept = Float.random(in: 0..<1, using: &stream) < probability
        factors[step] = isKept ? 1 / probability : 0
      }
    }
    return factors
  }
}
