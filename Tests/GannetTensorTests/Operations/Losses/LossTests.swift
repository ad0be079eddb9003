import GannetTensor
import TestSupport
import Testing

/// Each loss with each of its reductions: values and gradients from PyTorch.
@Suite struct LossTests {
  private static let reductions: [(suffix: String, reduction: Reduction)] = [
    ("", .mean), ("_sum", .sum), ("_none", .none),
  ]

  @Test func crossEntropyIsPyTorchs() throws {
    try check("cross_entropy") { crossEntropy($0[0], $1[0], reduction: $2) }
    try check("cross_entropy_images") { crossEntropy($0[0], $1[0], reduction: $2) }
    try check("cross_entropy_large", [.mean]) { crossEntropy($0[0], $1[0], reduction: $2) }
    try check("cross_entropy_smoothed") {
      crossEntropy($0[0], $1[0], labelSmoothing: 0.1, reduction: $2)
    }
    try check("cross_entropy_ignoring") {
      crossEntropy($0[0], $1[0], ignoring: 2, reduction: $2)
    }
    try check("cross_entropy_weighted") {
      crossEntropy($0[0], $1[0], classWeights: $0[1], reduction: $2)
    }
    try check("cross_entropy_everything") {
      crossEntropy(
        $0[0], $1[0], classWeights: $0[1], ignoring: 2, labelSmoothing: 0.1, reduction: $2)
    }
    try check("cross_entropy_soft_targets", [.mean]) { tensors, _, reduction in
      crossEntropy(tensors[0], softmax(tensors[1], along: 1), reduction: reduction)
    }
  }

  @Test func negativeLogLikelihoodIsPyTorchs() throws {
    try check("negative_log_likelihood") { negativeLogLikelihood($0[0], $1[0], reduction: $2) }
  }

  @Test func binaryCrossEntropyIsPyTorchs() throws {
    try check("binary_cross_entropy") { binaryCrossEntropy($0[0], $0[1], reduction: $2) }
    try check("binary_cross_entropy_large", [.mean]) {
      binaryCrossEntropy($0[0], $0[1], reduction: $2)
    }
    try check("binary_cross_entropy_positive_weights") {
      binaryCrossEntropy($0[0], $0[1], positiveWeights: $0[2], reduction: $2)
    }
  }

  /// PyTorch's float32 values: a NaN where an infinite logit is multiplied by 0 or taken from itself.
  @Test func binaryCrossEntropyOfExtremesIsPyTorchs() {
    let (infinity, nan) = (Float.infinity, Float.nan)
    let x: [Float] = [infinity, -infinity, 1e30, -1e30, 1e4, -1e4, 100, -100, 1e-30, 0]
    let (half, tiny): (Float, Float) = (0.6931471824645996, .leastNonzeroMagnitude)
    typealias Row = (target: Float, weight: Float?, values: [Float], gradients: [Float])
    let table: [Row] = [
      (
        0, nil, [infinity, nan, 1e30, 0, 1e4, 0, 100, 0, half, half],
        [1, 0, 1, 0, 1, 0, 1, 0, 0.5, 0.5]
      ),
      (
        0, 3, [infinity, nan, 1e30, 0, 1e4, 0, 100, 0, half, half],
        [1, 0, 1, 0, 1, 0, 1, 0, 0.5, 0.5]
      ),
      (
        1, nil, [nan, nan, 0, 1e30, 0, 1e4, 28 * tiny, 100, half, half],
        [0, -1, 0, -1, 0, -1, 0, -1, -0.5, -0.5]
      ),
      (
        1, 3,
        [nan, nan, 0, 3e30, 0, 3e4, 84 * tiny, 300, 2.079441547, 2.079441547],
        [0, -3, 0, -3, 0, -3, 0, -3, -1.5, -1.5]
      ),
      (
        0.25, nil, [infinity, nan, 7.5e29, 2.5e29, 7_500, 2_500, 75, 25, half, half],
        [0.75, -0.25, 0.75, -0.25, 0.75, -0.25, 0.75, -0.25, 0.25, 0.25]
      ),
      (
        0.25, 3, [infinity, nan, 7.5e29, 7.5e29, 7_500, 7_500, 75, 75, 1.5 * half, 1.5 * half],
        [0.75, -0.75, 0.75, -0.75, 0.75, -0.75, 0.75, -0.75, 0, 0]
      ),
    ]
    for (target, weight, values, gradients) in table {
      expectExtremes(
        x, values: values, gradients: gradients, "target \(target), weight \(weight as Any)"
      ) {
        binaryCrossEntropy(
          $0, Tensor(repeating: target, shape: $0.shape),
          positiveWeights: weight.map { Tensor($0) },
          reduction: .none)
      }
    }
  }

