// Random choices: Bernoulli draws, permutations, shuffles.

extension Tensor {
  /// Makes a tensor of Bernoulli draws: each element is 1 with `probability`, else 0.
  public init(bernoulli shape: Shape, probability: Float, using stream: inout RandomStream) {
    guard probability >= 0, probability <= 1 else {
      fail("Tensor: Bernoulli draws with probability \(probability), expected 0 to 1")
    }
    let draws = Tensor(uniform: shape, using: &stream)
    self = (draws .< probability)
  }

  /// Makes a tensor of Bernoulli draws with a stream of the current source.
  public init(bernoulli shape: Shape, probability: Float) {
    var stream = RandomSource.current.makeStream()
    self.init(bernoulli: shape, probability: probability, using: &stream)
  }

  /// The slices along the first axis in random order.
  public func shuffled(using stream: inout RandomStream) -> Tensor {
    guard rank > 0 else { failShape("shuffled", shape, expected: "an axis to shuffle") }
    return slices(at: IntTensor(permutation: shape[0], using: &stream))
  }

  /// The slices along the first axis in random order, with a stream of the current source.
  public func shuffled() -> Tensor {
    var stream = RandomSource.current.makeStream()
    return shuffled(using: &stream)
  }
}

extension IntTensor {
  /// Makes a random permutation of 0..<`count`.
  public init(permutation count: Int, using stream: inout RandomStream) {
    var order = (0..<Int32(count)).map { $0 }
    // Fisher-Yates shuffle.
    for last in stride(from: count - 1, to: 0, by: -1) {
      let choice = stream.next().multipliedFullWidth(by: UInt64(last + 1)).high
      order.swapAt(last, Int(choice))
    }
    self.init(order)
  }

  /// Makes a random permutation of 0..<`count` with a stream of the current source.
  public init(permutation count: Int) {
    var stream = RandomSource.current.makeStream()
    self.init(permutation: count, using: &stream)
  }
}
