import GannetData
import GannetTensor

/// A batch that tells how many examples it has.
public protocol ExampleCounting {
  /// The number of examples.
  var exampleCount: Int { get }
}

extension Batch: ExampleCounting {
  /// The size of the inputs' first axis; 1 for inputs that are no tensor.
  public var exampleCount: Int {
    switch inputs {
    case let inputs as Tensor: inputs.rank == 0 ? 1 : inputs.shape[0]
    case let inputs as IntTensor: inputs.shape.rank == 0 ? 1 : inputs.shape[0]
    default: 1
    }
  }
}
