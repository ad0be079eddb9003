#if ONNX
import GannetTensor

extension Operator {
  static let losses: [String: Operator] = [
    // Inputs: log-probabilities, labels, weights of classes.
    "NegativeLogLikelihoodLoss": Operator(2...3) { node in
      let loss = try LabelLoss(node)
      return { [.tensor(try loss.ofLogProbabilities($0, $0[0]))] }
    },
    // Inputs: logits, labels, weights of classes.
    "SoftmaxCrossEntropyLoss": Operator(2...3) { node in
      let loss = try LabelLoss(node)
      return { x in
        try x.require(x.rank(0) > 1, "classes")
        let logProbabilities = logSoftmax(x[0], along: 1)
        return [
          .tensor(try loss.ofLogProbabilities(x, logProbabilities)), .tensor(logProbabilities),
        ]
      }
    },
  ]
}

/// A loss by the log-probabilities of labels.
private struct LabelLoss {
  private let ignored: Int?
  private let reduction: Reduction

  init(_ node: ImportedNode) throws {
    ignored =
      node.has("ignore_index") ? Int(Int32(clamping: try node.int("ignore_index"))) : nil
    switch try node.string("reduction", "mean") {
    case "mean": reduction = .mean
    case "sum": reduction = .sum
    case "none": reduction = .none
    case let other: throw node.fault("has the reduction \(other)")
    }
  }

  /// The loss of `logProbabilities`, which have the shape of input 0, `[N, C, ...]`.
  func ofLogProbabilities(_ x: NodeInputs, _ logProbabilities: Tensor) throws -> Tensor {
    let shape = x.shape(0)
    try x.require(shape.rank > 1 && !shape.contains(0), "classes of examples")
    let labels = try x.integers(1)
    let examples = Shape(shape.indices.filter { $0 != 1 }.map { shape[$0] })
    try x.require(labels.shape == examples, "labels of shape \(examples)")
    try x.require(
      labels.scalars.allSatisfy { (0..<shape[1]).contains(Int($0)) || Int($0) == ignored },
      "labels of \(shape[1]) classes")
    let weights = x.optionalTensor(2)
    try x.require(weights.map { $0.shape == [shape[1]] } ?? true, "a weight of each class")
    return negativeLogLikelihood(
      logProbabilities, labels, classWeights: weights?.detached(), ignoring: ignored,
      reduction: reduction)
  }
}
#endif
