import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct NumPyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A file of version `version` with the given header.
  private func npy(_ header: String, _ data: [UInt8], version: UInt8 = 1) throws -> URL {
    let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(header.utf8.count >> ($0 * 8) & 255) }
    return try folder.write(
      [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + data, "x.npy")
  }

  private func header(_ type: String, _ shape: String, columnMajor: Bool = false) -> String {
    let order = columnMajor ? "True" : "False"
    return "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }  \n"
  }

  @Test(arguments: [[2, 3], [6], [], [0, 4], [1, 2, 1, 3]])
  func roundTrip(shape: [Int]) throws {
    let count = shape.reduce(1, *)
    let url = folder.file("x.npy")
    let tensor = Tensor((0..<count).map { Float($0) / 3 }, shape: Shape(shape))
    try NPY.write(tensor, to: url)
    let read = try NPY.read(from: url)
    #expect(read.shape == tensor.shape && read.scalars == tensor.scalars)
    // The elements are aligned for readers that map the file.
    #expect(try Data(contentsOf: url).count - 4 * count == 128)

    let integers = IntTensor((0..<count).map { Int32($0) - 3 }, shape: Shape(shape))
    try NPY.write(integers, to: url)
    #expect(try NPY.readIntegers(from: url) == integers)
  }

  /// The bytes equal those of `numpy.save` for the same array.
  @Test func sameBytesAsNumPy() throws {
    let url = folder.file("x.npy")
    try NPY.write(Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]).transposed(), to: url)
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }"
    let expected =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(text.utf8)
      + [UInt8](repeating: 32, count: 118 - 1 - text.utf8.count) + [10]
      + [1, 4, 2, 5, 3, 6].flatMap { (value: Float) in
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
      }
    #expect(try Array(Data(contentsOf: url)) == expected)
  }

  @Test func elementTypesAndByteOrder() throws {
    let cases: [(String, [UInt8], [Float])] = [
      ("|b1", [0, 1], [0, 1]), ("|u1", [7, 255], [7, 255]), ("|i1", [7, 255], [7, -1]),
      ("<i2", [1, 0, 0, 128], [1, -32768]), (">i2", [0, 1, 128, 0], [1, -32768]),
      ("<u2", [255, 255], [65535]), (">u4", [0, 0, 1, 0], [256]), ("<i4", [0, 1, 0, 0], [256]),
      ("<i8", [2, 0, 0, 0, 0, 0, 0, 0], [2]), (">u8", [0, 0, 0, 0, 0, 0, 0, 2], [2]),
      ("<f2", [0, 0x3c], [1]), (">f4", [0x3f, 0x80, 0, 0], [1]), ("=f4", [0, 0, 0x80, 0x3f], [1]),
      (">f8", [0x3f, 0xf0, 0, 0, 0, 0, 0, 0], [1]),
    ]
    for (type, data, expected) in cases {
      let url = try npy(header(type, "(\(expected.count),)"), data)
      #expect(try NPY.read(from: url).scalars == expected, "\(type)")
      #expect(try NPY.readIntegers(from: url).scalars == expected.map { Int32($0) }, "\(type)")
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt8])
  func versions(version: UInt8) throws {
    let url = try npy(header("|u1", "(2,)"), [3, 4], version: version)
    #expect(try NPY.read(from: url).scalars == [3, 4])
  }

  /// Headers that NumPy 2.4 accepts, with their shape.
  @Test func spellings() throws {
    let rest = "'fortran_order': False"
    let cases: [(String, [Int])] = [
      // As Python 2 wrote them.
      ("{'descr': '<f4', \(rest), 'shape': (2L,), }\n", [2]),
      ("{'descr': '<f4', \(rest), 'shape': (2L, 1L), }\n", [2, 1]),
      ("{'descr': u'<f4', \(rest), 'shape': (2,)}\n", [2]),
      ("{'shape':(2,),'fortran_order':False,'descr':'<f4'}", [2]),
      ("{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (2,)}\n", [2]),
      ("{'descr': 'f4', \(rest), 'shape': (2,)}\n", [2]),
      ("{'descr': 'float32', \(rest), 'shape': (2,)}\n", [2]),
      ("{'descr': 'f', \(rest), 'shape': (2,)}\n", [2]),
      ("{'descr': '|f4', \(rest), 'shape': (2,)}\n", [2]),
      ("{'descr': '<f4', \(rest), 'shape': (1, 2,)}\n", [1, 2]),
      ("  {'descr': '<f4',\n\(rest),\t'shape': ( 2 , ) , }  \n\n", [2]),
      ("{'descr': '|b1', 'fortran_order': True, 'shape': (2,4)}", [2, 4]),
      ("{'descr': '?', \(rest), 'shape': (8,)}", [8]),
      ("{'descr': '|B', \(rest), 'shape': (8,)}", [8]),
      ("{'descr': '<l', \(rest), 'shape': (1,)}", [1]),
    ]
    for (text, shape) in cases {
      for version: UInt8 in [1, 2] {
        let url = try npy(text, [1, 0, 0, 0, 0, 0, 0, 0], version: version)
        #expect(try NPY.read(from: url).shape == Shape(shape), "\(text)")
      }
    }
    // NumPy rejects these, too.
    for text in ["(2l,)", "(2,,)", "[2]", "(2LL,)"] {
      let url = try npy(header("<f4", text), [1, 0, 0, 0, 0, 0, 0, 0])
      expectFileError(.corrupt, url, "expected") { _ = try NPY.read(from: url) }
    }
  }

  /// The first axis fastest: element [i, j, k] is at i + 2 j + 6 k.
  @Test func columnMajor() throws {
    let url = try npy(header("|u1", "(2, 3, 4)", columnMajor: true), Array(0..<24))
    let read = try NPY.read(from: url)
    #expect(read.shape == [2, 3, 4])
    var expected: [Float] = []
    for i in 0..<2 {
      for j in 0..<3 {
        for k in 0..<4 { expected.append(Float(i + 2 * j + 6 * k)) }
      }
    }
    #expect(read.scalars == expected)
    #expect(try NPY.readIntegers(from: url).scalars == expected.map { Int32($0) })
    #expect(try NPY.read(from: npy(header("|u1", "()", columnMajor: true), [5])).scalar == 5)
    #expect(
      try NPY.read(from: npy(header("|u1", "(0, 3)", columnMajor: true), [])).shape == [0, 3])
  }

  @Test func damaged() throws {
    let sound = header("|u1", "(2,)")
    let cases: [(String, [UInt8], FileError.Kind, String)] = [
      (sound, [1], .truncated, "[2] needs 2 bytes"),
      (sound, [1, 2, 3], .tooLarge, "longer than its header declares"),
      (header("|u1", "(99999999999,)"), [1], .truncated, "needs 99999999999 bytes"),
      (header("<f8", "(4611686018427387904,)"), [1], .corrupt, "impossible shape"),
      (header("|u1", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), [1], .corrupt, "impossible shape"),
      (header("|u1", "(-1,)"), [1], .corrupt, "a size expected"),
      (header("|O", "(1,)"), [1], .unsupported, "element type |O"),
      (header("<c8", "(1,)"), .init(repeating: 0, count: 8), .unsupported, "element type <c8"),
      (header("g4", "(1,)"), [0, 0, 0, 0], .unsupported, "element type g4"),
      (
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", [], .unsupported,
        "of a record"
      ),
      ("{'descr': '|u1', 'shape': (2,), }", [1, 2], .corrupt, "lacks its type, its order"),
      ("{'descr': '|u1', 'descr': '|u1'}", [], .corrupt, "second descr"),
      ("{'descr': '|u1', 'fortran_order': Maybe}", [], .corrupt, "True or False expected"),
      (sound + "x", [1, 2], .corrupt, "the end expected"),
      ("", [], .corrupt, "\"{\" expected"),
    ]
    for (header, data, kind, words) in cases {
      let url = try npy(header, data)
      expectFileError(kind, url, words) { _ = try NPY.read(from: url) }
    }
    for (bytes, kind) in [
      ([0x93] + Array("NUMPY".utf8), FileError.Kind.truncated),
      (Array("\u{93}NUMPY".utf8), .unsupported),
      (Array("PK, NUMPY".utf8), .unsupported),
      ([0x93] + Array("NUMPY".utf8) + [4, 0, 2, 0, 1, 1], .unsupported),
      ([0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255], .truncated),
    ] {
      let url = try folder.write(bytes, "y.npy")
      expectFileError(kind, url) { _ = try NPY.read(from: url) }
    }
  }

  @Test func valueWithoutCounterpart() throws {
    let url = try npy(header("<i4", "(2,)"), [0, 0, 0, 0, 1, 0, 0, 1])
    expectFileError(.unsupported, url, "element 1 of the array, of type int32, has no Float") {
      _ = try NPY.read(from: url)
    }
    #expect(try NPY.readIntegers(from: url).scalars == [0, 16_777_217])
    let half = try npy(header("<f4", "(1,)"), [0, 0, 0, 0x3f])
    expectFileError(.unsupported, half, "has no Int32") { _ = try NPY.readIntegers(from: half) }
  }
}
