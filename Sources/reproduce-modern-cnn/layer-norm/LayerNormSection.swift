import Gannet
import Reproduction

extension Section {
  /// The reference's two rows under layer and batch normalization, and what tells the two apart.
  static let layerNorm = Section(
    "layer-norm", title: "Layer normalization", reference: "8.5.2.3, batch-norm; 11.7, transformer",
    seconds: 1, published: LayerNormFigures.all
  ) { context in
    context.seeded {
      let x: Tensor = [[1, 2], [2, 3]]
      var result = SectionResult()
      result.add(LayerNormFigures.layerNorm, LayerNorm([2])(x))
      result.add(LayerNormFigures.batchNorm, BatchNorm1D(2)(x))
      result.add(properties())
      return result
    }
  }

  /// Properties of layer norm on 16 rows of 64 features with mean 5 and standard deviation 3.
  private static func properties() -> SectionResult {
    let x = Tensor(normal: [16, 64], mean: 5, standardDeviation: 3)
    let (layerNorm, batchNorm) = (LayerNorm([64]), BatchNorm1D(64))
    let y = layerNorm(x)
    var result = SectionResult()
    result[LayerNormFigures.mean] = Double(abs(y.mean(along: 1)).max().scalar)
    result[LayerNormFigures.variance] = Double(
      y.variance(along: 1, unbiased: false).mean().scalar)
    result[LayerNormFigures.rowAlone] = largestDifference(
      layerNorm(x[3..<4]), y[3..<4])
    result[LayerNormFigures.prediction] = largestDifference(
      layerNorm.evaluating { layerNorm(x) }, y)
    result[LayerNormFigures.scaled] = largestDifference(layerNorm(x * 10), y)
    let z = batchNorm(x)
    result[LayerNormFigures.batchNormRowsAlone] = largestDifference(
      batchNorm(x[3..<5]), z[3..<5])
    result[LayerNormFigures.batchNormPrediction] = largestDifference(
      batchNorm.evaluating { batchNorm(x) }, z)
    return result
  }
}
