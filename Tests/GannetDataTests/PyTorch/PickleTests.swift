import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

/// Hostile and damaged pickles.
struct PickleTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(
    _ pickle: [UInt8], floats: Int = 6, others: [(String, [UInt8])] = [], compressed: Bool = false
  ) throws -> URL {
    let bytes = (0..<floats).flatMap { number in
      (0..<4).map { UInt8(truncatingIfNeeded: Float(number).bitPattern >> ($0 * 8)) }
    }
    let archive = try pyTorchArchive(
      pickle, storages: [("0", bytes)], others: others, compressed: compressed)
    return try folder.write(archive, "x.pt")
  }

  private func tensor(
    _ shape: [Int], _ strides: [Int], offset: Int = 0, key: String = "0", count: Int = 6
  ) throws -> URL {
    try file(
      Pickled.file([
        ("a", Pickled.tensor(shape, strides: strides, offset: offset, key: key, count: count))
      ]))
  }

  @Test func aTensorByHand() throws {
    #expect(try PyTorch.read(from: tensor([3, 2], [1, 3]))["a"]!.scalars == [0, 3, 1, 4, 2, 5])
    #expect(try PyTorch.read(from: tensor([2], [2], offset: 3))["a"]!.scalars == [3, 5])
  }

  @Test func bytesInTheOtherOrder() throws {
    let pickle = Pickled.file([("a", Pickled.tensor([2], strides: [1], count: 2))])
    func archive(_ order: String) throws -> URL {
      let bytes: [UInt8] = [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]
      return try folder.write(
        pyTorchArchive(
          pickle, storages: [("0", bytes)], others: [("byteorder", Array(order.utf8))]),
        "\(order).pt")
    }
    #expect(try PyTorch.read(from: archive("big"))["a"]!.scalars == [1, -2])
    let middle = try archive("middle")
    expectFileError(.corrupt, middle, "order of bytes") { _ = try PyTorch.read(from: middle) }
  }

  /// Views beyond their storage, overlapping ones without bound, and numbers that overflow.
  @Test(arguments: [
    ([7], [1], 0), ([6], [1], 1), ([2], [6], 0), ([2], [-1], 3), ([-1], [1], 0), ([2], [1], -1),
    ([1 << 40], [0], 0), ([2, 2, 2], [0, 0, 1], 0), ([3, 2], [1], 0), ([2, 3], [.max, .max], 0),
    ([2], [1], .max), ([1 << 62, 1 << 62], [1, 1], 0), ([0, 1 << 62, 1 << 62], [1, 1, 1], 0),
    ([1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1], 0),
  ])
  func viewsBeyondTheirStorage(shape: [Int], strides: [Int], offset: Int) throws {
    let url = try tensor(shape, strides, offset: offset)
    expectFileError(.corrupt, url, "storage does not hold") { _ = try PyTorch.read(from: url) }
  }

  @Test func storagesOfOtherSizes() throws {
    for count in [5, 7, .max / 2, .max] {
      let url = try tensor([2], [1], count: count)
      expectFileError(.corrupt, url, "24 bytes for a", "\(count) elements") {
        _ = try PyTorch.read(from: url)
      }
    }
    let absent = try tensor([2], [1], key: "../0")
    expectFileError(.corrupt, absent, "lacks the elements of a") {
      _ = try PyTorch.read(from: absent)
    }
  }

  /// Many different views of one storage, of which each alone is small enough.
  @Test func overlappingTensors() throws {
    func views(_ count: Int) throws -> URL {
      try file(
        Pickled.file(
          (0..<count).map { number in
            ("\(number)", Pickled.tensor([1_000], strides: [1], offset: number, count: 2_000))
          }), floats: 2_000)
    }
    #expect(try PyTorch.read(from: views(16)).count == 16)
    let url = try views(17)
    expectFileError(.tooLarge, url, "overlap", "PyTorchFile") { _ = try PyTorch.read(from: url) }
    #expect(try PyTorchFile(url).tensor("16")[0].scalar == 16)
  }

  /// Equal views are one tensor, however many names they have.
  @Test func tiedTensors() throws {
    let one = Pickled.tensor([6], strides: [1], count: 6)
    let read = try PyTorch.read(from: file(Pickled.file((0..<100).map { ("\($0)", one) })))
    #expect(read.count == 100 && read["99"]!.scalars == [0, 1, 2, 3, 4, 5])
  }

  @Test func codeIsRefusedByName() throws {
    let eval = Pickled.global("builtins", "eval") + Pickled.tuple([Pickled.text("1")]) + [0x52]
    let byName =
      Pickled.text("posix") + Pickled.text("system") + [0x93]
      + Pickled.tuple([Pickled.text("true")]) + [0x52]
    for (code, name) in [(eval, "builtins.eval"), (byName, "posix.system")] {
      let url = try file(Pickled.file([("a", code)]))
      expectFileError(.unsupported, url, name, "state dictionary alone") {
        _ = try PyTorch.read(from: url)
      }
    }
    // An object by class and arguments, and one of protocol 0.
    for operation in ["\u{81}", "i", "o", "P", "\u{82}", "I"] {
      let byte = UInt8(operation.unicodeScalars.first!.value)
      let url = try file(Pickled.start + [byte] + Pickled.end)
      expectFileError(.unsupported, url, "operation 0x\(String(byte, radix: 16))") {
        _ = try PyTorch.read(from: url)
      }
    }
  }

  @Test func damagedPickles() throws {
    let orderedDict = Pickled.global("collections", "OrderedDict")
    let cases: [([UInt8], String)] = [
      ([], "1 bytes are missing"), ([0x80, 9], "unknown protocol"), ([0x28], "does not begin"),
      (Pickled.start, "1 bytes are missing"), (Pickled.start + Pickled.end, "a value is missing"),
      (Pickled.start + [0x4e, 0x4e] + Pickled.end, "several values"),
      (Pickled.start + [0x28, 0x4e] + Pickled.end, "several values"),
      (Pickled.start + [0x58, 0xff, 0xff, 0xff, 0xff], "4294967295 bytes are missing"),
      (Pickled.start + [0x8d] + [UInt8](repeating: 0xff, count: 8), "a size that is impossible"),
      (Pickled.start + [0x8b, 0, 0, 0, 0x80], "a size that is impossible"),
      (Pickled.start + [0x8c, 1, 0xff], "not UTF-8"), (Pickled.start + [0x68, 3], "3 is not"),
      (Pickled.start + [0x63, 0x61], "a line has no end"), (Pickled.start + [0x74], "a mark"),
      (Pickled.start + [0x28, 0x71, 0], "a value is missing"),
      (Pickled.start + [0x4e, 0x61], "a value is missing"),
      (Pickled.start + [0x4e, 0x73], "values are missing"),
      (Pickled.start + [0x4e, 0x4e, 0x61], "no list"),
      (Pickled.start + [0x7d, 0x28, 0x4e, 0x75], "a key without a value"),
      (Pickled.start + [0x5d, 0x4e, 0x4e, 0x73], "no dictionary"),
      (Pickled.start + [0x5d, 0x4e, 0x62], "attributes of no dictionary"),
      (Pickled.start + [0x4e, 0x51], "a storage that is none"),
      (Pickled.start + [0x4e, 0x4e, 0x52], "a call of no function"),
      (Pickled.start + orderedDict + [0x4e, 0x85, 0x52], "arguments that do not fit"),
      (Pickled.start + [0x4e, 0x4e, 0x93], "a class without a name"),
    ]
    for (pickle, words) in cases {
      let url = try file(pickle)
      expectFileError(.corrupt, url, words) { _ = try PyTorch.read(from: url) }
    }
    let tensor = Pickled.tensor([6], strides: [1], count: 6)
    let twice = try file(Pickled.file([("a", tensor), ("a", tensor)]))
    expectFileError(.corrupt, twice, "two tensors a") { _ = try PyTorch.read(from: twice) }
  }

  /// A list in itself, tuples nested a million deep, and lists that double a hundred times.
  @Test func structuresWithoutEnd() throws {
    let tensor = Pickled.tensor([6], strides: [1], count: 6)
    let itself: [UInt8] = [0x5d, 0x71, 1, 0x68, 1, 0x61]
    let deep = [0x29] + [UInt8](repeating: 0x85, count: 1_000_000)
    let doubling = [0x5d] + [[UInt8]](repeating: [0x32, 0x86], count: 100).joined()
    let url = try file(
      Pickled.file([("itself", itself), ("deep", deep), ("many", doubling), ("a", tensor)]))
    #expect(try PyTorchFile(url).otherEntries == ["deep", "itself", "many"])
    #expect(try PyTorch.read(from: url)["a"]!.count == 6)
    // A dictionary that is its own only dictionary has no tensors.
    let loop = try file(Pickled.start + [0x7d, 0x71, 1, 0x8c, 1, 0x61, 0x68, 1, 0x73, 0x2e])
    expectFileError(.unsupported, loop, "no dictionary of tensors") {
      _ = try PyTorch.read(from: loop)
    }
  }

  @Test func compressedPickles() throws {
    let pickle = Pickled.file([("a", Pickled.tensor([6], strides: [1], count: 6))])
    let url = try file(pickle, compressed: true)
    expectFileError(.tooLarge, url, "compressed") { _ = try PyTorch.read(from: url) }
  }

  @Test func lazyNegation() throws {
    var tensor = Pickled.tensor([6], strides: [1], count: 6)
    // A seventh argument before the end of the tuple and the call.
    tensor.insert(contentsOf: Pickled.dictionary([("neg", [0x88])]), at: tensor.count - 2)
    let url = try file(Pickled.file([("a", tensor)]))
    expectFileError(.unsupported, url, "negated", "resolve_neg") {
      _ = try PyTorch.read(from: url)
    }
  }

  @Test func wideIntegers() throws {
    // 2^100 and its negative take 13 bytes; -1 may have any number of them.
    let wide = [0x8a, 13] + [UInt8](repeating: 0, count: 12) + [16]
    let minusOne = [0x8a, 12] + [UInt8](repeating: 0xff, count: 12)
    let url = try file(
      Pickled.file([
        ("wide", wide), ("none", [0x8a, 0]), ("a", Pickled.tensor([6], strides: [1], count: 6)),
      ]))
    #expect(try PyTorchFile(url).otherEntries == ["none", "wide"])
    let keyed = Pickled.start + [0x7d, 0x28] + minusOne + [0x4e] + Pickled.text("a")
    let tensor = Pickled.tensor([6], strides: [1], count: 6)
    #expect(try PyTorchFile(file(keyed + tensor + [0x75, 0x2e])).otherEntries == ["-1"])
  }
}
