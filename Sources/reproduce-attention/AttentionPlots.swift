import Gannet
import Reproduction

extension Panel {
  /// A heat map of attention weights, `[Q, K]`: queries from top to bottom, keys from left to right,
  /// with the names of both, numbers by default.
  init(
    attention weights: Tensor, _ title: String = "", keys: String = "key",
    queryNames: [String]? = nil, keyNames: [String]? = nil
  ) {
    self.init(
      title, x: Axis(keys), y: Axis("query"),
      heatMap: HeatMap(
        weights.unstacked().map(\.numbers), rowLabels: queryNames, columnLabels: keyNames,
        range: 0...1))
  }
}
