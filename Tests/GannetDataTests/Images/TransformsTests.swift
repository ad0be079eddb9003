import GannetData
import GannetTensor
import TestSupport
import Testing

struct TransformsTests {
  /// Pictures of 9 by 8 pixels, each of which has its own values.
  private func pictures(_ count: Int = 6, channels: Int = 3) -> ImageDataset {
    let size = channels * 72
    return ImageDataset(
      pixels: (0..<count * size).map { UInt8($0 * 37 % 251) },
      labels: (0..<count).map { UInt8($0 % 3) }, channels: channels, height: 9, width: 8,
      classNames: ["a", "b", "c"])
  }

  private var all: Transforms {
    Transforms {
      RandomResizedCrop(12)
      RandomCrop(10, padding: 2, fill: 7)
      HorizontalFlip()
      VerticalFlip()
      RandomRotation(20, interpolation: .bilinear)
      ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)
      Normalize(mean: [0.5], standardDeviation: [0.25])
      RandomErasing(value: .noise)
    }
  }

  private func epoch(
    _ loader: DataLoader<TransformedImages<ImageDataset>>
  ) -> [Int32: [[UInt32]]] {
    var found: [Int32: [[UInt32]]] = [:]
    for batch in loader {
      #expect(batch.images.shape == [batch.count, 3, 10, 10])
      for (row, label) in batch.labels.scalars.enumerated() {
        found[label, default: []].append(batch.images[row].scalars.map(\.bitPattern))
      }
    }
    return found.mapValues { $0.sorted { $0.lexicographicallyPrecedes($1) } }
  }

  /// A picture depends on the seed, the epoch and its index alone.
  @Test func drawsDependOnSeedEpochAndExample() {
    let set = pictures().transformed(by: all)
    let reference = DataLoader(set, batchSize: 6, seed: 1, prefetch: 0)
    let epochs = [epoch(reference), epoch(reference)]
    #expect(epochs[0] != epochs[1])
    for (size, workers, shuffle) in [(1, 2, true), (4, 1, false), (5, 3, true)] {
      let loader = DataLoader(set, batchSize: size, shuffle: shuffle, seed: 1, workers: workers)
      #expect([epoch(loader), epoch(loader)] == epochs)
    }
    #expect(epoch(DataLoader(set, batchSize: 6, seed: 2)) != epochs[0])
  }

  @Test func sameBitsAfterAResume() throws {
    let set = pictures(20).transformed(by: all)
    func make(seed: UInt64) -> DataLoader<TransformedImages<ImageDataset>> {
      DataLoader(set, batchSize: 3, shuffle: true, seed: seed)
    }
    let whole = make(seed: 4).map(\.images.scalars)
    let first = make(seed: 4)
    let iterator = first.makeIterator()
    for _ in 0..<3 { _ = iterator.next() }
    let resumed = make(seed: 99)
    resumed.batchState = first.batchState
    #expect(resumed.map(\.images.scalars) == Array(whole[3...]))
  }

  /// Without transforms, bytes become floats.
  @Test func emptyList() throws {
    let set = pictures()
    let transformed = set.transformed {}
    #expect(transformed.count == 6)
    #expect(transformed.classNames == ["a", "b", "c"])
    let batch = try transformed.batch(at: [4, 0])
    expectIdentical(batch.images, set.batch(at: [4, 0]).images)
    #expect(batch.labels.scalars == [1, 0])
    #expect(try transformed.batch(at: []).images.shape == [0, 0, 0, 0])
    let grey = pictures(channels: 1)
    expectIdentical(try grey.transformed {}.batch(at: [1]).images, grey.batch(at: [1]).images)
  }

  /// The builder's conditions and loops, and a subset of a resized set.
  @Test(arguments: [false, true])
  func builder(isTraining: Bool) throws {
    let evaluation = Transforms {
      Resize(12)
      CenterCrop(height: 8, width: 6)
    }
    let transforms = Transforms {
      if isTraining { RandomCrop(height: 8, width: 6) } else { evaluation }
      for _ in 0..<2 { HorizontalFlip(1) }
      Grayscale()
      if isTraining { RandomErasing(0) }
    }
    let set = Subset(pictures().resized(height: 20, width: 15), indices: [5, 2])
    let batch = try set.transformed(by: transforms).batch(at: [1, 0])
    #expect(batch.images.shape == [2, 1, 8, 6])
    #expect(batch.labels.scalars == [2, 2])
  }

  /// Each transform's effect at the ends of its range.
  @Test func effects() throws {
    var stream = RandomStream(seed: 1)
    let image = pictures().image(at: 0)
    #expect(HorizontalFlip(0)(image, using: &stream) == image)
    #expect(HorizontalFlip(1)(image, using: &stream) == image.flippedHorizontally())
    #expect(VerticalFlip(1)(image, using: &stream) == image.flippedVertically())
    #expect(RandomRotation(0)(image, using: &stream) == image)
    #expect(
      RandomRotation(degrees: 90...90)(image, using: &stream) == image.rotated(by: 90, fill: 0))
    #expect(ColorJitter()(image, using: &stream) == image)
    #expect(ColorJitter(brightness: 0.5)(image, using: &stream) != image)
    #expect(try RandomCrop(height: 9, width: 8)(image, using: &stream) == image)
    let whole = RandomResizedCrop(height: 9, width: 8, scale: 1...1, ratio: 8 / 9...8 / 9)
    #expect(whole(image, using: &stream) == image)
    // A part is never wider than the picture; its middle is taken.
    let wide = RandomResizedCrop(height: 3, width: 8, scale: 1...1, ratio: 4...4)
    #expect(
      wide(image, using: &stream)
        == image.cropped(top: 3, left: 0, height: 2, width: 8).resized(height: 3, width: 8))
    var erased = FloatImage(image)
    RandomErasing(1, scale: 0.1...0.1, ratio: 1...1, value: .constant(9)).apply(
      to: &erased, using: &stream)
    #expect(erased.pixels.count { $0 == 9 } == 3 * 9)
  }

  /// All places of a crop come, with the padding around the picture.
  @Test func placesOfCrops() throws {
    var stream = RandomStream(seed: 3)
    let image = pictures().image(at: 0)
    let crops = try (0..<400).map { _ in
      try RandomCrop(height: 9, width: 8, padding: 1)(image, using: &stream)
    }
    let possible = (-1...1).flatMap { top in
      (-1...1).map { image.cropped(top: top, left: $0, height: 9, width: 8) }
    }
    #expect(Set(crops) == Set(possible))
    let padded = try RandomCrop(30, fill: 5, padsIfNeeded: true)(image, using: &stream)
    #expect((padded.height, padded.width) == (30, 30))
    #expect(padded.pixels.count { $0 == 5 } >= 3 * (900 - 72))
  }

  @Test func cropsLargerThanThePicture() throws {
    let set = pictures().transformed { RandomCrop(12, padding: 1) }
    let error = #expect(throws: TransformError.self) { try set.batch(at: [3, 1]) }
    #expect(
      error?.description == """
        picture 3: a RandomCrop of 12 by 12 is larger than the picture of 9 by 8 with a padding of \
        1. Resize first, pad more, or allow padsIfNeeded.
        """)
    // The loop gets it.
    var batches = DataLoader(set, batchSize: 2).makeIterator()
    #expect(throws: TransformError.self) { try batches.nextBatch() }
    #expect(try pictures().transformed { CenterCrop(12) }.batch(at: [0]).images.shape[2] == 12)
  }

  /// A source of pictures of two sizes.
  private struct Mixed: ImageSource {
    let count = 2
    let classNames = ["one"]
    func image(at index: Int) -> RasterImage {
      RasterImage(height: 2 + index, width: 3, pixels: .init(repeating: 1, count: 9 * (2 + index)))
    }
    func label(at index: Int) -> Int { 0 }
  }

  @Test func sizesThatDiffer() throws {
    let error = #expect(throws: TransformError.self) {
      try Mixed().transformed {}.batch(at: [0, 1])
    }
    #expect(
      error?.description == """
        picture 1: the image is [3, 3, 3], where the batch's first is [3, 2, 3]. Let the \
        transforms end in one size, such as by CenterCrop(224).
        """)
    #expect(
      try Mixed().transformed { CenterCrop(4) }.batch(at: [0, 1]).images.shape == [2, 3, 4, 4])
    let grey = pictures(channels: 1).transformed { Normalize.imageNet }
    let wrong = #expect(throws: TransformError.self) { try grey.batch(at: [0]) }
    #expect(wrong?.problem.contains("values for 3 channels, and the picture has 1") == true)
  }

  @Test func mistakes() async {
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = Transforms {
          Normalize.imageNet
          HorizontalFlip()
        }
      }, "HorizontalFlip changes bytes, so it must come before Normalize")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = RandomCrop(0)
      }, "RandomCrop: 0 rows of 0 pixels are impossible")
  }
}

