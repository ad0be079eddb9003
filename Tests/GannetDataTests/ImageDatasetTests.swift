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
    expectFileError(.corrupt, labels, "label 1, of 1 classes") {
      _ = try ImageDataset(images: images, labels: labels, classNames: ["only"])
    }
  }

  @Test func mistakes() async {
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
