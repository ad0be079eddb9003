import Gannet
import Reproduction

extension Section {
  /// LeNet with batch normalization from raw tensors and from layers; effects of the batch size,
  /// the layer's position and the running averages.
  static let batchNorm = Section(
    "batch-norm", title: "Batch normalization", reference: "8.5, batch-norm", seconds: 180,
    epochs: 10, published: BatchNormFigures.all
  ) { context in
    try context.seeded {
      let task = try ImageTask(context, batchSize: 128, quick: (2_560, 1_024))
      let scratch = NormalizedLeNet.byHand()
      let concise = BatchNormLeNet()
      var result = SectionResult(figures: [
        BatchNormFigures.parameters: Double(concise.parameters.scalarCount)
      ])
      result.add(
        try task.train(scratch, as: "scratch"), as: BatchNormFigures.scratch,
        title: "Batch normalization, scratch")
      result.add(
        try task.train(concise, as: "concise"), as: BatchNormFigures.concise,
        title: "Batch normalization, concise")
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