struct MixingTests {
  private let set = TensorDataset(
    features: Tensor((0..<40).map(Float.init), shape: [10, 1, 2, 2]),
    labels: IntTensor((0..<10).map { Int32($0 % 3) }))

  @Test func targetsAreProbabilities() throws {
    for (name, loader) in [
      ("mixup", DataLoader(set.mixed(by: MixUp(alpha: 0.4, classes: 3)), batchSize: 4, seed: 1)),
      ("cutmix", DataLoader(set.mixed(by: CutMix(classes: 3)), batchSize: 4, seed: 1)),
    ] {
      let batches = Array(loader)
      #expect(batches.map(\.count) == [4, 4, 2])
      for batch in batches {
        for sum in batch.targets.sum(along: 1).scalars { #expect(abs(sum - 1) < 1e-6, "\(name)") }
      }
      loader.position = .init()
      #expect(loader.map(\.inputs.scalars) == batches.map(\.inputs.scalars), "\(name)")
    }
    let plain = try set.mixed(by: OneHot(classes: 3)).batch(at: [1, 2])
    #expect(plain.targets.scalars == [0, 1, 0, 0, 0, 1])
    expectIdentical(plain.inputs, set.batch(at: [1, 2]).inputs)
  }

  /// The weights of MixUp have the mean and the variance of their distribution.
  @Test(arguments: [0.2, 1, 3])
  func weights(alpha: Double) throws {
    var stream = RandomStream(seed: 5)
    let pair = Batch(
      inputs: Tensor([0, 1], shape: [2, 1]), targets: IntTensor([0, 1], shape: [2]))
    let mix = MixUp(alpha: alpha, classes: 2)
    let draws = (0..<3_000).map { _ in Double(mix(pair, using: &stream).inputs.scalars[1]) }
    let mean = draws.reduce(0, +) / 3_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3_000
    #expect(abs(mean - 0.5) < 0.04)
    #expect(abs(variance - 1 / (4 * (2 * alpha + 1))) < 0.012)
  }
}
