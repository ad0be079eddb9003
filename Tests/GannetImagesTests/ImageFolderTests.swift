#if Images
import CTurboJPEG
import Foundation
import GannetData
import GannetImages
import GannetTensor
import TestSupport
import Testing

struct ImageFolderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A JPEG file of one colour.
  private func jpeg(_ red: UInt8, _ green: UInt8, _ blue: UInt8, side: Int32 = 8) throws -> [UInt8]
  {
    let compressor = try #require(tjInitCompress())
    defer { tjDestroy(compressor) }
    let pixels = (0..<side * side).flatMap { _ in [red, green, blue] }
    var output: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    let status = tjCompress2(
      compressor, pixels, side, 0, side, Int32(TJPF_RGB.rawValue), &output, &size,
      Int32(TJSAMP_444.rawValue), 100, 0)
    try #require(status == 0)
    defer { tjFree(output) }
    return Array(UnsafeBufferPointer(start: output, count: Int(size)))
  }

  private func put(_ bytes: [UInt8], _ path: String) throws {
    let url = folder.file(path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  @Test func classesOfPictures() throws {
    try put(jpeg(200, 0, 0, side: 16), "rose/2.jpg")
    try put(jpeg(100, 100, 100), "rose/1.JPEG")
    try put(jpeg(0, 0, 250), "iris/a.jpg")
    try put([1, 2, 3], "iris/notes.txt")
    try put([1, 2, 3], "iris/.hidden.jpg")
    try put([1, 2, 3], "readme.jpg")
    let set = try ImageFolder(contentsOf: folder.url, height: 4, width: 6)
    #expect(set.count == 3)
    #expect(set.classNames == ["iris", "rose"])
    #expect(set.files.map(\.lastPathComponent) == ["a.jpg", "1.JPEG", "2.jpg"])
    let batch = try set.batch(at: [2, 0, 1])
    #expect(batch.images.shape == [3, 3, 4, 6])
    #expect(batch.labels.scalars == [1, 0, 1])
    // JPEG keeps a plain colour but for a step or two.
    let means = batch.images.scalars
    for (index, expected) in [(0, 200), (24, 0), (48, 0), (72, 0), (120, 250), (144, 100)] {
      #expect(abs(means[index] * 255 - Float(expected)) <= 2, "element \(index)")
    }
    let grey = try ImageFolder(contentsOf: folder.url, height: 4, width: 6, channels: 1)
    #expect(try grey.batch(at: [1]).images.shape == [1, 1, 4, 6])
    #expect(try abs(grey.batch(at: [1]).images.scalars[0] * 255 - 100) <= 1)
  }

  @Test func damagedPicture() throws {
    try put(jpeg(1, 2, 3).dropLast(20), "rose/broken.jpg")
    expectFileError(.corrupt, folder.file("rose/broken.jpg"), "libjpeg-turbo: ") {
      _ = try ImageFolder(contentsOf: folder.url, height: 4, width: 4).batch(at: [0])
    }
  }

  @Test func foldersWithoutPictures() throws {
    expectFileError(.missing, folder.url, "0 folders", "a folder of their own") {
      _ = try ImageFolder(contentsOf: folder.url, height: 4, width: 4)
    }
    expectFileError(.missing, folder.file("none"), "cannot read the folder") {
      _ = try ImageFolder(contentsOf: folder.file("none"), height: 4, width: 4)
    }
    try put([], "rose/notes.txt")
    expectFileError(.missing, folder.file("rose"), "the class has no picture") {
      _ = try ImageFolder(contentsOf: folder.url, height: 4, width: 4)
    }
  }

  /// A cached picture is read from memory after its file was deleted; one that did not fit into the
  /// limit is read from its file again.
  @Test func cache() throws {
    try put(jpeg(1, 2, 3), "rose/1.jpg")
    try put(jpeg(200, 2, 3), "rose/2.jpg")
    let set = try ImageFolder(contentsOf: folder.url, height: 4, width: 4, cacheLimit: 95)
    let none = try ImageFolder(contentsOf: folder.url, height: 4, width: 4)
    let batch = try set.batch(at: [1, 0])
    expectIdentical(try none.batch(at: [1, 0]).images, batch.images)
    for file in set.files { try FileManager.default.removeItem(at: file) }
    expectIdentical(try set.batch(at: [1]).images, batch.images[0..<1])
    expectFileError(.missing, folder.file("rose/1.jpg")) { _ = try set.batch(at: [0]) }
    expectFileError(.missing, folder.file("rose/2.jpg")) { _ = try none.batch(at: [1]) }
  }

  @Test func moreThan256Classes() throws {
    let bytes = try jpeg(9, 9, 9)
    for number in 0..<300 { try put(bytes, "class\(1000 + number)/1.jpg") }
    let set = try ImageFolder(contentsOf: folder.url)
    #expect(set.classNames.count == 300)
    #expect(try set.batch(at: [299, 256, 0]).labels.scalars == [299, 256, 0])
  }

  private let augmentation = Transforms {
    RandomResizedCrop(8)
    HorizontalFlip()
    ColorJitter(brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.2)
    Normalize.imageNet
    RandomErasing()
  }

  /// Pictures of several sizes, the colour of each by its number.
  private func putPictures(_ count: Int) throws {
    for number in 0..<count {
      let value = UInt8(number * 9)
      try put(
        jpeg(value, 255 - value, 90, side: Int32(12 + number % 5)),
        "\(["iris", "rose"][number % 2])/\(100 + number).jpg")
    }
  }

  @Test func sameBitsForAnyNumberOfWorkers() throws {
    try putPictures(22)
    let set = try ImageFolder(contentsOf: folder.url).transformed(by: augmentation)
    let cached = try ImageFolder(contentsOf: folder.url, cacheLimit: 4_000)
      .transformed(by: augmentation)
    typealias Loader = DataLoader<TransformedImages<ImageFolder>>
    func epochs(_ loader: Loader) -> [[[Float]]] {
      (0..<2).map { _ in loader.map { $0.images.scalars + $0.labels.scalars.map(Float.init) } }
    }
    func loader(_ set: TransformedImages<ImageFolder>, _ workers: Int) -> Loader {
      DataLoader(set, batchSize: 4, shuffle: true, seed: 7, workers: workers)
    }
    let reference = epochs(loader(set, 0))
    #expect(Set(reference.joined()).count == 12)
    for workers in 1...3 {
      #expect(epochs(loader(set, workers)) == reference)
      #expect(epochs(loader(cached, workers)) == reference)
    }
    // After a resume in the middle of the first epoch.
    let first = loader(set, 2)
    let iterator = first.makeIterator()
    for _ in 0..<3 { _ = iterator.next() }
    let resumed = DataLoader(set, batchSize: 4, shuffle: true, seed: 1, workers: 3)
    resumed.batchState = first.batchState
    #expect(epochs(resumed) == [Array(reference[0][3...]), reference[1]])
  }

  /// A truncated picture in the middle of an epoch: the loop gets its name, keeps its place, and
  /// goes on once the file is whole.
  @Test(arguments: 0...3)
  func truncatedWithinAnEpoch(workers: Int) throws {
    try putPictures(12)
    let set = try ImageFolder(contentsOf: folder.url).transformed(by: augmentation)
    let whole = DataLoader(set, batchSize: 2, seed: 3).map(\.images.scalars)
    let file = set.source.files[7]
    let bytes = try Data(contentsOf: file)
    try bytes.dropLast(30).write(to: file)

    let loader = DataLoader(set, batchSize: 2, seed: 3, workers: workers)
    var iterator = loader.makeIterator()
    for number in 0..<3 { #expect(try iterator.nextBatch()?.images.scalars == whole[number]) }
    expectFileError(.corrupt, file, "the picture ends too early") { _ = try iterator.nextBatch() }
    #expect(loader.position == .init(epoch: 0, batch: 3))
    #expect(set.source.check().map(\.path) == [file.path])

    try bytes.write(to: file)
    let resumed = DataLoader(set, batchSize: 2, seed: 3, workers: workers)
    resumed.batchState = loader.batchState
    #expect(resumed.map(\.images.scalars) == Array(whole[3...]))

    try bytes.dropLast(30).write(to: file)
    let skipping = try ImageFolder(contentsOf: folder.url, skipsUnreadable: true)
    let counts = DataLoader(
      skipping.transformed(by: augmentation), batchSize: 2, seed: 3, workers: workers
    ).map(\.count)
    #expect(counts == [2, 2, 2, 1, 2, 2])
    #expect(skipping.unreadable.map(\.path) == [file.path])
  }

  /// Errors of transforms name the file.
  @Test func sizesThatDoNotFit() throws {
    try putPictures(3)
    let set = try ImageFolder(contentsOf: folder.url)
    expectFileError(.unsupported, set.files[1], "the image is [3, 14, 14]", "[3, 12, 12]") {
      _ = try set.batch(at: [0, 1])
    }
    expectFileError(.unsupported, set.files[0], "RandomCrop of 13 by 13 is larger", "12 by 12") {
      _ = try set.transformed { RandomCrop(13) }.batch(at: [0])
    }
  }
}
#endif
