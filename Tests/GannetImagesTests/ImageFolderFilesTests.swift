#if Images
import Foundation
import GannetData
import GannetImages
import TestSupport
import Testing

/// The selection of files in a folder, compared to torchvision's `ImageFolder`.
struct ImageFolderFilesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes a picture of one pixel, of the grey `value`, or other bytes.
  private func put(_ path: String, _ value: UInt8 = 0, bytes: [UInt8]? = nil) throws {
    let url = folder.file(path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes ?? png(width: 1, depth: 8, colours: 0, rows: [[value]])).write(to: url)
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.file(path).path, withDestinationPath: target)
  }

  private func read(
    _ path: String = "set", classNames: [String]? = nil, allowsEmptyClasses: Bool = false,
    skipsUnreadable: Bool = false
  ) throws -> ImageFolder {
    try ImageFolder(
      contentsOf: folder.file(path), height: 1, width: 1, channels: 1, classNames: classNames,
      allowsEmptyClasses: allowsEmptyClasses, skipsUnreadable: skipsUnreadable)
  }

  /// The pixels of all pictures, or the first error.
  private func pixels(_ set: ImageFolder) throws -> [UInt8] {
    try (0..<set.count).flatMap { try set.image(at: $0).pixels }
  }

  @Test func nestedPictures() throws {
    for (value, path) in zip(
      UInt8(0)...,
      ["set/a/z.png", "set/a-b/x.png", "set/b/p/1.png", "set/b/p-q/2.PNG", "set/b/9.png"])
    { try put(path, value) }
    try put("set/b/p/q/r/3.Png", 9)
    try put("set/b/.git/4.png", bytes: [])
    try put("set/b/p/._1.png", bytes: [])
    try put("set/.trash/5.png", bytes: [])
    try put("set/b/notes.txt", bytes: [])
    let set = try read()
    #expect(set.classNames == ["a", "a-b", "b"])
    // The folders are b, b/p, b/p-q, b/p/q/r, in the order of their paths.
    #expect(try pixels(set) == [0, 1, 4, 2, 3, 9])
    #expect(set.labels == [0, 1, 2, 2, 2, 2])
    #expect(set.files.map(\.lastPathComponent).suffix(4) == ["9.png", "1.png", "2.PNG", "3.Png"])
  }

  @Test func links() throws {
    try put("set/a/1.png", 1)
    try put("elsewhere/2.png", 2)
    try put("elsewhere/deep/3.png", 3)
    try link("set/b", to: "../elsewhere")
    try link("set/a/4.png", to: "../../elsewhere/2.png")
    try link("set/a/c", to: "../../elsewhere/deep")
    try link("link", to: "set")
    for path in ["set", "link"] {
      let set = try read(path)
      #expect(set.classNames == ["a", "b"])
      #expect(try pixels(set) == [1, 2, 3, 2, 3])
    }
    // In a circle.
    try link("elsewhere/deep/up", to: "..")
    try link("set/a/all", to: "../../set")
    let all = try pixels(read("link"))
    #expect(all.suffix(2) == [2, 3])
    #expect(all.count < 20)
    // A dangling link is an unreadable picture.
    try link("set/a/5.png", to: "nowhere.png")
    expectFileError(.missing, folder.file("set/a/5.png")) { _ = try pixels(read()) }
  }

  @Test func unreadablePicturesAreSkipped() throws {
    try put("set/a/1.png", 1)
    try put("set/a/2.png", bytes: [1, 2, 3])
    try put("set/a/3.jpg", bytes: [])
    try put("set/b/4.png", 4)
    try put("set/b/5.webp", bytes: Array("RIFF".utf8))
    try put("set/b/6.png", 6)
    let strict = try read()
    expectFileError(.unsupported, folder.file("set/a/2.png"), "neither a PNG nor a JPEG") {
      _ = try strict.batch(at: [0, 1])
    }
    let names = ["/a/2.png", "/a/3.jpg", "b/5.webp"]
    #expect(strict.check().map { String($0.path.suffix(8)) } == names)
    #expect(strict.unreadable.map { String($0.path.suffix(8)) } == ["/a/2.png"])

    let set = try read(skipsUnreadable: true)
    let batch = try set.batch(at: Array(0..<6))
    #expect(batch.images.scalars == [1, 4, 6].map { $0 / 255 as Float })
    #expect(batch.labels.scalars == [0, 1, 1])
    #expect(set.unreadable.map { String($0.path.suffix(8)) } == names)
    // A batch of nothing else is an error.
    expectFileError(.unsupported, folder.file("set/a/2.png")) { _ = try set.batch(at: [1, 2]) }
    try FileManager.default.removeItem(at: folder.file("set/a/2.png"))
    #expect(try read().check().count == 2)
  }

  @Test func classesOfAnotherFolder() throws {
    for path in ["set/cat/1.png", "set/dog/2.png", "set/eel/3.png"] { try put(path) }
    try put("validation/eel/1.png")
    try put("validation/cat/1.png")
    let names = try read().classNames
    let validation = try read("validation", classNames: names)
    #expect(validation.labels == [0, 2])
    #expect(validation.classNames == ["cat", "dog", "eel"])
    #expect(try read("validation", classNames: ["eel", "cat"]).labels == [1, 0])
    expectFileError(.unsupported, folder.file("validation/eel"), "none of the 2 classes") {
      _ = try read("validation", classNames: ["cat", "dog"])
    }
    // Names that look alike are two.
    try put("accents/caf\u{e9}/1.png")
    try put("accents/cafe\u{301}/2.png")
    let accents = try read("accents", classNames: ["caf\u{e9}", "cafe\u{301}"])
    #expect(accents.labels == [1, 0])
  }

  @Test func emptyClasses() throws {
    try put("set/a/1.png", 1)
    try put("set/b/none.txt", bytes: [])
    try put("set/c/2.png", 2)
    expectFileError(.missing, folder.file("set/b"), "the class has no picture") { _ = try read() }
    let set = try read(allowsEmptyClasses: true)
    #expect(set.classNames == ["a", "b", "c"])
    #expect(set.labels == [0, 2])
  }

  /// Names of bytes that are no text: é in Latin 1.
  @Test func namesThatAreNotUTF8() throws {
    try put("set/a/1.png", 7)
    let root = Array(folder.file("set").path.utf8)
    let name: [UInt8] = [0x63, 0x61, 0x66, 0xe9]
    func path(_ parts: [UInt8]) -> [CChar] { (root + parts).map { CChar(bitPattern: $0) } + [0] }
    let file = path(Array("/a/".utf8) + name + Array(".png".utf8))
    // Not every file system takes such names.
    guard rename(path(Array("/a/1.png".utf8)), file) == 0 else { return }
    #expect(mkdir(path([0x2f] + name), 0o755) == 0)
    try put("set/a/2.png", 8)
    let inner = path([0x2f] + name + Array("/3.png".utf8))
    #expect(rename(path(Array("/a/2.png".utf8)), inner) == 0)
    let set = try read()
    #expect(try pixels(set) == [7, 8])
    #expect(set.classNames == ["a", "caf\u{fffd}"])
    for (file, value) in zip(set.files, [7, 8] as [UInt8]) {
      #expect(try RasterImage(contentsOf: file).pixels[0] == value)
    }
    #expect(truncate(file, 3) == 0)
    let error = #expect(throws: FileError.self) { try pixels(read()) }
    #expect(error?.path.hasSuffix("/a/caf\u{fffd}.png") == true)
    #expect(try read().check().count == 1)
  }
}
#endif
