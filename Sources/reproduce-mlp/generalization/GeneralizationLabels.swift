import Gannet
import Reproduction

/// A network fits random labels; typical weight decay does not prevent it, early stopping does.
struct RandomLabels {
  let set: SmallSet
  let context: SectionContext

  func run() throws -> SectionResult {
    let training = set.training.withRandomLabels().standardized
    let validation = set.validation.withRandomLabels().standardized
    var result = SectionResult()
    var series: [Series] = []
    func fit(
      _ figures: RandomLabelFigures, weightDecay: Float = 0, stopping: EarlyStopping? = nil
    ) throws {
      let name = figures.rawValue
      let fitting = try Fitting(
        training, title: "random labels, \(name)", context: context, weightDecay: weightDecay,
        validation: validation, stopping: stopping
      ) { _, fitted in ["fitted": fitted.shareTrue] }
      result[figures.fitted] = fitting["fitted"].last
      result[figures.epochs] = Double(fitting.epochs)
      series.append(fitting.series("fitted", as: name))
    }
    try fit(.noPenalty)
    try fit(.lightDecay, weightDecay: 1e-4)
    try fit(.decay, weightDecay: 5e-4)
    try fit(.earlyStopping, stopping: EarlyStopping(patience: 5))
    result.plots = [
      Plot(
        "random-labels", title: "Random labels", x: Axis("epoch"),
        y: Axis("share of the labels fitted", range: 0...1.02), series: series)
    ]
    return result
  }
}

/// Training with a fifth of the labels wrong: the network fits right labels first; fitting wrong
/// ones costs validation accuracy, and early stopping ends the training before.
struct LabelNoise {
  let set: SmallSet
  let context: SectionContext

  func run() throws -> SectionResult {
    let training = set.training.mislabelled(0.2).standardized
    let validation = set.validation.mislabelled(0.2).standardized
    let test = set.test.standardized
    func fit(_ title: String, stopping: EarlyStopping? = nil) throws -> Fitting {
      try Fitting(
        training, title: title, context: context, validation: validation, stopping: stopping
      ) { model, fitted in
        let marked = zip(fitted, training.isMislabelled)
        return [
          "clean": marked.filter { !$1 }.map(\.0).shareTrue,
          "mislabelled": marked.filter { $1 }.map(\.0).shareTrue,
          "test": test.fitted(by: model).shareTrue,
        ]
      }
    }
    let full = try fit("label noise")
    // The criterion of the notes: the validation error must fall by more than ε within some epochs.
    let patience = EarlyStopping("error", patience: 5, margin: 0.002)
    let stopped = try fit("patience", stopping: patience)
    var result = figures(full)
    // Early stopping keeps the best epoch's network, not the last one's.
    let best = (patience.best?.epoch ?? 0) + 1
    result[LabelNoiseFigures.patienceEpochs] = Double(stopped.epochs)
    result[.ours("patience: best epoch")] = Double(best)
    result[LabelNoiseFigures.patienceMislabelledFitted] = stopped["mislabelled"][best]
    result[.ours("patience: test accuracy")] = stopped["test"][best]
    result[LabelNoiseFigures.patienceAccuracyGained] =
      stopped["test"][best] - full["test"].last!
    result.plots = [plot(full, stopped)]
    return result
  }

  private func figures(_ full: Fitting) -> SectionResult {
    let clean = full.firstEpoch("clean", reaches: 0.9)
    let mislabelled = full.firstEpoch("mislabelled", reaches: 0.9)
    let (best, end) = (full["test"].max()!, full["test"].last!)
    return SectionResult(figures: [
      .ours("label noise: epochs to 90% of the clean"): Double(clean),
      .ours("label noise: epochs to 90% of the mislabelled"): Double(mislabelled),
      LabelNoiseFigures.epochRatio: Double(mislabelled) / Double(clean),
      LabelNoiseFigures.mislabelledFitted: full["mislabelled"][clean],
      .ours("label noise: epoch of the best test accuracy"):
        Double(full.firstEpoch("test", reaches: best)),
      .ours("label noise: best test accuracy"): best,
      .ours("label noise: test accuracy with all fitted"): end,
      LabelNoiseFigures.accuracyLost: best - end,
    ])
  }

  private func plot(_ full: Fitting, _ stopped: Fitting) -> Plot {
    let end = Double(stopped.epochs)
    return Plot(
      "label-noise", title: "A fifth of the labels is wrong", x: Axis("epoch"),
      y: Axis("share", range: 0...1.02),
      series: [
        Series("patience ends it", x: [end, end], y: [0, 1], style: .guide),
        full.series("clean", as: "right labels fitted"),
        full.series("mislabelled", as: "wrong labels fitted"),
        full.series("test", as: "test accuracy"),
      ])
  }
}
