import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct SafetensorsTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A file with this header and as many bytes of data.
  private func file(_ header: String, data: [UInt8] = [], _ name: String = "x.safetensors") throws
    -> URL
  {
    let length = UInt64(header.utf8.count)
    let prefix = (0..<8).map { UInt8(length >> ($0 * 8) & 255) }
    return try folder.write(prefix + Array(header.utf8) + data, name)
  }

  private func entry(_ name: String, _ type: String, _ shape: [Int], _ range: Range<Int>) -> String
  {
    """
    "\(name)":{"dtype":"\(type)","shape":\(shape),"data_offsets":[\(range.lowerBound),\
    \(range.upperBound)]}
    """
  }

  @Test func roundTrip() throws {
    let url = folder.file("net.safetensors")
    let weight = Tensor((0..<6).map { Float($0) / 3 - 1 }, shape: [2, 3])
    try Safetensors.write(
      [
        "net.0.weight": weight, "view": weight.transposed(), "scalar": Tensor(7),
        "empty": Tensor([], shape: [0, 4]), "quote \" \\ \n é": Tensor([.infinity, -0.0]),
      ],
      metadata: ["format": "pt", "note": "line 1\nline \"2\""], to: url)
    let read = try Safetensors.read(from: url)
    #expect(Set(read.keys) == ["net.0.weight", "view", "scalar", "empty", "quote \" \\ \n é"])
    #expect(read["net.0.weight"]!.shape == [2, 3])
    #expect(read["net.0.weight"]!.scalars == weight.scalars)
    #expect(read["view"]!.shape == [3, 2])
    #expect(read["view"]!.scalars == weight.transposed().scalars)
    #expect(read["scalar"]!.shape == [] && read["scalar"]!.scalar == 7)
    #expect(read["empty"]!.shape == [0, 4])
    #expect(read["quote \" \\ \n é"]!.scalars.map(\.bitPattern) == [0x7f80_0000, 0x8000_0000])
    let file = try SafetensorsFile(url)
    #expect(file.metadata == ["format": "pt", "note": "line 1\nline \"2\""])
    #expect(file.names == read.keys.sorted())
    #expect(file.shape("view") == [3, 2])
    #expect(file.shape("absent") == nil)
    expectFileError(.missing, url, "no tensor absent", "net.0.weight") {
      _ = try file.tensor("absent")
    }
  }

  /// Replacing a file leaves no temporary file; the data are aligned to eight bytes.
  @Test func replacesWhole() throws {
    let url = folder.file("net.safetensors")
    try Safetensors.write(["a": Tensor(zeros: [100_000])], to: url)
    try Safetensors.write(["a": Tensor([5])], to: url)
    #expect(try folder.contents == ["net.safetensors"])
    #expect(try Safetensors.read(from: url)["a"]!.scalars == [5])
    #expect(try Data(contentsOf: url).count % 8 == 4)
  }

  @Test func folderThatIsNotThere() throws {
    let url = folder.file("none").appendingPathComponent("net.safetensors")
    expectFileError(.missing, url, "No such file") {
      try Safetensors.write(["a": Tensor([5])], to: url)
    }
  }

  #if os(Linux)
  /// A failed write, as on a full disk, leaves the old file and no other.
  @Test func failedWrite() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let url = folder.file("net.safetensors")
      try Safetensors.write(["a": Tensor([5])], to: url)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1 << 16, rlim_max: 1 << 16)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      expectFileError(.unwritable, url, "File too large", "space left") {
        try Safetensors.write(["a": Tensor(zeros: [100_000])], to: url)
      }
      #expect(try Safetensors.read(from: url)["a"]!.scalars == [5])
      #expect(try folder.contents == ["net.safetensors"])
    }
  }
  #endif

  @Test func elementTypes() throws {
    func bytes<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
      values.flatMap { value in
        (0..<T.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
      }
    }
    let cases: [(String, [UInt8], [Float])] = [
      ("BOOL", [0, 1], [0, 1]),
      ("U8", [0, 255], [0, 255]),
      ("I8", [0x80, 0x7f], [-128, 127]),
      ("U16", bytes([1, 65535] as [UInt16]), [1, 65535]),
      ("I16", bytes([-32768, 7] as [Int16]), [-32768, 7]),
      ("U32", bytes([1 << 31, 7] as [UInt32]), [0x1p31, 7]),
      ("I32", bytes([-16_777_216, 7] as [Int32]), [-16_777_216, 7]),
      ("U64", bytes([1 << 63, 7] as [UInt64]), [0x1p63, 7]),
      ("I64", bytes([-3, 7] as [Int64]), [-3, 7]),
      // 1, -2, the smallest subnormal, the largest, infinity.
      (
        "F16", bytes([0x3c00, 0xc000, 1, 0x7bff, 0x7c00] as [UInt16]),
        [1, -2, 0x1p-24, 65504, .infinity]
      ),
      ("BF16", bytes([0x3f80, 0xc000] as [UInt16]), [1, -2]),
      ("F32", bytes([0x3f80_0000, 1] as [UInt32]), [1, .leastNonzeroMagnitude]),
      ("F64", bytes([(0.1).bitPattern, (-2.0).bitPattern]), [0.1, -2]),
    ]
    for (type, data, expected) in cases {
      let url = try file("{\(entry("x", type, [expected.count], 0..<data.count))}", data: data)
      #expect(try Safetensors.read(from: url)["x"]!.scalars == expected, "\(type)")
    }
    let nan = try file("{\(entry("x", "F16", [1], 0..<2))}", data: [0x01, 0x7e])
    #expect(try Safetensors.read(from: nan)["x"]!.scalar.isNaN)
  }

  @Test func integers() throws {
    let data: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]
    let url = try file("{\(entry("x", "I64", [2], 0..<16))}", data: data)
    expectFileError(.unsupported, url, "element 1 of x") {
      _ = try SafetensorsFile(url).integers("x")
    }
    // 2^32 - 1 isn't a float, either.
    expectFileError(.unsupported, url, "element 1 of x") { _ = try Safetensors.read(from: url) }
    let small = try file(
      "{\(entry("x", "I64", [2], 0..<16))}", data: Array(data.prefix(8) + data.prefix(8)))
    #expect(try SafetensorsFile(small).integers("x").scalars == [1, 1])
  }

  @Test func doubleThatNoFloatIsNear() throws {
    let bits = (1e300).bitPattern
    let data = (0..<8).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
    let url = try file("{\(entry("x", "F64", [1], 0..<8))}", data: data)
    expectFileError(.unsupported, url, "element 0 of x") { _ = try Safetensors.read(from: url) }
  }

  @Test(arguments: [[1, 2], [UInt8](repeating: 255, count: 20)])
  func headerBeyondTheFile(bytes: [UInt8]) throws {
    let url = try folder.write(bytes, "short.safetensors")
    expectFileError(.truncated, url) { _ = try Safetensors.read(from: url) }
  }

  @Test func damagedHeaders() throws {
    let sound = entry("x", "U8", [4], 0..<4)
    let cases: [(String, FileError.Kind, String)] = [
      ("{\(sound)", .corrupt, "\",\" expected"),
      ("", .corrupt, "\"{\" expected"),
      ("{\(sound)}}", .corrupt, "the end expected"),
      ("{\(sound),}", .corrupt, "\"\"\" expected"),
      ("{\(sound),\(sound)}", .corrupt, "names x twice"),
      (#"{"__metadata__":{},"__metadata__":{}}"#, .corrupt, "names __metadata__ twice"),
      (#"{"__metadata__":{"a":"1","a":"2"}}"#, .corrupt, "names a twice"),
      (#"{"__metadata__":{"a":1}}"#, .corrupt, "\"\"\" expected"),
      ("{\(entry("x", "F8", [4], 0..<4))}", .unsupported, "unknown type F8"),
      ("{\(entry("x", "U8", [5], 0..<4))}", .corrupt, "[5]"),
      ("{\(entry("x", "F32", [4], 0..<4))}", .corrupt, "[4]"),
      ("{\(entry("x", "U8", [1 << 62, 1 << 62, 4], 0..<4))}", .corrupt, "shape"),
      ("{\(entry("x", "U8", [0, 1 << 62, 1 << 62], 0..<0))}", .corrupt, "shape"),
      ("{\(entry("x", "U8", [1, 1, 1, 1, 1, 1, 1, 1, 4], 0..<4))}", .corrupt, "shape"),
      ("{\(entry("x", "U8", [8], 0..<8))}", .truncated, "end at byte"),
      ("{\(entry("x", "U8", [3], 0..<3))}", .tooLarge, "1 bytes follow"),
      ("{\(entry("x", "U8", [3], 1..<4))}", .corrupt, "x follows a gap"),
      ("{\(entry("x", "U8", [3], 0..<3)),\(entry("y", "U8", [2], 2..<4))}", .corrupt, "y overlaps"),
      (#"{"x":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}"#, .corrupt, "[4, 0]"),
      (#"{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4,4]}}"#, .corrupt, "two offsets"),
      (#"{"x":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}"#, .corrupt, "a size expected"),
      (#"{"x":{"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}}"#, .corrupt, "\",\" expected"),
      (#"{"x":{"shape":[4],"data_offsets":[0,4]}}"#, .corrupt, "lacks its type"),
      (
        #"{"x":{"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#, .corrupt,
        "second dtype"
      ),
      (
        #"{"x":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"z":[1}}}"#, .corrupt,
        "\"]\" expected"
      ),
      (#"{"x":{"dtype":"U8","shape":[4],"z":}}"#, .corrupt, "a value expected"),
      (#"{"x":null}"#, .corrupt, "\"{\" expected"),
      (#"{"__metadata__":nul}"#, .corrupt, "\"{\" expected"),
      (#"{"__metadata__":{"a":null}}"#, .corrupt, "\"\"\" expected"),
      ("{\(entry("x", "F8_E4M3", [1 << 62, 4], 0..<4))}", .corrupt, "shape"),
      ("{\(entry("x", "F8_E4M3", [4], 0..<8))}", .truncated, "end at byte"),
      (
        #"{"x":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, .corrupt,
        "a size"
      ),
      (#"{"\ud800":1}"#, .corrupt, "surrogate"),
      (#"{"\q":1}"#, .corrupt, "an escape"),
      (#"{"\u12":1}"#, .corrupt, "four hexadecimal digits"),
    ]
    for (header, kind, words) in cases {
      let url = try file(header, data: [1, 2, 3, 4])
      expectFileError(kind, url, words) { _ = try Safetensors.read(from: url) }
    }
  }

  /// An unsupported type is rejected when its tensor is read; others are readable, as in the Python
  /// package.
  @Test func typesThatAreNotKnown() throws {
    let entries = [
      entry("a", "F8_E4M3", [4], 0..<4), entry("b", "F32", [1], 4..<8),
      entry("c", "F4", [2, 2], 8..<10),
    ]
    let data: [UInt8] = [9, 9, 9, 9, 0, 0, 0x80, 0x3f, 9, 9]
    let url = try file("{\(entries.joined(separator: ","))}", data: data)
    let file = try SafetensorsFile(url)
    #expect(file.names == ["a", "b", "c"])
    #expect(file.shape("a") == [4] && file.shape("c") == [2, 2])
    #expect(try file.tensor("b").scalars == [1])
    for name in ["a", "c"] {
      expectFileError(.unsupported, url, "the tensor \(name) has the unknown type F") {
        _ = try file.tensor(name)
      }
    }
    expectFileError(.unsupported, url, "unknown type F8_E4M3", "SafetensorsFile") {
      _ = try Safetensors.read(from: url)
    }
  }

  /// As the Python package, safetensors 0.8, reads them.
  @Test(arguments: [
    #"{"__metadata__":null,"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"__metadata__" : null }"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":{"y":[1e-3,null],"]":"}"}}}"#,
    #"{"a":{"x":-1.5,"dtype":"F32","y":[],"shape":[1],"data_offsets":[0,4]}}"#,
  ])
  func headersOfOtherWriters(header: String) throws {
    let url = try file(header, data: [0, 0, 0x80, 0x3f])
    let file = try SafetensorsFile(url)
    #expect(file.metadata.isEmpty && file.names == ["a"])
    #expect(try file.tensor("a").scalars == [1])
  }

  /// Two spellings of é are two names; one dictionary cannot hold both.
  @Test func namesAreComparedByScalars() throws {
    let (composed, decomposed) = ("\u{e9}", "e\u{301}")
    let entries = [entry(composed, "U8", [1], 0..<1), entry(decomposed, "U8", [1], 1..<2)]
    let url = try file("{\(entries.joined(separator: ","))}", data: [7, 8])
    let file = try SafetensorsFile(url)
    #expect(file.names.map(\.utf8.count) == [3, 2])
    #expect(try file.tensor(composed).scalar == 7 && file.tensor(decomposed).scalar == 8)
    expectFileError(.unsupported, url, "two names read", "one by one with SafetensorsFile") {
      _ = try Safetensors.read(from: url)
    }
    let one = try self.file("{\(entries[0])}", data: [7])
    expectFileError(.missing, one, "U+E9, the one asked for U+65 U+301") {
      _ = try SafetensorsFile(one).tensor(decomposed)
    }
    let twice = try self.file("{\(entries[0]),\(entries[0])}", data: [7])
    expectFileError(.corrupt, twice, "twice") { _ = try SafetensorsFile(twice) }
  }

  @Test func escapesInNames() throws {
    let url = try file(
      #"{ "\u00e9\ud83d\ude00\n\/" : {"dtype":"U8","shape":[],"data_offsets":[0,1]} } "#, data: [9])
    let read = try Safetensors.read(from: url)
    #expect(read["é😀\n/"]?.scalar == 9)
  }
}
