import Gannet
import Reproduction

extension Section {
  /// A linear model with 200 inputs and 20 examples: without a penalty, with L2 from raw tensors
  /// and by the optimizer, with L1; and the ridge solution by LAPACK, which descent comes to.
  static let weightDecay = Section(
    "weight-decay", title: "Weight decay", reference: "3.7, weight-decay", seconds: 1, epochs: 10,
    published: WeightDecayFigures.all
  ) { context in
    try context.seeded {
      let task = RegressionTask()
      var result = SectionResult()
      typealias Figures = WeightDecayFigures
      func add(
        _ training: (curves: TrainingCurves, weights: Tensor), _ figures: TrainingFigures,
        norm: PublishedFigure
      ) {
        result.add(
          training.curves, as: figures, title: figures.variant ?? "", y: Axis("loss", log: true))
        result[norm] = halfSquare(training.weights)
      }
      func train(_ penalty: Penalty) -> (TrainingCurves, Tensor) {
        task.trainScratch(penalty, epochs: context.epochs)
      }
      add(train(.l2(0)), Figures.free, norm: Figures.freeNorm)
      add(train(.l2(3)), Figures.decayed, norm: Figures.decayedNorm)
      add(train(.l1(0.1)), Figures.l1, norm: Figures.l1Norm)
      add(
        task.trainConcise(decay: 3, epochs: context.epochs), Figures.concise,
        norm: Figures.conciseNorm)

      let ridge = try task.ridge(lambda: 3)
      let descended = task.descend(lambda: 3, steps: context.isQuick ? 2_000 : 20_000)
      result[Figures.ridge] =
        Double((descended - ridge).norm().scalar / ridge.norm().scalar)
      let sparse = task.descend(l1: 0.01, steps: 5_000)
      result[Figures.smallWeightsL1] = shareBelow(1e-3, sparse)
      result[Figures.smallWeightsL2] = shareBelow(1e-3, descended)
      return result
    }
  }

  /// ½‖w‖², which the book prints as the norm.
  private static func halfSquare(_ w: Tensor) -> Double { Double(square(w).sum().scalar) / 2 }

  private static func shareBelow(_ bound: Float, _ w: Tensor) -> Double {
    Double((abs(w) .< bound).mean().scalar)
  }
}

/// A penalty on the weights as a term of the loss.
private enum Penalty {
  /// λ/2 ‖w‖².
  case l2(Float)
  /// λ Σ|w|.
  case l1(Float)

  func callAsFunction(_ w: Tensor) -> Tensor {
    switch self {
    case .l2(let lambda): square(w).sum() * (lambda / 2)
    case .l1(let lambda): abs(w).sum() * lambda
    }
  }
}

/// y = 0.05 + Σ 0.01 xᵢ + noise of 0.01: 20 examples to train on, 100 to validate, batches of 5.
private struct RegressionTask {
  private let x: Tensor
  private let y: Tensor
  private let validationX: Tensor
  private let validationY: Tensor
  private let training: DataLoader<TensorDataset<Tensor, Tensor>>

  init() {
    let inputs = Tensor(normal: [120, 200])
    let weights = Tensor(repeating: 0.01, shape: [200, 1])
    let targets =
      matmul(inputs, weights) + 0.05 + Tensor(normal: [120, 1], standardDeviation: 0.01)
    (x, y) = (inputs[0..<20], targets[0..<20])
    (validationX, validationY) = (inputs[20..<120], targets[20..<120])
    training = DataLoader(
      TensorDataset(features: x, targets: y), batchSize: 5, shuffle: true, prefetch: 0)
  }

  /// Trains from raw tensors; the validation loss includes the penalty, as in the book.
  func trainScratch(_ penalty: Penalty, epochs: Int) -> (TrainingCurves, Tensor) {
    var variables = [Tensor(normal: [200, 1], standardDeviation: 0.01), Tensor(zeros: [1])]
      .map { $0.requiringGradient() }
    func loss(_ x: Tensor, _ y: Tensor) -> Tensor {
      let error = matmul(x, variables[0]) + variables[1] - y
      return square(error).mean() * 0.5 + penalty(variables[0])
    }
    let curves = train(epochs: epochs, loss: loss) { takeStep(&variables, learningRate: 0.01) }
    return (curves, variables[0].detached())
  }

  /// Trains from layers: the squared error without ½, with weight decay by the optimizer on the
  /// weights alone.
  func trainConcise(decay: Float, epochs: Int) -> (TrainingCurves, Tensor) {
    let model = Linear(200, 1)
    let optimizer = SGD(groups: [
      ParameterGroup(
        model.parameters.matching("weight"), learningRate: 0.01, weightDecay: decay),
      ParameterGroup(model.parameters.matching("bias"), learningRate: 0.01),
    ])
    let curves = train(epochs: epochs) {
      square(model($0) - $1).mean()
    } step: {
      optimizer.step()
      optimizer.zeroGradients()
    }
    return (curves, model.weight.value.detached())
  }

  private func train(
    epochs: Int, loss: (Tensor, Tensor) -> Tensor, step: () -> Void
  ) -> TrainingCurves {
    var curves = TrainingCurves(batchesPerEpoch: training.batchCount)
    for _ in 0..<epochs {
      for batch in training {
        let value = loss(batch.inputs, batch.targets)
        value.backward()
        step()
        curves.train(.trainLoss, Double(value.scalar))
      }
      withoutGradients {
        for start in stride(from: 0, to: 100, by: 5) {
          let range = start..<start + 5
          curves.validate(
            .validationLoss, Double(loss(validationX[range], validationY[range]).scalar))
        }
      }
      curves.endEpoch()
    }
    return curves
  }

  // MARK: The closed form

  /// The minimum of ½ mean (xw + b - y)² + λ/2 ‖w‖²: (xᵀx/n + λ) w = xᵀy/n on centred data, since
  /// the bias is not penalized.
  func ridge(lambda: Float) throws -> Tensor {
    let centredX = x - x.mean(along: 0, keepingAxes: true)
    let centredY = y - y.mean(along: 0, keepingAxes: true)
    let examples = Float(x.shape[0])
    let normal = matmul(centredX, centredX, transposingA: true) / examples
    return try solve(
      normal + lambda * Tensor(identity: 200),
      matmul(centredX, centredY, transposingA: true) / examples)
  }

  /// The weights after `steps` of descent on all examples.
  func descend(lambda: Float = 0, l1: Float = 0, steps: Int) -> Tensor {
    var variables = [Tensor(zeros: [200, 1]), Tensor(zeros: [1])].map { $0.requiringGradient() }
    let (l2Penalty, l1Penalty) = (Penalty.l2(lambda), Penalty.l1(l1))
    for _ in 0..<steps {
      let error = matmul(x, variables[0]) + variables[1] - y
      let objective =
        square(error).mean() * 0.5 + l2Penalty(variables[0]) + l1Penalty(variables[0])
      objective.backward()
      takeStep(&variables, learningRate: 0.02)
    }
    return variables[0].detached()
  }
}
