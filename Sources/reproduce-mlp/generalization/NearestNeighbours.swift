import Gannet
import Reproduction

/// A distance between two images.
enum Metric: String, CaseIterable, Sendable {
  case l2 = "L2"
  case l1 = "L1"
  case cosine

  /// The distances of all rows of `a`, `[M, D]`, from all of `b`, `[N, D]`, or numbers in the same
  /// order: `[M, N]`.
  func distances(_ a: Tensor, _ b: Tensor) -> Tensor {
    switch self {
    case .l2: pairwiseSquaredDistances(a, b)
    case .l1: Self.pairwiseAbsoluteDistances(a, b)
    case .cosine: 1 - matmul(Self.unit(a), Self.unit(b), transposingB: true)
    }
  }

  private static func unit(_ x: Tensor) -> Tensor { x / x.norm(along: 1, keepingAxes: true) }

  /// No product of matrices gives these. Blocks of `b` are so small that their differences from a
  /// row stay in the cache.
  private static func pairwiseAbsoluteDistances(_ a: Tensor, _ b: Tensor) -> Tensor {
    let blocks = stride(from: 0, to: b.shape[0], by: 128).map { start in
      let block = b[start..<min(start + 128, b.shape[0])]
      return stack((0..<a.shape[0]).map { abs(block - a[$0]).sum(along: 1) })
    }
    return concatenate(blocks, along: 1)
  }
}

/// A k-nearest-neighbours classifier.
struct NearestNeighbours {
  let examples: Examples
  let metric: Metric

  /// The classes of the `count` examples nearest to each image, nearest first.
  func classes(nearestTo images: Tensor, count: Int) -> [[Int32]] {
    let nearest = (-metric.distances(images, examples.images)).topK(count).indices.scalars
    return stride(from: 0, to: nearest.count, by: count).map { row in
      nearest[row..<row + count].map { examples.labels.scalars[Int($0)] }
    }
  }

  /// The majority among `classes`, sorted by distance; ties go to the class with the nearest
  /// example.
  static func vote(_ classes: some Collection<Int32>) -> Int32 {
    var votes = [Int](repeating: 0, count: 10)
    for label in classes { votes[Int(label)] += 1 }
    let most = votes.max()!
    return classes.first { votes[Int($0)] == most }!
  }
}

/// Nearest neighbours by several metrics and numbers of neighbours.
struct NeighbourComparison {
  let set: SmallSet

  private static let counts = [1, 3, 5, 10, 20, 50]

  func run() -> SectionResult {
    var result = SectionResult()
    let series = Metric.allCases.map { metric in
      let classifier = NearestNeighbours(examples: set.training, metric: metric)
      let figures = NeighbourFigures(metric: metric)
      result[figures.trainingError] =
        1 - accuracies(classifier, on: set.training, counts: [1])[0]
      let found = accuracies(classifier, on: set.test, counts: Self.counts)
      for (count, accuracy) in zip(Self.counts, found) {
        result[figures.accuracy(neighbours: count)] = accuracy
      }
      return Series(metric.rawValue, x: Self.counts.map(Double.init), y: found, style: .path)
    }
    result.plots = [
      Plot(
        "neighbours", title: "Nearest neighbours", x: Axis("neighbours k"),
        y: Axis("test accuracy"), series: series)
    ]
    return result
  }

  /// The accuracies for several numbers of neighbours, the largest last.
  private func accuracies(
    _ classifier: NearestNeighbours, on examples: Examples, counts: [Int]
  ) -> [Double] {
    let nearest = classifier.classes(nearestTo: examples.images, count: counts.last!)
    return counts.map { count in
      zip(nearest, examples.labels.scalars).map { classes, label in
        NearestNeighbours.vote(classes.prefix(count)) == label
      }.shareTrue
    }
  }
}
