import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct NPZTests {
  let folder: TemporaryFolder
  let x = Tensor((0..<2_000).map { Float($0 % 7) }, shape: [40, 50])
  let y = IntTensor([7, -8])

  init() throws { folder = try TemporaryFolder() }

  private func archive(compressed: Bool) throws -> [UInt8] {
    let url = folder.file("x.npz")
    try NPZ.write(["x": x, "é": Tensor(1)], integers: ["y": y], to: url, compressed: compressed)
    return try Array(Data(contentsOf: url))
  }

  @Test(arguments: [false, true])
  func roundTrip(compressed: Bool) throws {
    let size = try archive(compressed: compressed).count
    #expect(compressed ? size < 2_000 : size > 8_000)
    let file = try NPZFile(folder.file("x.npz"))
    #expect(file.names == ["x", "y", "é"])
    #expect(try file.tensor("x").shape == [40, 50])
    #expect(try file.tensor("x").scalars == x.scalars)
    #expect(try file.integers("y") == y)
    #expect(try NPZ.read(from: folder.file("x.npz"))["y"]!.scalars == [7, -8])
    expectFileError(.missing, folder.file("x.npz"), "no array z", "x, y, é") {
      _ = try file.tensor("z")
    }
  }

  /// numpy.savez_compressed(b, x=array([[1, 2, 3], [4, 5, 6]], "f4"), y=array([7, -8], "i8"))
  @Test func compressedByNumPy() throws {
    let text =
      """
      UEsDBC0AAAAIAAAAIQB8nN6i//////////8FABQAeC5ucHkBABAAmAAAAAAAAABYAAAAAAAAAJvsF+obEMnIUMZQrZ6SWp\
      xcpG6loG6TZqKuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CsaaOgq1CmQDLgaGBnsGBgYHIALiBiBeAMQH\
      HABQSwMELQAAAAgAAAAhAPmbC7b//////////wUAFAB5Lm5weQEAEACQAAAAAAAAAEsAAAAAAAAAm+wX6hsQychQxlCtnp\
      JanFykbqWgbpNpoa6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALnYGCPjxHwIAUEsBAi0DLQAA\
      AAgAAAAhAHyc3qJYAAAAmAAAAAUAAAAAAAAAAAAAAIABAAAAAHgubnB5UEsBAi0DLQAAAAgAAAAhAPmbC7ZLAAAAkAAAAA\
      UAAAAAAAAAAAAAAIABjwAAAHkubnB5UEsFBgAAAAACAAIAZgAAABEBAAAAAA==
      """
    let url = try folder.write(Array(Data(base64Encoded: text)!), "numpy.npz")
    let read = try NPZ.read(from: url)
    #expect(read["x"]!.shape == [2, 3] && read["x"]!.scalars == [1, 2, 3, 4, 5, 6])
    #expect(read["y"]!.scalars == [7, -8])
  }

  /// numpy.savez(b, x=asfortranarray(arange(6, dtype=">f8").reshape(2, 3)))
  @Test func storedByNumPy() throws {
    let text =
      """
      UEsDBC0AAAAAAAAAIQBfBFBH//////////8FABQAeC5ucHkBABAAsAAAAAAAAACwAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2\
      NyJzogJz5mOCcsICdmb3J0cmFuX29yZGVyJzogVHJ1ZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAgICAgICAgICAgICAgICAg\
      ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAAAAAAABACAAAAAAAAD/wAAAAAAAAQBAAAA\
      AAAABAAAAAAAAAAEAUAAAAAAAAUEsBAi0DLQAAAAAAAAAhAF8EUEewAAAAsAAAAAUAAAAAAAAAAAAAAIABAAAAAHgubnB5\
      UEsFBgAAAAABAAEAMwAAAOcAAAAAAA==
      """
    let url = try folder.write(Array(Data(base64Encoded: text)!), "numpy.npz")
    let read = try NPZ.read(from: url)
    #expect(read["x"]!.shape == [2, 3] && read["x"]!.scalars == [0, 1, 2, 3, 4, 5])
  }

  /// An archive with a 64-bit directory, as those beyond 4 GB have, made from a small one.
  @Test func zip64() throws {
    let url = folder.file("x.npz")
    try NPZ.write(["x": Tensor([5])], to: url)
    var bytes = try Array(Data(contentsOf: url))
    let end = bytes.count - 22
    let directory = Int(bytes[end + 16]) + Int(bytes[end + 17]) << 8
    let size = bytes[directory + 24..<directory + 28]
    let wide = Array(size) + [0, 0, 0, 0]
    var entry = Array(bytes[directory..<end])
    entry.replaceSubrange(20..<28, with: [UInt8](repeating: 255, count: 8))
    entry[30] = 20
    entry += [1, 0, 16, 0] + wide + wide
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
    let record =
      [0x50, 0x4b, 6, 6] + number(44, 8) + number(45, 2) + number(45, 2) + number(0, 8)
      + number(1, 8) + number(1, 8) + number(entry.count, 8) + number(directory, 8)
    let locator =
      [0x50, 0x4b, 6, 7] + number(0, 4) + number(directory + entry.count, 8) + number(1, 4)
    let last =
      [0x50, 0x4b, 5, 6, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 12) + [0, 0]
    bytes = Array(bytes[..<directory]) + entry + record + locator + last
    #expect(try NPZ.read(from: folder.write(bytes, "wide.npz"))["x"]!.scalars == [5])
    // Without what the fields of all ones stand for.
    for broken in [directory + entry.count, directory + entry.count + 56] {
      var damaged = bytes
      damaged[broken] ^= 1
      let url = try folder.write(damaged, "damaged.npz")
      expectFileError(.corrupt, url, "Zip64") { _ = try NPZ.read(from: url) }
    }
    var withoutSizes = bytes
    withoutSizes[directory + 46 + 5] = 2
    let url2 = try folder.write(withoutSizes, "damaged.npz")
    expectFileError(.corrupt, url2, "sizes of x.npy") { _ = try NPZ.read(from: url2) }
  }

  @Test func damaged() throws {
    let sound = try archive(compressed: false)
    let end = sound.count - 22
    let directory = Int(sound[end + 16]) + Int(sound[end + 17]) << 8
    func change(_ index: Int, _ value: UInt8) -> [UInt8] {
      var bytes = sound
      bytes[index] = value
      return bytes
    }
    let cases: [([UInt8], FileError.Kind, String)] = [
      ([], .truncated, "an empty file, where a zip archive"),
      (Array("text".utf8), .unsupported, "not a zip archive"),
      (Array(sound.dropLast(1)), .truncated, "its end is missing"),
      (sound + [0], .truncated, "its end is missing"),
      (change(1_000, 77), .corrupt, "declared size or checksum"),
      (change(0, 0), .corrupt, "x.npy is not where the zip directory says"),
      (change(26, 255), .corrupt, "x.npy is not where the zip directory says"),
      (change(end + 4, 1), .unsupported, "several parts"),
      (change(end + 10, 9), .corrupt, "3 entries, where 9 were declared"),
      (change(end + 19, 1), .corrupt, "beyond the file's end"),
      (change(directory, 0), .corrupt, "zip directory is damaged"),
      (change(directory + 8, 1), .unsupported, "x.npy is encrypted"),
      (change(directory + 10, 12), .unsupported, "method 12"),
      (change(directory + 28, 200), .corrupt, "zip directory is damaged"),
      (change(directory + 23, 1), .corrupt, "overlaps what follows"),
      (change(directory + 25, 0), .corrupt, "cannot hold"),
      (change(directory + 10, 8), .corrupt, "the compressed data"),
    ]
    for (bytes, kind, words) in cases {
      let url = try folder.write(bytes, "damaged.npz")
      expectFileError(kind, url, words) { _ = try NPZ.read(from: url) }
    }
  }

  /// As in `numpy.load`, entries that begin with the magic number are arrays, with any suffix.
  @Test func entriesThatAreNoArrays() throws {
    let url = folder.file("readme.npz")
    let array = folder.file("x.npy")
    try NPY.write(Tensor([5, 6]), to: array)
    let content = try Array(Data(contentsOf: array))
    try OutputFile.write(to: url) { file in
      var archive = ZipWriter(file, path: url.path)
      let entries: [(String, [UInt8])] = [
        ("README.txt", Array("What is in it".utf8)), ("x.npy", content), ("folder/", []),
        ("bare", content), ("e\u{301}.npy", content), ("\u{e9}", Array("no array".utf8)),
      ]
      for (name, bytes) in entries {
        try bytes.withUnsafeBytes { try archive.add(name, $0, compressed: true) }
      }
      try archive.finish()
    }
    let read = try NPZ.read(from: url)
    #expect(Set(read.keys) == ["x", "bare", "e\u{301}"])
    #expect(read.values.allSatisfy { $0.scalars == [5, 6] })
    let file = try NPZFile(url)
    #expect(file.otherEntries == ["README.txt", "folder/", "\u{e9}"])
    expectFileError(.missing, url, "no array README.txt") { _ = try file.tensor("README.txt") }

    // An entry compressed by another method is rejected when it is read.
    var bytes = try Array(Data(contentsOf: url))
    let directory = bytes.firstRange(of: [0x50, 0x4b, 1, 2])!.lowerBound
    bytes[directory + 10] = 12
    let other = try folder.write(bytes, "other.npz")
    #expect(try NPZ.read(from: other).count == 3)
  }

  @Test func namesAreComparedByScalars() throws {
    let one = folder.file("one.npz")
    try NPZ.write(["\u{e9}": Tensor(1), "abc": Tensor(2)], to: one)
    var bytes = try Array(Data(contentsOf: one))
    let places = bytes.indices.filter { bytes[$0...].starts(with: Array("abc.npy".utf8)) }
    for place in places { bytes.replaceSubrange(place..<place + 3, with: "e\u{301}".utf8) }
    let url = try folder.write(bytes, "two.npz")
    let file = try NPZFile(url)
    #expect(try file.tensor("\u{e9}").scalar == 1 && file.tensor("e\u{301}").scalar == 2)
    expectFileError(.unsupported, url, "one by one with NPZFile") { _ = try NPZ.read(from: url) }
  }

  @Test func twoEntriesOfOneName() throws {
    let one = folder.file("one.npz")
    try NPZ.write(["a": Tensor(1), "b": Tensor(2)], to: one)
    var bytes = try Array(Data(contentsOf: one))
    let places = bytes.indices.filter { bytes[$0...].starts(with: Array("b.npy".utf8)) }
    #expect(places.count == 2)
    for place in places { bytes[place] = UInt8(ascii: "a") }
    let url = try folder.write(bytes, "twice.npz")
    expectFileError(.corrupt, url, "names a.npy twice") { _ = try NPZ.read(from: url) }
  }

  @Test func sameNameForTwoArrays() async {
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        // The first of several, in a defined order.
        let names = ["x", "y", "c", "z", "d", "b"]
        try NPZ.write(
          Dictionary(uniqueKeysWithValues: names.map { ($0, Tensor(1)) }),
          integers: Dictionary(uniqueKeysWithValues: names.map { ($0, IntTensor([1])) }),
          to: URL(fileURLWithPath: "/none"))
      }, "NPZ: the name b is used for two arrays")
  }
}
