import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct ImageDatasetTests {
  let folder: TemporaryFolder
  let set: ImageDataset
  let pixels = (0..<36).map { UInt8($0 * 7) }

  init() throws {
    folder = try TemporaryFolder()
    set = ImageDataset(
      pixels: pixels, labels: [2, 0, 1], channels: 3, height: 2, width: 2,
      classNames: ["a", "b", "c"])
  }

  @Test func batch() {
    let batch = set.batch(at: [2, 0, 2])
    #expect(batch.count == 3)
    #expect(batch.images.shape == [3, 3, 2, 2])
    let expected = (pixels[24...] + pixels[..<12] + pixels[24...]).map { Float($0) / 255 }
    #expect(batch.images.scalars == expected)
    #expect(batch.labels.shape == [3])
    #expect(batch.labels.scalars == [1, 2, 1])
    #expect(set.batch(at: []).images.shape == [0, 3, 2, 2])
  }

  /// Every byte, as PyTorch's `ToTensor` converts it: divided, not multiplied by a reciprocal.
  @Test func conversionIsExact() {
    let bytes = Array(UInt8.min...UInt8.max)
    let set = ImageDataset(
      pixels: bytes, labels: [0], channels: 1, height: 16, width: 16, classNames: ["all"])
    #expect(set.batch(at: [0]).images.scalars == bytes.map { Float($0) / 255 })
  }

  @Test func relabeled() {
    #expect(set.relabeled([0, 0, 2]).batch(at: [0, 1, 2]).labels.scalars == [0, 0, 2])
  }

  /// Beside Pillow's bilinear filter, which torchvision's `Resize` calls.
  @Test(arguments: [
    (7, 9, [5, 13, 34, 60, 114, 168, 152, 125, 115, 76, 88, 119], 16_974),
    (3, 2, [100, 130, 116, 173, 121, 103, 151, 172, 149, 127, 158, 132], 1_632),
    (5, 11, [5, 7, 25, 42, 70, 114, 158, 161, 140, 118, 115, 129], 14_750),
    (2, 4, [94, 112, 170, 138, 136, 59, 208, 82, 124, 156, 192, 116], 2_157),
  ])
  func resized(height: Int, width: Int, start: [UInt8], sum: Int) {
    let pixels = (0..<40).map { (i: Int) -> UInt8 in
      let value = i * i * 37 + i * 11 + 5
      return UInt8(value % 256)
    }
    let set = ImageDataset(
      pixels: pixels, labels: [0], channels: 2, height: 5, width: 4, classNames: ["a"])
    let resized = set.resized(height: 12, width: 1).resized(height: height, width: width)
    #expect((resized.height, resized.width) == (height, width))
    #expect(resized.pixels == pixels)
    let images = resized.batch(at: [0]).images
    #expect(images.shape == [1, 2, height, width])
    let bytes = images.scalars.map { UInt8(($0 * 255).rounded()) }
    #expect(images.scalars == bytes.map { Float($0) / 255 })
    #expect(Array(bytes.prefix(12)) == start)
    #expect(bytes.reduce(0) { $0 + Int($1) } == sum)
    #expect(
      resized.resized(height: 5, width: 4).batch(at: [0]).images.scalars
        == set.batch(at: [0]).images.scalars)
    #expect(resized.relabeled([0]).batch(at: [0]).images.shape == [1, 2, height, width])
  }

  /// All pixels of the first 100 test images, by sums weighted by position, from Pillow.
  @Test(arguments: [(96, 8_662_254_053), (16, 255_689_651), (224, 47_215_140_565)])
  func resizedFashionMNIST(side: Int, sum: Int) throws {
    let set = try FashionMNIST(split: .test).images.resized(height: side, width: side)
    let images = set.batch(at: Array(0..<100)).images
    let size = side * side
    var weighted = 0
    for (index, value) in images.scalars.enumerated() {
      weighted += Int((value * 255).rounded()) * (index % size % 251 + 1)
    }
    #expect(weighted == sum)
  }

  @Test func files() throws {
    let images = try folder.write(gzip(idx([2, 3, 4], Array(0..<24))), "images.gz")
    let labels = try folder.write(idx([2], [1, 0]), "labels")
    let set = try ImageDataset(images: images, labels: labels)
    #expect(set.count == 2)
    #expect((set.channels, set.height, set.width) == (1, 3, 4))
    #expect(set.classNames == ["0", "1"])
    #expect(set.batch(at: [1]).images.scalars == (12..<24).map { Float($0) / 255 })

    let three = try folder.write(idx([3], [0, 1, 1]), "three")
    expectFileError(.corrupt, three, "3 labels", "images.gz has 2 images") {
      _ = try ImageDataset(images: images, labels: three)
    }
    expectFileError(.unsupported, labels, "labels are 0 to 1, where 0 to 0", "of 1 classes") {
      _ = try ImageDataset(images: images, labels: labels, classNames: ["only"])
    }
  }

  /// EMNIST's letters are 1 to 26.
  @Test func labelsThatCountFromOne() throws {
    let folder = try TemporaryFolder()
    let images = try folder.write(idx([3, 1, 1], [5, 6, 7]), "images")
    let labels = try folder.write(idx([3], [1, 3, 2]), "labels")
    let names = ["a", "b", "c"]
    expectFileError(
      .unsupported, labels, "labels are 1 to 3, where 0 to 2 were expected", "firstLabel: 1"
    ) { _ = try ImageDataset(images: images, labels: labels, classNames: names) }
    let set = try ImageDataset(images: images, labels: labels, classNames: names, firstLabel: 1)
    #expect(set.labels == [0, 2, 1])
    #expect(
      try ImageDataset(images: images, labels: labels, firstLabel: 1).classNames == ["1", "2", "3"])
    expectFileError(.unsupported, labels, "where 2 to 4") {
      _ = try ImageDataset(images: images, labels: labels, classNames: names, firstLabel: 2)
    }
  }

  @Test func mistakes() async {
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = ImageDataset(
          pixels: [1], labels: [0], channels: 1, height: 1, width: 1, classNames: ["a"]
        ).resized(height: 0, width: 3)
      }, "ImageDataset: images of 0 rows of 3 pixels are impossible")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = ImageDataset(
          pixels: [1, 2, 3], labels: [0], channels: 1, height: 2, width: 2, classNames: ["a"])
      }, "ImageDataset: 3 bytes don't make 1 images of shape [1, 2, 2]")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = ImageDataset(
          pixels: [1], labels: [1], channels: 1, height: 1, width: 1, classNames: ["a"])
      }, "ImageDataset: label 1 has no name, there are 1")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        let set = ImageDataset(
          pixels: [1], labels: [0], channels: 1, height: 1, width: 1, classNames: ["a"])
        _ = set.batch(at: [0, 1])
      }, "ImageDataset: an index of [0, 1] is out of range for 1 examples")
  }
}