  @Test func errorsArePyTorchs() throws {
    try check("squared_error") { meanSquaredError($0[0], $0[1], reduction: $2) }
    try check("absolute_error") { meanAbsoluteError($0[0], $0[1], reduction: $2) }
    try check("huber") { huberLoss($0[0], $0[1], reduction: $2) }
    try check("huber_half") { huberLoss($0[0], $0[1], delta: 0.5, reduction: $2) }
  }

  @Test func divergenceIsPyTorchs() throws {
    try check("kl_divergence") { klDivergence($0[0], $0[1], reduction: $2) }
    try Fixture("losses").check("kl_divergence_batchmean") { tensors in
      klDivergence(tensors[0], tensors[1], reduction: .sum) / Float(tensors[0].shape[0])
    }
  }

  private func check(
    _ name: String, _ wanted: [Reduction] = [.mean, .sum, .none],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ loss: ([Tensor], [IntTensor], Reduction) -> Tensor
  ) throws {
    let fixture = try Fixture("losses")
    for (suffix, reduction) in Self.reductions where wanted.contains(reduction) {
      fixture.check(name + suffix, sourceLocation: sourceLocation) { loss($0, $1, reduction) }
    }
  }
}

@Suite struct LossPropertyTests {
  private let labels = IntTensor([0, 2, 1, 2, 0])
  private let logits = Tensor(hash: 1, [5, 3])
  private let probabilities = Tensor(hash: 2, [5, 3], low: 0.1, high: 0.9)

  @Test func gradientsAreThoseOfDifferences() {
    let weights = Tensor([0.5, 1, 2])
    for reduction in [Reduction.mean, .sum, .none] {
      expectGradients([logits]) {
        crossEntropy(
          $0[0], labels, classWeights: weights, ignoring: 1, labelSmoothing: 0.2,
          reduction: reduction)
      }
      expectGradients([logits]) {
        negativeLogLikelihood(
          $0[0], labels, classWeights: weights, ignoring: 1, reduction: reduction)
      }
      expectGradients([logits, probabilities]) {
        crossEntropy($0[0], $0[1], reduction: reduction)
      }
      expectGradients([logits, probabilities]) {
        binaryCrossEntropy($0[0], $0[1], reduction: reduction)
      }
      expectGradients([logits, probabilities]) {
        binaryCrossEntropy($0[0], $0[1], positiveWeights: weights, reduction: reduction)
      }
      expectGradients([logits, probabilities + 0.5]) {  // away from the logarithm's pole
        klDivergence($0[0], $0[1], reduction: reduction)
      }
      expectGradients([logits, probabilities]) {
        meanSquaredError($0[0], $0[1], reduction: reduction)
      }
    }
    // Far from the kinks.
    let far = probabilities + 3
    expectGradients([logits, far]) { meanAbsoluteError($0[0], $0[1]) }
    expectGradients([logits, far]) { huberLoss($0[0], $0[1], delta: 0.5) }
    expectGradients([logits, probabilities]) { huberLoss($0[0], $0[1], delta: 4) }
    expectGradients([logits, far]) { smoothL1Loss($0[0], $0[1], beta: 0.5) }
  }

  @Test func secondDerivativesAreThoseOfDifferences() {
    expectSecondDerivatives([logits, probabilities]) { meanSquaredError($0[0], $0[1]) }
    expectSecondDerivatives([logits, probabilities]) { huberLoss($0[0], $0[1], delta: 4) }
    expectSecondDerivatives([logits, probabilities]) { binaryCrossEntropy($0[0], $0[1]) }
    expectSecondDerivatives([logits, probabilities + 1]) { klDivergence($0[0], $0[1]) }
    expectSecondDerivatives([logits]) { negativeLogLikelihood(logSoftmax($0[0]), labels) }
  }

  @Test func lossesOfLabelsAgree() {
    let weights = Tensor([0.5, 1, 2])
    for reduction in [Reduction.mean, .sum, .none] {
      expectClose(
        crossEntropy(
          logits, labels, classWeights: weights, ignoring: 1, reduction: reduction),
        negativeLogLikelihood(
          logSoftmax(logits), labels, classWeights: weights, ignoring: 1, reduction: reduction))
      let oneHot = Tensor(
        labels.scalars.flatMap { label in (0..<3).map { $0 == label ? 1 : 0 } }, shape: [5, 3])
      let smooth = oneHot * 0.7 + 0.1
      expectClose(
        crossEntropy(logits, labels, labelSmoothing: 0.3, reduction: reduction),
        crossEntropy(logits, smooth, reduction: reduction))
    }
  }

  /// A sigmoid is a softmax of the logit and 0.
  @Test func binaryCrossEntropyIsThatOfTwoClasses() {
    let x = Tensor(hash: 3, [6, 1], low: -4, high: 4)
    let labels = HashSequence.labels(6, classes: 2, seed: 4)
    let targets = Tensor(labels.scalars.map(Float.init), shape: [6, 1])
    expectClose(
      binaryCrossEntropy(x, targets),
      crossEntropy(concatenate([Tensor(zeros: [6, 1]), x], along: 1), labels))
  }

