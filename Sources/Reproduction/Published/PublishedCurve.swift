/// A published curve of a training: its values after each epoch, or single points where no more is known.
///
/// It is a constant of its section's figures, and the last value is the figure of the same name.
package struct PublishedCurve: Sendable, Equatable {
  /// The name under which a section reports its own curve, such as `val_acc`.
  package let name: String
  /// The epoch of each value, in ascending order.
  package let epochs: [Double]
  /// The values, as many as `epochs`.
  package let values: [Double]
  /// Whether there is a value after each epoch, so that a line may join them.
  package let isWhole: Bool
  /// The source of the values.
  package let source: PublishedFigure.Source

  private init(
    name: String, epochs: [Double], values: [Double], isWhole: Bool,
    source: PublishedFigure.Source
  ) {
    guard !epochs.isEmpty, zip(epochs, epochs.dropFirst()).allSatisfy(<) else {
      fatalError("PublishedCurve: the epochs \(epochs) of \(name)")
    }
    self.name = name
    self.epochs = epochs
    self.values = values
    self.isWhole = isWhole
    self.source = source
  }

  /// The curve under another name.
  func renamed(_ name: String) -> Self {
    Self(name: name, epochs: epochs, values: values, isWhole: isWhole, source: source)
  }
}

extension PublishedCurve {
  /// The values after each epoch, the first one's first: `.perEpoch(.validationAccuracy, 0.7, 0.8)`.
  ///
  /// - Parameter source: The book's release 1.0.3 by default.
  package static func perEpoch(
    _ curve: CurveName, _ values: Double..., source: PublishedFigure.Source = .release
  ) -> Self {
    Self(
      name: curve.rawValue, epochs: values.indices.map { Double($0 + 1) }, values: values,
      isWhole: true, source: source)
  }

  /// Values at single epochs, such as at the curve's ends: `.points(.trainLoss, [0.25: 2.3, 9.75: 0.4])`.
  ///
  /// A point of training stands at the mean fractional epoch of its batches, as ``TrainingCurves`` tells.
  package static func points(
    _ curve: CurveName, _ points: KeyValuePairs<Double, Double>,
    source: PublishedFigure.Source = .release
  ) -> Self {
    Self(
      name: curve.rawValue, epochs: points.map(\.key), values: points.map(\.value),
      isWhole: false, source: source)
  }

  /// The last value alone, the value of a figure; nil for a figure without.
  static func end(of figure: PublishedFigure, at epoch: Double) -> Self? {
    figure.value.map {
      Self(
        name: figure.name, epochs: [epoch], values: [$0], isWhole: false, source: .release)
    }
  }
}

extension PublishedFigure.Source {
  /// The name in the legends of plots.
  var legend: String { self == .pyTorch ? "PyTorch" : "book, 1.0.3" }
}
