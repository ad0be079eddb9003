import CGannetKernels

/// The cross-entropy between softmax of `logits` and the labels, as one step: no probability is
/// stored apart from the gradient (the book's section 4.1.2).
///
/// With p the softmax, y a label, w the class weights, 1 unless given, and ε the smoothing, the
/// loss of one label is -(1 - ε) w[y] log p[y] - ε/C Σ w[c] log p[c].
///
/// - Parameters:
///   - logits: `[N, C]`, unnormalized, or with more axes behind, `[N, C, ...]`.
///   - labels: `[N]` or `[N, ...]`, each from 0 to C - 1; stops at others.
///   - classWeights: `[C]`, constants.
///   - ignoredLabel: A label, in range or not, that counts nothing: padding.
///   - labelSmoothing: The share ε of a label that is spread over all classes, 0 to 1.
///   - reduction: The mean divides by the sum of the labels' weights w[y], as in PyTorch; that of
///     no label at all is NaN.
/// - Returns: A scalar, or the shape of `labels` where nothing is reduced.
public func crossEntropy(
  _ logits: Tensor, _ labels: IntTensor, classWeights: Tensor? = nil,
  ignoring ignoredLabel: Int? = nil, labelSmoothing: Float = 0, reduction: Reduction = .mean
) -> Tensor {
  let weights = LabelWeights(
    "crossEntropy", logits.shape, labels, classWeights: classWeights, ignoring: ignoredLabel)
  guard labelSmoothing >= 0, labelSmoothing <= 1 else {
    fail("crossEntropy: labelSmoothing \(labelSmoothing), expected 0 to 1")
  }
  let classes = logits.shape[1]
  // The class axis last, then one row a label.
  let x = logits.permuted([0] + Array(2..<logits.rank) + [1]).reshaped(
    to: [labels.count, classes] as Shape
  ).contiguous()
  let gradient = x.isRecorded ? Tensor(uninitialized: x.shape) : nil
  let losses = reduction == .none ? Tensor(uninitialized: labels.shape) : nil
  let divisor = reduction == .mean ? weights.total(labels) : 1
  let total = withExtendedLifetime(x.storage) {
    CrossEntropyRows(x: x.pointer, gradient: gradient?.pointer, losses: losses?.pointer).run(
      labels, weights, classes: classes, smoothing: labelSmoothing, scale: Float(1 / divisor))
  }
  let result = losses ?? Tensor(divisor == 0 ? .nan : Float(total))
  return result.recorded("crossEntropy", [x.node]) { incoming in
    if reduction != .none, incoming.scalar == 1 { return [gradient!] }
    return [gradient! * incoming.reshaped(to: [incoming.count, 1] as Shape)]
  } formula: { incoming, node in
    let targets = weights.targets(labels, classes: classes, smoothing: labelSmoothing)
    let totals = targets.sum(along: 1, keepingAxes: true)
    // The gradient is (totals · p - targets) / divisor: it holds the probabilities p.
    let p = ((gradient! * Float(divisor) + targets) / totals).replacing(
      with: 0, where: totals .== 0
    )
    .recordedAsSoftmax(of: node.inputs[0], along: 1)
    let scale = incoming.reshaped(to: [incoming.count, 1] as Shape) * Float(1 / divisor)
    return [(p * totals - targets) * scale]
  }
}

extension LabelWeights {
  /// By what the loss of each label multiplies -log p of each class, `[N, C]`: the weight of the
  /// label's class, of which `smoothing` is spread over all.
  fileprivate func targets(_ labels: IntTensor, classes: Int, smoothing: Float) -> Tensor {
    let share = smoothing / Float(max(1, classes))
    return Tensor(shape: [labels.count, classes]) { targets in
      for (row, label) in labels.scalars.enumerated() {
        let counts = label != ignored
        for column in 0..<classes {
          targets[row * classes + column] =
            counts && smoothing > 0 ? share * (ofClasses?[column] ?? 1) : 0
        }
        if counts { targets[row * classes + Int(label)] += (1 - smoothing) * self(label) }
      }
    }
  }
}

/// The cross-entropy between softmax of `logits` and other probabilities, such as mixed or soft
/// labels.
///
/// - Parameters:
///   - logits: `[N, C]`, unnormalized, or `[N, C, ...]`.
///   - targets: Probabilities of the same shape; one of 0 counts nothing, at a logit of -∞ too.
///   - reduction: The mean is over the N examples, and the further axes.
/// - Returns: A scalar, or `[N]` or `[N, ...]` where nothing is reduced.
@_disfavoredOverload  // a literal of integers is labels
public func crossEntropy(
  _ logits: Tensor, _ targets: Tensor, reduction: Reduction = .mean
) -> Tensor {
  guard logits.rank >= 2, targets.shape == logits.shape else {
    failShapes("crossEntropy", logits.shape, targets.shape)
  }
  let logProbabilities = logSoftmax(logits, along: 1)
  var ignored = targets.detached() .== 0  // 0 log 0 is 0
  if targets.requiresGradient {  // which is the logarithm, where that is finite
    ignored = ignored * (logProbabilities.detached() .== -.infinity)
  }
  let finite = logProbabilities.replacing(with: 0, where: ignored)
  return (-(targets * finite).sum(along: 1)).reduced(by: reduction)
}

/// Rows of logits, and where their gradients and losses go.
private struct CrossEntropyRows {
  let x: UnsafePointer<Float>
  let gradient: UnsafeMutablePointer<Float>?
  let losses: UnsafeMutablePointer<Float>?

  /// The sum of the losses, each times `scale`; chunks of rows are added up in order.
  func run(
    _ labels: IntTensor, _ weights: LabelWeights, classes: Int, smoothing: Float, scale: Float
  ) -> Double {
    let chunk = max(1, 4_096 / max(1, classes))
    let chunks = (labels.count + chunk - 1) / chunk
    return labels.scalars.withUnsafeBufferPointer { labels in
      withWeights(weights) { ofClasses in
        let form = gannet_cross_entropy(
          weights: ofClasses, smoothing: smoothing, scale: scale, ignored: weights.ignored)
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, chunks)) { parts in
          let sums = parts.baseAddress!
          ThreadPool.shared.forEach(labels.count, by: chunk) { range in
            let first = range.lowerBound
            sums[first / chunk] = gannet_softmax_cross_entropy(
              x + first * classes, labels.baseAddress! + first, form,
              gradient.map { $0 + first * classes }, losses.map { $0 + first }, range.count, classes
            )
          }
          return (0..<chunks).reduce(0.0) { $0 + sums[$1] }
        }
      }
    }
  }

  private func withWeights(
    _ weights: LabelWeights, _ body: (UnsafePointer<Float>?) -> Double
  ) -> Double {
    guard let ofClasses = weights.ofClasses else { return body(nil) }
    return ofClasses.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
