import Foundation
import GannetTensor

/// A random mixture of the examples of a batch, whose targets become probabilities of the classes.
///
///     let training = images.transformed { HorizontalFlip() }.mixed(by: MixUp(classes: 10))
///     let validation = validationImages.mixed(by: OneHot(classes: 10))
public protocol BatchMixing: Sendable {
  /// The batch of mixed inputs `[N, ...]` and targets `[N, classes]`, with random draws from
  /// `stream` alone.
  func callAsFunction(
    _ batch: Batch<Tensor, IntTensor>, using stream: inout RandomStream
  ) -> Batch<Tensor, Tensor>
}

/// Weighted means of examples. H. Zhang et al., "mixup: Beyond Empirical Risk Minimization" (2017).
public struct MixUp: BatchMixing {
  private let alpha: Double
  private let classes: Int

  /// Makes a mixture whose weight has the distribution Beta(`alpha`, `alpha`), by default uniform,
  /// one draw for a batch.
  public init(alpha: Double = 1, classes: Int) {
    guard alpha > 0 else { fail("MixUp: alpha \(alpha), expected more than 0") }
    (self.alpha, self.classes) = (alpha, classes)
  }

  public func callAsFunction(
    _ batch: Batch<Tensor, IntTensor>, using stream: inout RandomStream
  ) -> Batch<Tensor, Tensor> {
    mixUp(batch, weight: stream.beta(alpha), classes: classes)
  }
}

/// Images with a rectangle of another one. S. Yun et al., "CutMix: Regularization Strategy to Train
/// Strong Classifiers with Localizable Features" (2019).
public struct CutMix: BatchMixing {
  private let alpha: Double
  private let classes: Int

  /// Makes a mixture in which the area that stays has the distribution Beta(`alpha`, `alpha`), by
  /// default uniform, one rectangle for a batch; what lies outside of the image is cut off.
  public init(alpha: Double = 1, classes: Int) {
    guard alpha > 0 else { fail("CutMix: alpha \(alpha), expected more than 0") }
    (self.alpha, self.classes) = (alpha, classes)
  }

  public func callAsFunction(
    _ batch: Batch<Tensor, IntTensor>, using stream: inout RandomStream
  ) -> Batch<Tensor, Tensor> {
    let (height, width) = (batch.inputs.shape[2], batch.inputs.shape[3])
    let half = 0.5 * (1 - stream.beta(alpha)).squareRoot()
    func range(_ size: Int) -> Range<Int> {
      let center = stream.index(below: max(1, size))
      let radius = Int(half * Double(size))
      return max(0, center - radius)..<min(size, center + radius)
    }
    let columns = range(width)
    return cutMix(batch, rows: range(height), columns: columns, classes: classes)
  }
}

/// Unmixed examples with targets as those of mixed ones, such as for validation.
public struct OneHot: BatchMixing {
  private let classes: Int

  /// Makes targets of shape `[N, classes]`, 1 at the label and 0 elsewhere.
  public init(classes: Int) { self.classes = classes }

  public func callAsFunction(
    _ batch: Batch<Tensor, IntTensor>, using stream: inout RandomStream
  ) -> Batch<Tensor, Tensor> {
    Batch(inputs: batch.inputs, targets: mixedTargets(batch.targets, weight: 1, classes: classes))
  }
}

/// The mean of each example, of `weight`, with the one before it; the first's is the last.
public func mixUp(
  _ batch: Batch<Tensor, IntTensor>, weight: Double, classes: Int
) -> Batch<Tensor, Tensor> {
  let size = batch.count == 0 ? 0 : batch.inputs.count / batch.count
  let inputs = batch.inputs.withScalars { x in
    Tensor(shape: batch.inputs.shape) { y in
      for (row, other) in pairs(batch.count) {
        for column in 0..<size {
          y[row * size + column] =
            x[other * size + column] * Float(1 - weight) + x[row * size + column] * Float(weight)
        }
      }
    }
  }
  return Batch(
    inputs: inputs, targets: mixedTargets(batch.targets, weight: weight, classes: classes))
}

