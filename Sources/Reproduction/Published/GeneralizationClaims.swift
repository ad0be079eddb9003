extension [PublishedFigure] {
  /// Section "Generalization in Deep Learning", which publishes no figures: what it says, as bounds.
  package static var generalization: Self {
    labels + neighbours + tangentKernel
  }

  private static var labels: Self {
    [
      .claim("random labels, no penalty: fitted", "arbitrary labels are fitted", 1...1),
      .claim(
        "random labels, weight decay 1e-4: fitted", "typical decay does not prevent it", 1...1),
      .claim(
        "random labels, weight decay 5e-4: fitted", "typical decay does not prevent it", 1...1),
      .claim("random labels, early stopping: fitted", "early stopping does", 0...0.5),
      .claim("random labels, early stopping: epochs", "long before", 2...20),
      .claim(
        "label noise: the latter beside the former", "the clean are fitted first", 2...20),
      .claim(
        "label noise: mislabelled fitted with 90% of the clean", "the clean are fitted first",
        0...0.3),
      .claim(
        "label noise: test accuracy lost by fitting all",
        "interpolating noisy data is a bad idea", 0.02...0.2),
      .claim("patience: epochs", "the error no longer falls", 2...30),
      .claim(
        "patience: mislabelled fitted", "the clean are fitted, the mislabelled are not", 0...0.3),
      .claim(
        "patience: test accuracy gained over fitting all", "what was fitted has generalized",
        0.01...0.2),
    ]
  }

  private static var neighbours: Self {
    ["L2", "L1", "cosine"].flatMap { metric -> Self in
      [
        .claim("\(metric), k=1: training error", "zero whatever the metric", 0...0),
        .claim("\(metric), k=1: test accuracy", "it generalizes nonetheless", 0.7...0.9),
      ]
    }
  }

  /// The kernel's spread and the distance fall as 1/√m, by 8 from width 64 to 4,096, its drift faster.
  private static var tangentKernel: Self {
    [
      .claim("tangent kernel: formula against tape", "they are the same", 0...1e-5),
      .claim(
        "tangent kernel: spread, narrowest beside widest", "one kernel for all draws", 5.5...10.5),
      .claim(
        "tangent kernel: drift, narrowest beside widest", "training leaves it as it is", 8...200),
      .claim(
        "tangent kernel: distance, narrowest beside widest",
        "wide networks become kernel methods", 5...13),
      .claim(
        "tangent kernel, width 4096: network against regression",
        "wide networks become kernel methods", 0...0.06),
    ]
  }
}
