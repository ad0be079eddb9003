/// A reproduced curve over the seeds, with the published one of the same name.
package struct ComparedCurve: Sendable {
  /// A point of both curves.
  package struct Point: Sendable, Equatable {
    package let epoch: Double
    /// The median over the seeds.
    package let ours: Double
    package let published: Double

    /// Our value minus the published one.
    package var difference: Double { ours - published }
  }

  package let name: String
  /// Our curves, one a seed.
  package let runs: [Curve]
  /// The published curve; nil where no more is known than the figure of its end.
  package let published: PublishedCurve?
  /// The figure of the published curve's end; nil if there is none.
  package let end: PublishedFigure?
  /// The epoch of that end.
  package let endEpoch: Double

  /// - Parameter bookEpochs: The number of epochs that the figure of the end is of; nil if our curves
  ///   end with the same.
  package init(
    _ name: String, runs: [Curve], published: PublishedCurve?, end: PublishedFigure?,
    bookEpochs: Int? = nil
  ) {
    self.name = name
    self.runs = runs
    self.published = published
    self.end = end
    endEpoch =
      bookEpochs.map { published?.epochs.last ?? Double($0) }
      ?? runs.compactMap(\.epochs.last).max() ?? 0
  }

  /// The median over the seeds at each epoch that one of them has.
  package var median: Curve {
    guard runs.count > 1 else { return runs.first ?? Curve(name) }
    let epochs = Set(runs.flatMap(\.epochs)).sorted()
    return Curve(name, epochs: epochs, values: epochs.compactMap { median(at: $0) })
  }

  /// The published points at epochs of which we have one, too.
  package var points: [Point] {
    guard let published else { return [] }
    return zip(published.epochs, published.values).compactMap { epoch, value in
      median(at: epoch).map { Point(epoch: epoch, ours: $0, published: value) }
    }
  }

  /// The median over the seeds at an epoch, which published points name by three decimals.
  private func median(at epoch: Double) -> Double? {
    runs.compactMap { run in
      run.epochs.firstIndex { abs($0 - epoch) < 0.001 }.map { run.values[$0] }
    }.median
  }
}
