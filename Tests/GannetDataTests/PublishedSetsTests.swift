import Foundation
import GannetData
import TestSupport
import Testing

/// Small files with the names and layouts of published sets, and whole ones of other content.
struct PublishedSetsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Images of one value for each label.
  private func put(
    _ name: String, _ labels: [UInt8], isCompressed: Bool = false, side: Int = 28
  ) throws {
    let pixels = labels.flatMap { [UInt8](repeating: $0, count: side * side) }
    let images = idx([labels.count, side, side], pixels)
    let ending = isCompressed ? ".gz" : ""
    let pack = isCompressed ? gzip : { $0 }
    try folder.write(pack(images), "\(name)-images-idx3-ubyte\(ending)")
    try folder.write(pack(idx([labels.count], labels)), "\(name)-labels-idx1-ubyte\(ending)")
  }

  @Test func digits() throws {
    try put("t10k", [3, 9, 0], isCompressed: true)
    let sets: [any ImageSet] = [
      try MNIST(split: .test, uncheckedFrom: folder.url),
      try KMNIST(split: .test, uncheckedFrom: folder.url),
    ]
    for set in sets {
      #expect(set.count == 3)
      #expect(set.classNames.count == 10)
      #expect((0..<3).map(set.label) == [3, 9, 0])
      #expect(try set.image(at: 1).pixels == .init(repeating: 9, count: 784))
    }
    #expect(
      try MNIST(split: .test, uncheckedFrom: folder.url).batch(at: [1]).images.shape == [
        1, 1, 28, 28,
      ])
    expectFileError(.missing, folder.file("train-images-idx3-ubyte.gz"), "no such file") {
      _ = try MNIST(split: .train, uncheckedFrom: folder.url)
    }
    // A compressed file is the published one, or refused.
    let images = folder.file("t10k-images-idx3-ubyte.gz")
    expectFileError(
      .corrupt, images, "not MNIST's file: md5sum gives", "9fb629c4189551a2d022fa330f9573f3"
    ) { _ = try MNIST(split: .test, directory: folder.url) }
    expectFileError(.corrupt, images, "not KMNIST's file", "5c965bf0a639b31b8f53240b1b52f4d7") {
      _ = try KMNIST(split: .test, directory: folder.url)
    }
  }

  /// Files that are not compressed are known by their content.
  @Test func content() throws {
    let images = folder.file("t10k-images-idx3-ubyte")
    try put("t10k", [1, 2])
    expectFileError(.unsupported, images, "[2, 28, 28]", "[10000, 28, 28]") {
      _ = try MNIST(split: .test, directory: folder.url)
    }
    let counts = [980, 1_135, 1_032, 1_010, 982, 892, 958, 1_028, 974, 1_009]
    let labels = counts.enumerated().flatMap { [UInt8](repeating: UInt8($0), count: $1) }
    try put("t10k", labels)
    #expect(try MNIST(split: .test, directory: folder.url).count == 10_000)
    expectFileError(
      .unsupported, folder.file("t10k-labels-idx1-ubyte"), "not KMNIST's", "[980, 1135"
    ) { _ = try KMNIST(split: .test, directory: folder.url) }

    // KMNIST's classes are as large as Fashion-MNIST's.
    let clothes = try FashionMNIST(split: .test).images
    try folder.write(idx([10_000, 28, 28], clothes.pixels), "t10k-images-idx3-ubyte")
    try folder.write(idx([10_000], clothes.labels), "t10k-labels-idx1-ubyte")
    expectFileError(.unsupported, images, "are Fashion-MNIST's", "folder of KMNIST") {
      _ = try KMNIST(split: .test, directory: folder.url)
    }
  }

  @Test func missingFiles() throws {
    guard try DatasetLocator("mnist").find("train-images-idx3-ubyte.gz") == nil else { return }
    expectFileError(
      .missing, URL(filePath: "train-images-idx3-ubyte.gz"), "is in none of", "Get MNIST from",
      "GANNET_DATA"
    ) { _ = try MNIST(split: .train, directory: folder.url) }
  }

  @Test func letters() throws {
    let name = "emnist-letters-test"
    try put(name, [1, 26, 5])
    var pixels = [UInt8](repeating: 0, count: 3 * 784)
    pixels[784 + 2 * 28 + 5] = 255  // row 2, column 5 of the second
    try folder.write(idx([3, 28, 28], pixels), "\(name)-images-idx3-ubyte")
    let set = try EMNIST(.letters, split: .test, uncheckedFrom: folder.url)
    #expect(set.images.labels == [0, 25, 4])
    #expect([0, 25, 4].map { set.classNames[$0] } == ["a", "z", "e"])
    #expect(set.image(at: 1).pixels[2 * 28 + 5] == 255)
    let upright = try EMNIST(.letters, split: .test, uncheckedFrom: folder.url, isUpright: true)
    #expect(upright.image(at: 1) == set.image(at: 1).transposed())
    #expect(upright.image(at: 1).pixels[5 * 28 + 2] == 255)
    expectFileError(
      .unsupported, folder.file("\(name)-images-idx3-ubyte"), "[3, 28, 28]", "[20800, 28, 28]"
    ) { _ = try EMNIST(.letters, split: .test, directory: folder.url) }
    #expect(EMNIST.Partition.allCases.map(\.classNames.count) == [62, 47, 47, 26, 10, 10])
    #expect(
      EMNIST.Partition.balanced.classNames[36...] == [
        "a", "b", "d", "e", "f", "g", "h", "n", "q", "r", "t",
      ])
  }

  /// Records of CIFAR: labels, and pixels from `first` on.
  private func record(_ labels: [UInt8], first: UInt8) -> [UInt8] {
    labels + (0..<3_072).map { first &+ UInt8($0 % 200) }
  }

  @Test func cifar10() throws {
    try folder.write(record([3], first: 1) + record([9], first: 2), "data_batch_1.bin")
    try folder.write(record([0], first: 3), "data_batch_4.bin")
    let set = try CIFAR10(split: .train, uncheckedFrom: folder.url)
    #expect((0..<3).map { set.classNames[set.label(at: $0)] } == ["cat", "truck", "airplane"])
    let batch = set.batch(at: [2])
    #expect(batch.images.shape == [1, 3, 32, 32])
    #expect(batch.images.scalars == record([], first: 3).map { Float($0) / 255 })
    #expect(set.image(at: 2).planes() == record([], first: 3))

    expectFileError(
      .truncated, folder.file("data_batch_1.bin"), "6146 bytes, where 30730000",
      "cifar-10-binary.tar.gz"
    ) {
      for number in [2, 3, 5] { try folder.write([], "data_batch_\(number).bin") }
      _ = try CIFAR10(split: .train, directory: folder.url)
    }
    try folder.write(.init(repeating: 1, count: 3_000), "test_batch.bin")
    expectFileError(.corrupt, folder.file("test_batch.bin"), "no multiple of 3073") {
      _ = try CIFAR10(split: .test, uncheckedFrom: folder.url)
    }
    try folder.write(record([10], first: 0), "test_batch.bin")
    expectFileError(.corrupt, folder.file("test_batch.bin"), "image 0 has label 10, where 0 to 9") {
      _ = try CIFAR10(split: .test, uncheckedFrom: folder.url)
    }
    try folder.write(gzip([1]), "test_batch.bin")
    expectFileError(.unsupported, folder.file("test_batch.bin"), "gzip", "a file of CIFAR-10") {
      _ = try CIFAR10(split: .test, uncheckedFrom: folder.url)
    }
  }

  @Test func wholeCIFAR10() throws {
    let records = (0..<10_000).flatMap { [UInt8($0 % 10)] + [UInt8](repeating: 7, count: 3_072) }
    try folder.write(records, "test_batch.bin")
    #expect(try CIFAR10(split: .test, directory: folder.url).count == 10_000)
    var uneven = records
    uneven[0] = 1
    try folder.write(uneven, "test_batch.bin")
    expectFileError(.corrupt, folder.url, "[999, 1001, 1000", "1000 each") {
      _ = try CIFAR10(split: .test, directory: folder.url)
    }
    try folder.write(records + [0], "test_batch.bin")
    expectFileError(.tooLarge, folder.file("test_batch.bin"), "30730001 bytes") {
      _ = try CIFAR10(split: .test, directory: folder.url)
    }
  }

  @Test func cifar100() throws {
    try folder.write(record([17, 47], first: 1) + record([4, 0], first: 2), "train.bin")
    let fine = try CIFAR100(split: .train, uncheckedFrom: folder.url)
    #expect((0..<2).map { fine.classNames[fine.label(at: $0)] } == ["maple_tree", "apple"])
    let coarse = try CIFAR100(split: .train, labels: .coarse, uncheckedFrom: folder.url)
    #expect(
      (0..<2).map { coarse.classNames[coarse.label(at: $0)] } == ["trees", "fruit_and_vegetables"])
    #expect(coarse.images.pixels == fine.images.pixels)
    #expect(fine.images.pixels.prefix(3) == [1, 2, 3])
    for names in [CIFAR100.fineNames, CIFAR100.coarseNames] { #expect(names == names.sorted()) }
    #expect((CIFAR100.fineNames.count, CIFAR100.coarseNames.count) == (100, 20))
    // The version for Python.
    try folder.write([0x80, 2], "test")
    expectFileError(.unsupported, folder.file("test"), "the version for Python of CIFAR-100") {
      _ = try CIFAR100(split: .test, uncheckedFrom: folder.url)
    }
  }

  @Test func md5() throws {
    let file = try folder.write("abc", "abc")
    try Digest.md5("900150983CD24FB0D6963F7D28E17F72").verify(file)
    expectFileError(.corrupt, file, "md5sum gives 900150983cd24fb0d6963f7d28e17f72") {
      try Digest.md5("0").verify(file)
    }
  }
}
