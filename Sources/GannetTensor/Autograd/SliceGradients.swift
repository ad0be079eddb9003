/// Accumulates the gradients of all slices of a tensor in one buffer.
///
/// If each slice had a gradient of the whole tensor's size, the backward pass of a loop over T
/// slices would cost O(T²). Instead, a step of the tape between the tensor and its slices gets a
/// buffer from the first slice's gradient, and the others add to it.
final class SliceGradients {
  private(set) weak var step: Node?
  private let shape: Shape
  private var whole: Tensor?

  private init(_ shape: Shape) { self.shape = shape }

  /// The collector for `tensor` and its step; nil unless operations on the tensor are recorded.
  static func collecting(for tensor: Tensor) -> (collector: SliceGradients, step: Node)? {
    guard Recording.isOn, let node = tensor.node else { return nil }
    if let collector = node.sliceGradients, let step = collector.step, !step.isReleased {
      return (collector, step)
    }
    let collector = SliceGradients(tensor.shape)
    // The step comes after all slices in the backward pass, when the buffer is complete.
    let step = Node("slices", shape: tensor.shape, inputs: [node], twiceDifferentiable: true) {
      gradient, _ in
      collector.whole = nil
      return [gradient]
    }
    collector.step = step
    node.sliceGradients = collector
    return (collector, step)
  }

  /// Adds the gradient of the slice `range` along `axis`; the first call returns the buffer.
  func add(_ gradient: Tensor, _ range: Range<Int>, along axis: Int) -> Tensor? {
    if Recording.isOn { return padded(gradient, range, along: axis) }
    let isFirst = whole == nil
    let buffer = whole ?? Tensor(zeros: shape)
    whole = buffer
    buffer.sliced(range, along: axis).add(gradient)
    return isFirst ? buffer : nil
  }

  /// Pads the gradient of a slice to the whole shape by recorded operations, for second
  /// derivatives.
  private func padded(_ gradient: Tensor, _ range: Range<Int>, along axis: Int) -> Tensor {
    var (before, after) = ([Int](repeating: 0, count: shape.rank), [0])
    after = before
    before[axis] = range.lowerBound
    after[axis] = shape[axis] - range.upperBound
    return gradient.padded(before: before, after: after)
  }
}
