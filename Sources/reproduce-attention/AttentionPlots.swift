import Gannet
import Reproduction

extension Panel {
  /// A heat map of attention weights, `[Q, K]`: queries from top to bottom, keys from left to right.
  init(attention weights: Tensor, _ title: String = "", keys: String = "key") {
    self.init(
      title, x: Axis(keys), y: Axis("query"),
      heatMap: HeatMap(
        weights.unstacked().map { $0.scalars.map(Double.init) }, range: 0...1))
  }
}
