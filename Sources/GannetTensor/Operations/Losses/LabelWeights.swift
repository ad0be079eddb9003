/// Weights of labels in a loss: the class's weight, or 0 for an ignored label.
package struct LabelWeights {
  let ofClasses: [Float]?
  let ignored: Int32

  /// Checks labels against logits or log-probabilities of `shape`, `[N, C, ...]`; stops where a
  /// shape or a label does not match.
  package init(
    _ operation: StaticString, _ shape: Shape, _ labels: IntTensor, classWeights: Tensor?,
    ignoring ignoredLabel: Int?
  ) {
    guard shape.rank >= 2, labels.shape == shape.removing(1) else {
      failShapes(operation, shape, labels.shape)
    }
    if let classWeights, classWeights.shape != [shape[1]] {
      failShapes("class weights", shape, classWeights.shape)
    }
    ofClasses = classWeights?.scalars
    ignored = ignoredLabel.map(Int32.init) ?? .min
    let (ignored, classes) = (self.ignored, Int32(shape[1]))
    if let label = labels.scalars.first(where: { ($0 < 0 || $0 >= classes) && $0 != ignored }) {
      fail("\(operation), label: index \(label) is not in 0..<\(classes)")
    }
  }

  /// The weight of `label`.
  package func callAsFunction(_ label: Int32) -> Float {
    label == ignored ? 0 : ofClasses?[Int(label)] ?? 1
  }

  /// The sum of all labels' weights, by which a mean divides.
  package func total(_ labels: IntTensor) -> Double {
    labels.scalars.reduce(0) { $0 + Double(self($1)) }
  }
}
