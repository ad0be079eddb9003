import CGannetKernels
import GannetTensor

// Losses by the probability of the targets, beside `crossEntropy`.

/// The negative logarithm of the probability of each label, from logarithms of probabilities: what
/// `crossEntropy` does after `logSoftmax`.
///
/// - Parameters:
///   - logProbabilities: `[N, C]`, or with more axes behind, `[N, C, ...]`.
///   - labels: `[N]` or `[N, ...]`, each from 0 to C - 1; stops at others.
///   - classWeights: `[C]`, constants.
///   - ignoredLabel: A label, in range or not, that counts nothing.
///   - reduction: The mean divides by the sum of the labels' weights, as in PyTorch; that of no label
///     at all is NaN.
/// - Returns: A scalar, or the shape of `labels` where nothing is reduced.
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

/// The cross-entropy of yes or no: -t log σ(x) - (1 - t) log(1 - σ(x)), from logits x, without overflow.
///
/// - Parameters:
///   - logits: Any shape, unnormalized.
///   - targets: The same shape: probabilities of a yes, 0 to 1.
///   - positiveWeights: How much a yes counts, constants that broadcast to that shape; 1 unless given.
/// - Returns: A scalar, or the shape of `logits` where nothing is reduced.
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

/// The Kullback-Leibler divergence t (log t - x) of the distribution x from t, element by element.
///
/// - Parameters:
///   - logProbabilities: The logarithms x, any shape.
///   - targets: Probabilities of the same shape; 0 counts nothing.
///   - reduction: The mean is over all elements; for that over a batch, divide the sum by its size.
/// - Returns: A scalar, or the shape of `logProbabilities` where nothing is reduced.
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
