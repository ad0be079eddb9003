import GannetTensor

/// A data set of tensors: the inputs and the targets of all examples.
///
///     let set = TensorDataset(features: x, labels: classes)  // [N, D] floats and [N] classes
///     let set = TensorDataset(features: x, targets: y)       // [N, D] and [N, K] floats
public struct TensorDataset<Inputs: BatchTensor, Targets: BatchTensor>: Dataset {
  private let inputs: Rows<Inputs>
  private let targets: Rows<Targets>

  /// Makes a set of inputs `[N, ...]` and targets `[N, ...]`.
  ///
  /// Stops if the two differ in `N`.
  public init(inputs: Inputs, targets: Targets) {
    self.inputs = Rows(inputs)
    self.targets = Rows(targets)
    guard self.inputs.count == self.targets.count else {
      failShapes("TensorDataset", inputs.shape, targets.shape)
    }
  }

  public var count: Int { inputs.count }

  public func batch(at indices: [Int]) -> sending Batch<Inputs, Targets> {
    checkIndices(indices)
    return Batch(inputs: inputs.gathered(indices), targets: targets.gathered(indices))
  }
}

extension TensorDataset where Inputs == Tensor, Targets == Tensor {
  /// Makes a set of features `[N, ...]` and float targets `[N, ...]`.
  public init(features: Tensor, targets: Tensor) {
    self.init(inputs: features, targets: targets)
  }
}

extension TensorDataset where Inputs == Tensor, Targets == IntTensor {
  /// Makes a set of features `[N, ...]` and classes `[N]`.
  public init(features: Tensor, labels: IntTensor) {
    self.init(inputs: features, targets: labels)
  }
}

/// A tensor's rows in a plain array, which threads can share.
private struct Rows<Values: BatchTensor>: Sendable {
  let scalars: [Values.Scalar]
  let count: Int
  let rowShape: [Int]
  let rowSize: Int

  init(_ tensor: Values) {
    guard let count = tensor.shape.first else {
      failShape("TensorDataset", tensor.shape, expected: "[N, ...]")
    }
    scalars = tensor.scalars
    self.count = count
    rowShape = Array(tensor.shape.dropFirst())
    rowSize = rowShape.reduce(1, *)
  }

  func gathered(_ indices: [Int]) -> sending Values {
    Values(shape: Shape([indices.count] + rowShape)) { buffer in
      scalars.withUnsafeBufferPointer { scalars in
        for (row, index) in indices.enumerated() where rowSize > 0 {
          (buffer.baseAddress! + row * rowSize).update(
            from: scalars.baseAddress! + index * rowSize, count: rowSize)
        }
      }
    }
  }
}
