import Gannet
import Reproduction

/// The training of the book's network, 784-256-10, until it has fitted all labels of few examples.
struct Fitting {
  /// The measurements before training and after each epoch, by name.
  private var curves: [String: [Double]] = [:]
  /// The number of epochs trained.
  private(set) var epochs = 0

  /// Trains until all examples are fitted, `stopping` ends it, or it has taken too long.
  ///
  /// - Parameters:
  ///   - weightDecay: The strength of the L2 penalty on all parameters.
  ///   - validation: The examples that `stopping` evaluates.
  ///   - measure: The measurements by name, from the model and the flags of fitted examples.
  init(
    _ examples: Examples, title: String, context: SectionContext, weightDecay: Float = 0,
    validation: Examples? = nil, stopping: EarlyStopping? = nil,
    measure: @escaping (Sequential, [Bool]) -> [String: Double]
  ) throws {
    let model = MultilayerPerceptron.concise()
    let trainer = Trainer(
      model,
      optimizer: SGD(
        model.parameters, learningRate: 0.02, momentum: 0.9, weightDecay: weightDecay),
      loss: Self.objective, showsProgress: false)
    let limit = context.isQuick ? 30 : 200
    let bar = context.progress(title, total: limit)
    var curves: [String: [Double]] = [:]
    func note() -> Double {
      let fitted = examples.fitted(by: model)
      for (name, value) in measure(model, fitted) { curves[name, default: []].append(value) }
      return fitted.shareTrue
    }
    _ = note()
    trainer.callbacks = [
      Hooks(onEpoch: { [unowned trainer] _ in
        let share = note()
        bar.advance(showing: ["fitted": share])
        if share == 1 { trainer.stop() }
      })
    ]
    let loader = examples.loader(batchSize: 100, shuffle: true)
    if let validation, let stopping {
      trainer.callbacks.append(stopping)
      let watched = validation.loader(batchSize: validation.count)
      try trainer.fit(loader, validation: watched, epochs: limit)
    } else {
      try trainer.fit(loader, epochs: limit)
    }
    bar.finish()
    self.curves = curves
    epochs = trainer.history.epochs.count
  }

  /// Cross-entropy, with the error beside it.
  private static var objective: Objective<Sequential, Batch<Tensor, IntTensor>> {
    Objective(
      loss: { crossEntropy($0($1.inputs), $1.targets) },
      measurements: { model, batch in
        let logits = model(batch.inputs)
        return [
          ("loss", Double(crossEntropy(logits, batch.targets).scalar)),
          ("error", 1 - accuracy(logits, batch.targets)),
        ]
      })
  }

  /// The measurements `name`: index 0 is before training, i after epoch i.
  subscript(name: String) -> [Double] { curves[name] ?? [] }

  /// The first epoch after which `name` is at least `value`, or else the last.
  func firstEpoch(_ name: String, reaches value: Double) -> Int {
    self[name].firstIndex { $0 >= value } ?? epochs
  }

  /// A curve over the epochs as a line of a plot.
  func series(_ name: String, as title: String) -> Series {
    let values = self[name]
    return Series(title, x: values.indices.map(Double.init), y: values)
  }
}
