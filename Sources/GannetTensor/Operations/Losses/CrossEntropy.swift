import CGannetKernels

/// The softmax cross-entropy of `logits` and class labels, fused into one step that stores only the
/// gradient (Dive into Deep Learning, section 4.1.2).
///
/// The loss of a label y is -(1 - ε) w[y] log p[y] - ε/C Σ w[c] log p[c] with the softmax p, class
/// weights w and smoothing ε.
///
/// - Parameters:
///   - logits: Unnormalized scores, `[N, C]` or `[N, C, ...]`.
///   - labels: Class indices, `[N]` or `[N, ...]`; stops unless they are in 0..<C.
///   - classWeights: Constant weights, `[C]`; 1 by default.
///   - ignoredLabel: A label, in range or not, to ignore, such as that of padding; none by default.
///   - labelSmoothing: The share ε of the target that is spread over all classes, from 0, the
///     default, to 1.
///   - reduction: The reduction; the mean by default, which divides by the sum of the labels'
///     weights w[y], as in PyTorch, and is NaN without labels.
/// - Returns: A scalar, or the losses in the shape of `labels` for `none`.
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
  // Class axis last, then one row for each label.
  let x = logits.permuted([0] + Array(2..<logits.rank) + [1]).reshaped(
    to: [labels.count, classes]
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
    return [gradient! * incoming.reshaped(to: [incoming.count, 1])]
  } formula: { incoming, node in
    let targets = weights.targets(labels, classes: classes, smoothing: labelSmoothing)
    let totals = targets.sum(along: 1, keepingAxes: true)
    // The gradient is (totals · p - targets) / divisor, from which the probabilities p follow.
    let p = ((gradient! * Float(divisor) + targets) / totals).replacing(
      with: 0, where: totals .== 0
    )
    .recordedAsSoftmax(of: node.inputs[0], along: 1)
    let scale = incoming.reshaped(to: [incoming.count, 1]) * Float(1 / divisor)
    return [(p * totals - targets) * scale]
  }
}

extension LabelWeights {
  /// The coefficients of -log p in the loss of each label, `[N, C]`: weighted, smoothed one-hot
  /// targets.
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

/// The softmax cross-entropy of `logits` and target probabilities, such as soft labels.
///
/// - Parameters:
///   - logits: `[N, C]`, unnormalized, or `[N, C, ...]`.
///   - targets: Probabilities of the same shape; terms of probability 0 are 0, also at a logit of
///     -∞.
///   - reduction: The reduction; by default the mean over N and the further axes.
/// - Returns: A scalar, or the losses, `[N]` or `[N, ...]`, for `none`.
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

/// Rows of logits, with the addresses of their gradients and losses.
private struct CrossEntropyRows {
  let x: UnsafePointer<Float>
  let gradient: UnsafeMutablePointer<Float>?
  let losses: UnsafeMutablePointer<Float>?

  /// Computes the sum of the losses, each times `scale`; chunks of rows are added up in order.
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
