import Gannet
import Reproduction

/// Images of Fashion-MNIST in memory, with the labels for training.
struct Examples {
  /// `[N, 784]`.
  let images: Tensor
  /// `[N]`.
  let labels: IntTensor
  /// Whether each label has been changed to a wrong one.
  let isMislabelled: [Bool]

  init(_ set: FashionMNIST, _ range: Range<Int>) {
    let batch = set.batch(at: Array(range))
    images = batch.images.flattened(from: 1)
    labels = batch.labels
    isMislabelled = range.map { _ in false }
  }

  private init(_ images: Tensor, _ labels: [Int32], isMislabelled: [Bool]) {
    self.images = images
    self.labels = IntTensor(labels)
    self.isMislabelled = isMislabelled
  }

  var count: Int { images.shape[0] }

  /// A copy with pixels standardized over the whole set, which speeds up training.
  var standardized: Examples {
    Examples((images - 0.286) / 0.353, labels.scalars, isMislabelled: isMislabelled)
  }

  /// A copy with random labels.
  func withRandomLabels() -> Examples {
    var stream = RandomSource.current.makeStream()
    let random = (0..<count).map { _ in Int32.random(in: 0..<10, using: &stream) }
    return Examples(
      images, random, isMislabelled: zip(random, labels.scalars).map { $0 != $1 })
  }

  /// A copy in which a random fraction `share` of the labels is of another class.
  func mislabelled(_ share: Double) -> Examples {
    var stream = RandomSource.current.makeStream()
    let wrong = Set((0..<count).shuffled(using: &stream).prefix(Int(share * Double(count))))
    let told = labels.scalars.enumerated().map { index, label in
      wrong.contains(index) ? (label + .random(in: 1...9, using: &stream)) % 10 : label
    }
    return Examples(images, told, isMislabelled: (0..<count).map(wrong.contains))
  }

  /// Batches of the examples.
  func loader(batchSize: Int, shuffle: Bool = false) -> DataLoader<TensorDataset<Tensor, IntTensor>>
  {
    DataLoader(
      TensorDataset(features: images, labels: labels), batchSize: batchSize, shuffle: shuffle,
      prefetch: 0)
  }

  /// Whether `model` predicts the label of each example.
  func fitted(by model: some Layer) -> [Bool] {
    let predicted = model.evaluating { model(images) }.argmax(along: -1)
    return zip(predicted.scalars, labels.scalars).map { $0 == $1 }
  }
}

extension Sequence<Bool> {
  /// The fraction of true elements; NaN if empty.
  var shareTrue: Double {
    let all = Array(self)
    return Double(all.count { $0 }) / Double(all.count)
  }
}

/// The images of the section: few to train on, others of the same split to validate, and some of
/// the other split to test.
struct SmallSet {
  let training: Examples
  let validation: Examples
  let test: Examples

  init(_ context: SectionContext) throws {
    let images = try FashionMNIST(split: .train, directory: context.dataFolder)
    let others = try FashionMNIST(split: .test, directory: context.dataFolder)
    let count = context.isQuick ? 300 : 2_000
    training = Examples(images, 0..<count)
    validation = Examples(images, count..<count * 3 / 2)
    test = Examples(others, 0..<count)
  }
}