  @Test func divergenceOfEqualDistributionsIsZero() {
    let p = softmax(logits)
    let divergence = klDivergence(logSoftmax(logits), p, reduction: .sum).scalar
    #expect(abs(divergence) < 1e-6)
    #expect(klDivergence(logSoftmax(-logits), p, reduction: .sum).scalar > 0.01)
    // Where the target is 0 nothing counts, however small the logarithm.
    #expect(klDivergence(Tensor([-.greatestFiniteMagnitude, 0]), Tensor([0, 1])).scalar == 0)
  }

  @Test func smoothL1IsHuberByItsDelta() {
    let (a, b) = (logits, probabilities)
    expectClose(smoothL1Loss(a, b, beta: 0.3), huberLoss(a, b, delta: 0.3) / 0.3)
    expectClose(smoothL1Loss(a, b, beta: 0), meanAbsoluteError(a, b))
    expectClose(smoothL1Loss(a, b, beta: 1e-4), meanAbsoluteError(a, b), tolerance: 1e-3)
  }

  @Test func ignoredLabelsMayBeOutOfRange() {
    let padded = IntTensor([0, -100, 1, -100, 0])
    let leaf = logits.requiringGradient()
    let loss = crossEntropy(leaf, padded, ignoring: -100)
    let rows = [0, 2, 4].map { logits[$0].unsqueezed(at: 0) }
    expectClose(loss, crossEntropy(concatenate(rows, along: 0), IntTensor([0, 1, 0])))
    loss.backward()
    #expect(leaf.gradient![1].scalars == [0, 0, 0] && leaf.gradient![3].scalars == [0, 0, 0])
  }

  @Test func theMeanOfNoLabelIsNaN() {
    let leaf = logits.requiringGradient()
    let loss = crossEntropy(leaf, IntTensor([1, 1, 1, 1, 1]), ignoring: 1)
    #expect(loss.scalar.isNaN)
    loss.backward()
    #expect(leaf.gradient!.scalars.allSatisfy { $0 == 0 })
    #expect(negativeLogLikelihood(logits, IntTensor([1, 1, 1, 1, 1]), ignoring: 1).scalar.isNaN)
  }

  @Test func manyElementsAreAddedUpAsFewAre() {
    let (x, t) = (Tensor(hash: 1, [50_003]), Tensor(hash: 2, [50_003]))
    let all = meanSquaredError(x, t, reduction: .none)
    expectIdentical(all, (x - t) * (x - t))
    let sum = all.scalars.reduce(0) { $0 + Double($1) }
    #expect(abs(Double(meanSquaredError(x, t, reduction: .sum).scalar) - sum) < 1e-6 * sum)
  }

  @Test func theSameBitsOnAnyNumberOfThreads() {
    let (x, t) = (Tensor(hash: 1, [300, 200]), Tensor(hash: 2, [300, 200], low: 0, high: 1))
    let labels = HashSequence.labels(300, classes: 200, seed: 3)
    func losses(_ threads: Int) -> [Float] {
      onThreads(threads) {
        [
          meanSquaredError(x, t), binaryCrossEntropy(x, t), klDivergence(x, t),
          crossEntropy(x, labels, labelSmoothing: 0.1),
        ].map(\.scalar)
      }
    }
    let one = losses(1)
    #expect(losses(2) == one && losses(3) == one)
  }

  @Test func shapesThatDoNotFitStop() async {
    let broadcast = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = meanSquaredError(Tensor(zeros: [4, 1]), Tensor(zeros: [4]))
    }
    expectMessage(broadcast, "meanSquaredError: shapes [4, 1] and [4] don't fit")
    let labels = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = crossEntropy(Tensor(zeros: [4, 3, 2]), IntTensor([0, 1, 2, 0]))
    }
    expectMessage(labels, "crossEntropy: shapes [4, 3, 2] and [4] don't fit")
    let weights = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = negativeLogLikelihood(
        Tensor(zeros: [1, 3]), IntTensor([0]), classWeights: Tensor(ones: [2]))
    }
    expectMessage(weights, "class weights: shapes [1, 3] and [2] don't fit")
    let label = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = negativeLogLikelihood(Tensor(zeros: [1, 3]), IntTensor([3]), ignoring: -1)
    }
    expectMessage(label, "negativeLogLikelihood, label: index 3 is not in 0..<3")
    let smoothing = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = crossEntropy(Tensor(zeros: [1, 3]), IntTensor([0]), labelSmoothing: 2)
    }
    expectMessage(smoothing, "crossEntropy: labelSmoothing 2.0, expected 0 to 1")
    let delta = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = huberLoss(Tensor(0), Tensor(0), delta: 0)
    }
    expectMessage(delta, "huberLoss: delta 0.0, expected above 0")
  }
}
