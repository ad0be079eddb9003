import CGannetKernels

// Losses by the probability of the targets, beside `crossEntropy`.

/// The negative log-likelihood of class labels under log-probabilities; after `logSoftmax` it
/// equals `crossEntropy`.
///
/// - Parameters:
///   - logProbabilities: `[N, C]` or `[N, C, ...]`.
///   - labels: Class indices, `[N]` or `[N, ...]`; stops unless they are in 0..<C.
///   - classWeights: Constant weights, `[C]`; 1 by default.
///   - ignoredLabel: A label, in range or not, to ignore; none by default.
///   - reduction: The reduction; the mean by default, which divides by the sum of the labels'
///     weights, as in PyTorch, and is NaN without labels.
/// - Returns: A scalar, or the losses in the shape of `labels` for `none`.
public func negativeLogLikelihood(
  _ logProbabilities: Tensor, _ labels: IntTensor, classWeights: Tensor? = nil,
  ignoring ignoredLabel: Int? = nil, reduction: Reduction = .mean
) -> Tensor {
  let weights = LabelWeights(
    "negativeLogLikelihood", logProbabilities.shape, labels, classWeights: classWeights,
    ignoring: ignoredLabel)
  let ofLabels = Tensor(labels.scalars.map { weights($0) }, shape: labels.shape)
  let inRange = IntTensor(
    zip(labels.scalars, ofLabels.scalars).map { $1 == 0 ? 0 : $0 },
    shape: labels.shape.inserting(1, at: 1))
  let picked = logProbabilities.gathered(at: inRange, along: 1).squeezed(at: 1)
  let losses = -(picked.replacing(with: 0, where: ofLabels .== 0) * ofLabels)
  guard reduction == .mean else { return losses.reduced(by: reduction) }
  return losses.sum() / Float(weights.total(labels))
}

/// The binary cross-entropy of logits x, -t log σ(x) - (1 - t) log(1 - σ(x)), without overflow.
///
/// - Parameters:
///   - logits: Unnormalized scores of any shape.
///   - targets: Probabilities of the positive class, of the same shape.
///   - positiveWeights: Constant weights of the positive class, which broadcast to that shape; 1 by
///     default.
///   - reduction: How the losses become one; their mean by default.
/// - Returns: A scalar, or the losses in the shape of `logits` for `none`.
public func binaryCrossEntropy(
  _ logits: Tensor, _ targets: Tensor, positiveWeights: Tensor? = nil, reduction: Reduction = .mean
) -> Tensor {
  let weights = positiveWeights?.detached().expanded(to: logits.shape).contiguous()
  let pointer = weights?.pointer
  let loss = elementLoss("binaryCrossEntropy", logits, targets, reduction) {
    x, t, losses, start, count in
    gannet_binary_cross_entropy(x, t, pointer.map { $0 + start }, losses, count)
  } gradients: { gradient in
    let ofTargets = targets.requiresGradient ? -logits : nil
    guard let weights else {
      return ((sigmoid(logits) - targets) * gradient, ofTargets.map { $0 * gradient })
    }
    let slope = (1 - targets) - ((weights - 1) * targets + 1) * sigmoid(-logits)
    let extra = (weights - 1) * softplus(-logits)
    return (slope * gradient, ofTargets.map { ($0 + extra) * gradient })
  }
  return withExtendedLifetime(weights?.storage) { loss }
}

/// The Kullback-Leibler divergence of target probabilities t from a prediction with
/// log-probabilities x, t (log t - x) by element.
///
/// - Parameters:
///   - logProbabilities: The log-probabilities x, of any shape.
///   - targets: Probabilities of the same shape; terms of probability 0 are 0.
///   - reduction: The reduction; by default the mean over all elements. For the mean over a batch,
///     divide the sum by the batch size.
/// - Returns: A scalar, or the losses in the shape of `logProbabilities` for `none`.
public func klDivergence(
  _ logProbabilities: Tensor, _ targets: Tensor, reduction: Reduction = .mean
) -> Tensor {
  elementLoss("klDivergence", logProbabilities, targets, reduction) { x, t, losses, _, count in
    gannet_kl_divergence(x, t, losses, count)
  } gradients: { gradient in
    let ofTargets =
      targets.requiresGradient ? (log(targets) + 1 - logProbabilities) * gradient : nil
    return (-targets * gradient, ofTargets)
  }
}
