import Gannet
import Reproduction

extension Section {
  /// The reference's two rows under layer and batch normalization, and what tells the two apart.
  static let layerNorm = Section(
    "layer-norm", title: "Layer normalization", reference: "8.5.2.3, batch-norm; 11.7, transformer",
    seconds: 1, published: .layerNorm + .layerNormClaims
  ) { context in
    context.seeded {
      let x: Tensor = [[1, 2], [2, 3]]
      var result = SectionResult()
      for (name, output) in [("layer norm", LayerNorm([2])(x)), ("batch norm", BatchNorm1D(2)(x))] {
        for (row, values) in output.unstacked().enumerated() {
          for column in 0..<2 {
            result["\(name)[\(row),\(column)]"] = Double(values.scalars[column])
          }
        }
      }
      result.add(properties())
      return result
    }
  }

  /// Of 16 rows of 64 features with mean 5 and standard deviation 3.
  private static func properties() -> SectionResult {
    let x = Tensor(normal: [16, 64], mean: 5, standardDeviation: 3)
    let (layerNorm, batchNorm) = (LayerNorm([64]), BatchNorm1D(64))
    let y = layerNorm(x)
    var result = SectionResult()
    result["layer norm: largest mean of a row"] = Double(abs(y.mean(along: 1)).max().scalar)
    result["layer norm: variance of a row"] = Double(
      y.variance(along: 1, unbiased: false).mean().scalar)
    result["layer norm: a row alone against in its batch"] = largestDifference(
      layerNorm(x[3..<4]), y[3..<4])
    result["layer norm: training against prediction"] = largestDifference(
      layerNorm.evaluating { layerNorm(x) }, y)
    result["layer norm: input times 10 against input"] = largestDifference(layerNorm(x * 10), y)
    let z = batchNorm(x)
    result["batch norm: two rows alone against in their batch"] = largestDifference(
      batchNorm(x[3..<5]), z[3..<5])
    result["batch norm: training against prediction"] = largestDifference(
      batchNorm.evaluating { batchNorm(x) }, z)
    return result
  }
}
