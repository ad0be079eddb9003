import GannetTensor

/// A collection of examples from which batches are made.
///
/// To feed your own data to a `DataLoader`, conform to this protocol. A loader makes batches on a
/// thread of its own, hence `Sendable`: keep arrays and values, and make tensors from them.
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
  /// What a loader gives for each step.
  associatedtype Batch

  /// The number of examples.
  var count: Int { get }

  /// The examples at `indices`, each from 0 up to `count`, in their order.
  ///
  /// - Throws: What keeps an example from being read, such as a `FileError`; the training loop throws it.
  func batch(at indices: [Int]) throws -> sending Batch

  /// The examples at `indices` with random changes, such as crops and flips, which draw from `streams`:
  /// one for each example. A loader calls this; without changes by default.
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

/// Some examples of a data set.
///
/// `Inputs` and `Targets` are tensors whose first axis, `N`, counts the examples.
public struct Batch<Inputs, Targets> {
  public var inputs: Inputs
  public var targets: Targets

  public init(inputs: Inputs, targets: Targets) {
    self.inputs = inputs
    self.targets = targets
  }
}

extension Batch where Inputs == Tensor {
  /// The number of examples, `N`.
  public var count: Int { inputs.shape[0] }

  /// The inputs of a set of images, `[N, C, H, W]`.
  public var images: Tensor { inputs }

  /// The inputs of a table, `[N, D]`.
  public var features: Tensor { inputs }
}

extension Batch where Targets == IntTensor {
  /// The class of each example, `[N]`.
  public var labels: IntTensor { targets }
}

extension Dataset {
  func checkIndices(_ indices: [Int]) {
    guard indices.allSatisfy({ 0 <= $0 && $0 < count }) else {
      fail("\(Self.self): an index of \(indices) is out of range for \(count) examples")
    }
  }
}
