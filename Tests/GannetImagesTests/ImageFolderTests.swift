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
    let batch = set.batch(at: [2, 0, 1])
    #expect(batch.images.shape == [3, 3, 4, 6])
    #expect(batch.labels.scalars == [1, 0, 1])
    // JPEG keeps a plain colour but for a step or two.
    let means = batch.images.scalars
    for (index, expected) in [(0, 200), (24, 0), (48, 0), (72, 0), (120, 250), (144, 100)] {
      #expect(abs(means[index] * 255 - Float(expected)) <= 2, "element \(index)")
    }
    let grey = try ImageFolder(contentsOf: folder.url, height: 4, width: 6, channels: 1)
    #expect(grey.batch(at: [1]).images.shape == [1, 1, 4, 6])
    #expect(abs(grey.batch(at: [1]).images.scalars[0] * 255 - 100) <= 1)
  }

  @Test func damagedPicture() throws {
    try put(jpeg(1, 2, 3).dropLast(20), "rose/broken.jpg")
    expectFileError(.corrupt, folder.file("rose/broken.jpg"), "libjpeg-turbo: ") {
      _ = try ImageFolder(contentsOf: folder.url, height: 4, width: 4)
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

  @Test func limit() throws {
    try put(jpeg(1, 2, 3), "rose/1.jpg")
    try put(jpeg(1, 2, 3), "rose/2.jpg")
    _ = try ImageFolder(contentsOf: folder.url, height: 4, width: 4, maximumSize: 96)
    expectFileError(.tooLarge, folder.url, "2 pictures of 48 bytes exceed the limit of 95") {
      _ = try ImageFolder(contentsOf: folder.url, height: 4, width: 4, maximumSize: 95)
    }
  }
}
#endif
