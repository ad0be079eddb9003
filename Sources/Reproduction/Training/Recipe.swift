import Gannet

/// The settings of a training that a script in `scripts/references` repeats in PyTorch. The norm of
/// all gradients together is clipped at 1.
package struct Recipe<Model: Module, Batch> {
  let loss: Objective<Model, Batch>
  package let optimizer: (Parameters) -> Optimizer
  /// The highest learning rate, and that after the last step.
  let (peak, last): (Double, Double)
  /// The number of steps up to the highest rate.
  let warmUp: Int

  package init(
    loss: Objective<Model, Batch>, peak: Double, last: Double, warmUp: Int,
    optimizer: @escaping (Parameters) -> Optimizer
  ) {
    self.loss = loss
    self.optimizer = optimizer
    (self.peak, self.last) = (peak, last)
    self.warmUp = warmUp
  }

  /// The rates of `steps` steps: up by a line from a hundredth of the peak, over at most a fifth of
  /// them, then down by a cosine.
  package func schedule(over steps: Int) -> Schedule {
    let warmUp = max(1, min(warmUp, steps / 5))
    return .cosine(from: peak, to: last, over: max(1, steps - warmUp))
      .warmedUp(over: warmUp, from: peak / 100)
  }
}

extension TrainingTask {
  /// Trains `model` by a recipe and returns the curves `train_loss` and `val_loss`.
  ///
  /// - Parameters:
  ///   - name: The name of the training, unique in its section.
  ///   - epochs: The number of epochs; the section's by default.
  package func fit<Model: Module>(
    _ model: Model, by recipe: Recipe<Model, TrainingSet.Batch>, as name: String = "model",
    epochs: Int? = nil, callbacks: [any Callback] = []
  ) throws -> TrainingCurves {
    let steps = (epochs ?? context.epochs) * training.batchCount
    return try fit(
      model, as: name, optimizer: recipe.optimizer(model.parameters), loss: recipe.loss,
      curves: .losses, clipNorm: 1, epochs: epochs,
      callbacks: [Scheduling(recipe.schedule(over: steps), by: .step)] + callbacks)
  }

  /// The losses of the first steps of a whole training of `model` by a recipe.
  package func firstLosses<Model: Module>(
    of model: Model, by recipe: Recipe<Model, TrainingSet.Batch>, count: Int = 5
  ) throws -> [Double] {
    let recorder = StepRecorder(model)
    let steps = context.section.epochs * training.batchCount
    let trainer = Trainer(
      model, optimizer: recipe.optimizer(model.parameters), loss: recipe.loss, clipNorm: 1,
      callbacks: [
        Scheduling(recipe.schedule(over: steps), by: .step), recorder, Budget(steps: count),
      ],
      showsProgress: false)
    try trainer.fit(training, epochs: 1)
    return recorder.steps.map(\.loss)
  }
}

/// The losses of a training's first steps by PyTorch, from equal weights and batches and without
/// dropout, and the figure that compares ours with them.
package struct FirstLosses: FigureGroup {
  private let expected: [Double]
  private let figure = PublishedFigure(
    name: "largest relative difference of the first losses from PyTorch's, without dropout",
    value: nil, criterion: .claim("equal weights and batches", 0...1e-4), source: .pyTorch)

  /// - Parameter expected: The losses, as `scripts/references/measure SECTION --first` prints them.
  package init(_ expected: Double...) { self.expected = expected }

  package var figures: [PublishedFigure] { [figure] }

  /// The number of steps.
  package var count: Int { expected.count }

  /// The result of a section whose first losses are `losses`; the difference is infinite where there
  /// are not as many.
  package func result(of losses: [Double]) -> SectionResult {
    let differences = zip(losses, expected).map { abs($0 - $1) / $1 }
    let largest = differences.contains(where: \.isNaN) ? .nan : differences.max() ?? .infinity
    return SectionResult(figures: [figure: losses.count == count ? largest : .infinity])
  }
}
