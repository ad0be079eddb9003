import Gannet
import Reproduction

extension Section {
  /// LeNet with batch normalization from raw tensors and from layers; what the size of the batch, the
  /// place of the layer and the running averages make of it.
  static let batchNorm = Section(
    "batch-norm", title: "Batch normalization", reference: "8.5, batch-norm", seconds: 180,
    epochs: 10, published: .batchNorm + .batchNormClaims
  ) { context in
    try context.seeded {
      let task = try ImageTask(context, batchSize: 128, quick: (2_560, 1_024))
      let scratch = NormalizedLeNet.byHand()
      let concise = BatchNormLeNet()
      var result = SectionResult(figures: ["parameters": Double(concise.parameters.scalarCount)])
      for (variant, model) in [("scratch", scratch), ("concise", concise)] as [(String, any Layer)]
      {
        let training = try task.train(model, as: variant)
        result.add(training, variant: variant)
        result.plots.append(
          Plot(
            variant, title: "Batch normalization, \(variant)", curves: training.curves,
            published: .batchNorm, variant: variant))
      }
      let first = scratch.layers[1] as! BatchNormByHand
      result.notes = [
        "γ of the first layer: \(first.gamma.value)", "β of the first layer: \(first.beta.value)",
      ]
      result.add(try StatisticsComparison(task).compare(concise))
      result.add(LayerComparison().compare())
      result.add(try BatchSizeStudy(context).run())
      result.add(try PlaceStudy(context).run())
      result.add(try SingleImageStudy(context).run())
      return result
    }
  }
}
