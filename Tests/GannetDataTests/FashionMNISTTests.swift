import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

/// On the real files, which `scripts/test` installs.
struct FashionMNISTTests {
  @Test func train() throws {
    let set = try FashionMNIST(split: .train)
    #expect(set.count == 60_000)
    #expect(set.images.pixels.count == 60_000 * 784)
    var counts = [Int](repeating: 0, count: 10)
    for label in set.images.labels { counts[Int(label)] += 1 }
    #expect(counts == .init(repeating: 6_000, count: 10))
    // The set's known mean and standard deviation, 0.2860 and 0.3530.
    let sum = set.images.pixels.reduce(0) { $0 + Int($1) }
    let squares = set.images.pixels.reduce(0) { $0 + Int($1) * Int($1) }
    let mean = Double(sum) / 47_040_000 / 255
    #expect(abs(mean - 0.2860) < 5e-5)
    #expect(abs((Double(squares) / 47_040_000 / 65_025 - mean * mean).squareRoot() - 0.3530) < 5e-5)
    let batch = set.batch(at: [0, 59_999])
    #expect(batch.images.shape == [2, 1, 28, 28])
    #expect(
      batch.labels.scalars.map { FashionMNIST.classNames[Int($0)] } == ["ankle boot", "sandal"])
  }

  @Test func test() throws {
    let set = try FashionMNIST(split: .test)
    #expect(set.count == 10_000)
    #expect(set.images.labels.prefix(5) == [9, 2, 1, 1, 6])
  }

  @Test func anotherSet() throws {
    let folder = try TemporaryFolder()
    try folder.write(idx([1, 28, 28], .init(repeating: 0, count: 784)), "t10k-images-idx3-ubyte")
    try folder.write(idx([1], [0]), "t10k-labels-idx1-ubyte")
    expectFileError(.unsupported, folder.file("t10k-images-idx3-ubyte"), "[10000, 28, 28]") {
      _ = try FashionMNIST(split: .test, directory: folder.url)
    }
  }

  /// MNIST's digits have files of the same names, shapes and labels.
  @Test func digitsInItsFolder() throws {
    let folder = try TemporaryFolder()
    let images = "t10k-images-idx3-ubyte"
    try folder.write(idx([10_000, 28, 28], .init(repeating: 7, count: 7_840_000)), images)
    let labels = (0..<10_000).map { UInt8($0 % 10) }
    try folder.write(gzip(idx([10_000], labels)), "t10k-labels-idx1-ubyte.gz")
    expectFileError(
      .unsupported, folder.file(images), "not Fashion-MNIST's", "12728439", "digits",
      "init(split:uncheckedFrom:)"
    ) { _ = try FashionMNIST(split: .test, directory: folder.url) }
    let own = try FashionMNIST(split: .test, uncheckedFrom: folder.url)
    #expect(own.count == 10_000 && own.images.labels == labels)

    // The right images with other labels.
    try FileManager.default.removeItem(at: folder.file(images))
    let set = try FashionMNIST(split: .test)
    try folder.write(gzip(idx([10_000, 28, 28], set.images.pixels)), "\(images).gz")
    expectFileError(.unsupported, folder.file("t10k-labels-idx1-ubyte.gz"), "242bc73f") {
      _ = try FashionMNIST(split: .test, directory: folder.url)
    }
    // Recompressed files are the published ones.
    try folder.write(idx([10_000], set.images.labels), "t10k-labels-idx1-ubyte")
    try FileManager.default.removeItem(at: folder.file("t10k-labels-idx1-ubyte.gz"))
    #expect(try FashionMNIST(split: .test, directory: folder.url).count == 10_000)
  }

  @Test func ownDataComesFromItsFolderAlone() throws {
    let folder = try TemporaryFolder()
    try folder.write(idx([1, 28, 28], .init(repeating: 0, count: 784)), "train-images-idx3-ubyte")
    let labels = folder.file("train-labels-idx1-ubyte.gz")
    expectFileError(.missing, labels, "no such file") {
      _ = try FashionMNIST(split: .train, uncheckedFrom: folder.url)
    }
    try folder.write(idx([1], [9]), "train-labels-idx1-ubyte")
    #expect(try FashionMNIST(split: .train, uncheckedFrom: folder.url).images.labels == [9])
  }
}
