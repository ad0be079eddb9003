import GannetTensor

/// A collection of examples that makes batches of them.
///
/// Conform to this protocol to feed your own data to a `DataLoader`. A loader makes batches on a
/// background thread, hence `Sendable`: keep arrays and values, and make tensors from them.
///
///     struct Squares: Dataset {
///       let count = 100
///       func batch(at indices: [Int]) -> sending Batch<Tensor, Tensor> {
///         let x = indices.map(Float.init)
///         return Batch(
///           inputs: Tensor(x, shape: [x.count, 1]),
///           targets: Tensor(x.map { $0 * $0 }, shape: [x.count, 1]))
///       }
///     }
public protocol Dataset<Batch>: Sendable {
  /// The batch of a training step, such as ``Batch``.
  associatedtype Batch

  /// The number of examples.
  var count: Int { get }

  /// The batch of the examples at `indices`, in that order; each index is in `0..<count`.
  ///
  /// - Throws: Any error of reading an example, such as a `FileError`; the training loop rethrows
  ///   it.
  func batch(at indices: [Int]) throws -> sending Batch

  /// The batch of the examples at `indices` with random augmentation, such as crops and flips,
  /// which draws from `streams`, one for each example. Loaders call this method; it calls
  /// ``batch(at:)`` by default.
  ///
  ///     for (index, var stream) in zip(indices, streams) {
  ///       let isFlipped = Bool.random(using: &stream)
  ///       …
  ///     }
  func batch(at indices: [Int], using streams: [RandomStream]) throws -> sending Batch
}

extension Dataset {
  public func batch(at indices: [Int], using streams: [RandomStream]) throws -> sending Batch {
    try batch(at: indices)
  }
}

/// A batch: inputs and targets of some examples of a data set.
///
/// `Inputs` and `Targets` are tensors whose first axis, `N`, counts the examples.
public struct Batch<Inputs, Targets> {
  /// The inputs of the model.
  public var inputs: Inputs
  /// The values that the model is to predict, such as labels.
  public var targets: Targets

  /// Makes a batch of examples.
  public init(inputs: Inputs, targets: Targets) {
    self.inputs = inputs
    self.targets = targets
  }
}

extension Batch where Inputs == Tensor {
  /// The number of examples, `N`.
  public var count: Int { inputs.shape[0] }

  /// The inputs as images, `[N, C, H, W]`.
  public var images: Tensor { inputs }

  /// The inputs as features, `[N, D]`.
  public var features: Tensor { inputs }
}

extension Batch where Targets == IntTensor {
  /// The targets as class indices, `[N]`.
  public var labels: IntTensor { targets }
}

extension Dataset {
  func checkIndices(_ indices: [Int]) {
    guard indices.allSatisfy({ 0 <= $0 && $0 < count }) else {
      fail("\(Self.self): an index of \(indices) is out of range for \(count) examples")
    }
  }
}