/// Each image of a batch `[N, C, H, W]` with a rectangle of the one before it; the first's is that
/// of the last. Targets are weighted by area.
public func cutMix(
  _ batch: Batch<Tensor, IntTensor>, rows: Range<Int>, columns: Range<Int>, classes: Int
) -> Batch<Tensor, Tensor> {
  let shape = batch.inputs.shape
  guard shape.rank == 4, rows.lowerBound >= 0, columns.lowerBound >= 0,
    rows.upperBound <= shape[2], columns.upperBound <= shape[3]
  else {
    failShape("cutMix", shape, expected: "[N, C, H, W] with rows \(rows), columns \(columns)")
  }
  let (channels, height, width) = (shape[1], shape[2], shape[3])
  let inputs = batch.inputs.withScalars { x in
    Tensor(shape: shape) { y in
      _ = y.update(fromContentsOf: x)
      for (image, other) in pairs(batch.count) {
        for channel in 0..<channels {
          for row in rows {
            let place = (channel * height + row) * width
            for column in columns {
              let size = channels * height * width
              y[image * size + place + column] = x[other * size + place + column]
            }
          }
        }
      }
    }
  }
  let area = Double(rows.count * columns.count) / Double(max(1, height * width))
  return Batch(
    inputs: inputs, targets: mixedTargets(batch.targets, weight: 1 - area, classes: classes))
}

/// Each index with the one before it, around the end.
private func pairs(_ count: Int) -> [(own: Int, other: Int)] {
  (0..<count).map { ($0, ($0 + count - 1) % count) }
}

private func mixedTargets(_ labels: IntTensor, weight: Double, classes: Int) -> Tensor {
  let labels = labels.scalars.map(Int.init)
  guard labels.allSatisfy((0..<classes).contains) else {
    fail("mixing: a label of \(labels) is none of \(classes) classes")
  }
  var targets = [Float](repeating: 0, count: labels.count * classes)
  for (row, other) in pairs(labels.count) {
    targets[row * classes + labels[other]] = Float(1 - weight)
    targets[row * classes + labels[row]] += Float(weight)
  }
  return Tensor(targets, shape: [labels.count, classes])
}

/// A data set whose batches are mixed when they are made.
public struct MixedBatches<Base: Dataset>: Dataset where Base.Batch == Batch<Tensor, IntTensor> {
  /// The data set whose batches are mixed.
  public let base: Base
  private let mixing: any BatchMixing

  init(_ base: Base, _ mixing: any BatchMixing) { (self.base, self.mixing) = (base, mixing) }

  public var count: Int { base.count }

  public func batch(at indices: [Int]) throws -> sending Batch<Tensor, Tensor> {
    var stream = RandomSource.current.makeStream()
    return mixing(try base.batch(at: indices), using: &stream)
  }

  /// The mixed batch; the mixture's draws come from the batch's source, which the loader seeds.
  public func batch(
    at indices: [Int], using streams: [RandomStream]
  ) throws -> sending Batch<Tensor, Tensor> {
    var stream = RandomSource.current.makeStream()
    return mixing(try base.batch(at: indices, using: streams), using: &stream)
  }
}

extension Dataset where Batch == GannetData.Batch<Tensor, IntTensor> {
  /// The data set with its batches mixed.
  public func mixed(by mixing: some BatchMixing) -> MixedBatches<Self> {
    MixedBatches(self, mixing)
  }
}

extension RandomStream {
  /// A draw of the distribution Beta(`alpha`, `alpha`).
  mutating func beta(_ alpha: Double) -> Double {
    let (a, b) = (gamma(alpha), gamma(alpha))
    return a + b > 0 ? a / (a + b) : 0.5
  }

  /// A draw of the gamma distribution of shape `alpha`. G. Marsaglia, W. W. Tsang, "A simple method
  /// for generating gamma variables" (2000).
  private mutating func gamma(_ alpha: Double) -> Double {
    guard alpha >= 1 else { return gamma(alpha + 1) * pow(1 - uniform(0, 1), 1 / alpha) }
    let d = alpha - 1 / 3
    while true {
      let x = normal()
      let v = 1 + x / (9 * d).squareRoot()
      let cube = v * v * v
      if v > 0, log(1 - uniform(0, 1)) < 0.5 * x * x + d * (1 - cube + log(cube)) {
        return d * cube
      }
    }
  }
}
