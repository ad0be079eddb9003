import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

/// Damaged files of every format must not crash a reader or make it allocate memory out of
/// proportion.
struct FuzzTests {
  @Test func idxFiles() async {
    await #expect(processExitsWith: .success) {
      try fuzz("x.idx", [idx([3, 4, 5], Array(0..<60)), idx([0, 2, 2], [])]) { url in
        let array = try IDX(contentsOf: url, rank: 3)
        #expect(array.bytes.count == array.shape.reduce(1, *))
      }
    }
  }

  @Test func gzipFiles() async {
    await #expect(processExitsWith: .success) {
      let sound = [idx([30, 4, 5], (0..<600).map { UInt8($0 % 7) })]
      try fuzz("x.idx.gz", sound, seal: gzip) { _ = try IDX(contentsOf: $0, rank: 3) }
    }
  }

  @Test func gzipContent() async {
    await #expect(processExitsWith: .success) {
      let sound = [[], [1, 2, 3], [UInt8](repeating: 0, count: 3_000)]
      func padded(_ bytes: [UInt8]) -> [UInt8] { gzip(bytes) + [0, 0, 0] }
      try fuzz("x.gz", sound, seal: padded) {
        let content = try Gzip.decompress(contentsOf: $0, maximumSize: 3_000)
        #expect(content.count <= 3_000)
      }
    }
  }

  @Test func sentencePairs() async {
    await #expect(processExitsWith: .success) {
      let sound = ["Go.\tVa !\nHi.\tSalut\u{202f}!\r\nI\u{a0}lost.\tJ'ai perdu.", "a\tb\n"]
      try fuzz("x.tsv", sound.map { Array($0.utf8) }) { url in
        let pairs = try SentencePairs(contentsOf: url)
        #expect(pairs.sources.allSatisfy { !$0.isEmpty })
      }
    }
  }

  @Test func cifarFiles() async {
    await #expect(processExitsWith: .success) {
      let sound = [UInt8](repeating: 1, count: 2 * 3_073)
      try fuzz("test_batch.bin", [sound]) { url in
        _ = try CIFAR10(split: .test, uncheckedFrom: url.deletingLastPathComponent())
      }
    }
  }

  private static func file(
    _ name: String, _ write: (URL) throws -> Void
  ) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try write(folder.file(name))
    return try Array(Data(contentsOf: folder.file(name)))
  }

  private static var array: [UInt8] {
    get throws { try file("x") { try NPY.write(tensors["a"]!, to: $0) } }
  }

  private static var tensors: [String: Tensor] {
    [
      "a": Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), "b.c": Tensor(7),
      "é": Tensor([], shape: [0, 4]),
    ]
  }

  @Test func safetensors() async {
    await #expect(processExitsWith: .success) {
      let sound = try FuzzTests.file("x") {
        try Safetensors.write(FuzzTests.tensors, metadata: ["k\n": "v"], to: $0)
      }
      try fuzz("x.safetensors", [sound]) { _ = try Safetensors.read(from: $0) }
    }
  }

  /// The header's length is corrected, so that the header is parsed.
  @Test func safetensorsHeaders() async {
    await #expect(processExitsWith: .success) {
      let headers = [
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}        "#,
        #"{"__metadata__":{"\u00e9":"x"},"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}"#,
        #"{"__metadata__":null,"é":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":[{"y":1}]},"#
          + #""b":{"dtype":"F16","shape":[2],"data_offsets":[4,8]}}"#,
        #"{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]},"#
          + #""b":{"dtype":"F4","shape":[2,2],"data_offsets":[4,8]}}"#,
      ]
      try fuzz("x.safetensors", headers.map { Array($0.utf8) }) { header in
        let size = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) }
        return size + header + [0, 0, 0, 0, 0, 0, 0, 0]
      } read: {
        let file = try SafetensorsFile($0)
        for name in file.names {
          _ = file.shape(name)
          do {
            _ = try file.tensor(name)
          } catch let error as FileError where error.problem.contains("unknown type") {}
        }
      }
    }
  }

  @Test func npy() async {
    await #expect(processExitsWith: .success) {
      let sound = try FuzzTests.file("x") { try NPY.write(FuzzTests.tensors["a"]!, to: $0) }
      var columnMajor = sound
      columnMajor.replaceSubrange(
        sound.firstRange(of: Array("False".utf8))!, with: Array("True ".utf8))
      var python2 = sound
      python2.replaceSubrange(
        sound.firstRange(of: Array("(2, 3), }".utf8))!, with: Array("(2L,3L)} ".utf8))
      try fuzz("x.npy", [sound, columnMajor, python2]) { _ = try NPY.read(from: $0) }
    }
  }

  @Test func npz() async {
    await #expect(processExitsWith: .success) {
      let sound = try [false, true].map { compressed in
        try FuzzTests.file("x") { try NPZ.write(FuzzTests.tensors, to: $0, compressed: compressed) }
      }
      let array = try FuzzTests.array
      let mixed = try FuzzTests.file("x") { url in
        try OutputFile.write(to: url) { file in
          var archive = ZipWriter(file, path: url.path)
          for (name, bytes) in [("README", Array("text".utf8)), ("a.npy", array)] {
            try bytes.withUnsafeBytes { try archive.add(name, $0, compressed: true) }
          }
          try archive.finish()
        }
      }
      try fuzz("x.npz", sound + [mixed]) { _ = try NPZ.read(from: $0) }
    }
  }

  @Test func pyTorchFiles() async {
    await #expect(processExitsWith: .success) {
      let names = ["types", "views", "model", "checkpoint", "protocol4"]
      let sound = try names.map {
        try Array(Data(contentsOf: GannetDataTests.pyTorchFiles.appending(path: "\($0).pt")))
      }
      try fuzz("x.pt", sound) { _ = try PyTorch.read(from: $0) }
    }
  }

  /// The archive is made anew, so that its checksums are right and the pickle is run.
  @Test func pickles() async {
    await #expect(processExitsWith: .success) {
      let sound = try ["views", "model", "checkpoint", "protocol4"].map {
        try pickle(of: GannetDataTests.pyTorchFiles.appending(path: "\($0).pt"))
      }
      let storages = (0..<40).map { ("\($0)", [UInt8](repeating: 0, count: 192)) }
      try fuzz("x.pt", sound) { pickle in
        try! pyTorchArchive(pickle, storages: storages)
      } read: {
        do {
          _ = try PyTorch.read(from: $0)
        } catch let error as FileError where error.problem.contains("bytes for") {}
      }
    }
  }

  @Test func safetensorsIndices() async {
    await #expect(processExitsWith: .success) {
      let sound = try Array(
        Data(
          contentsOf: GannetDataTests.pyTorchFiles.appending(path: "model.safetensors.index.json")))
      try fuzz("x.index.json", [sound]) { url in
        for number in 1...2 {
          let name = "model-0000\(number)-of-00002.safetensors"
          let part = url.deletingLastPathComponent().appending(path: name)
          if !FileManager.default.fileExists(atPath: part.path) {
            try FileManager.default.copyItem(
              at: GannetDataTests.pyTorchFiles.appending(path: name), to: part)
          }
        }
        do {
          _ = try WeightFile.read(from: url)
        } catch let error as FileError where error.kind == .missing {
          throw FileError(.missing, path: url.path, error.problem)
        }
      }
    }
  }

  @Test func csv() async {
    await #expect(processExitsWith: .success) {
      let sound = [
        "a,\"b \"\"c\"\"\",d\r\n1,2,x\n3.5,NA,\"y\nz\"\n-1e3,0,é\n",
        "a,b,e\u{301}\r16777217,nan,1\r \r-inf,.5,10\r1.e+3,\"x\ry\",2\r",
      ]
      try fuzz("x.csv", sound.map { Array($0.utf8) }) { url in
        let table = try CSVTable(contentsOf: url)
        for column in table.columnNames {
          _ = try? table.numbers([column], missing: .notANumber)
          _ = try? table.numbers([column], missing: .value(0), roundsWholeNumbers: true)
          _ = try? table.integers(column)
          _ = try table.categories(column)
          _ = try table.oneHot(column, marksMissing: true)
        }
      }
    }
  }

  @Test func wordPieceVocabularies() async {
    await #expect(processExitsWith: .success) {
      let sound = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\ngan\n##net\n##s\né\n鸟\n"
      try fuzz("vocab.txt", [Array(sound.utf8)]) { url in
        let wordPiece = try WordPiece(contentsOf: url)
        #expect(wordPiece.indices(of: "Gannets É[MASK]鸟").count >= 3)
      }
    }
  }

  @Test func mergesOfBytePairs() async {
    await #expect(processExitsWith: .success) {
      let sound = "#version: 0.2\ne r</w>\nl o\nlo w\né r</w>\n"
      try fuzz("codes", [Array(sound.utf8)]) { url in
        let encoding = try BytePairEncoding(contentsOf: url)
        #expect(BytePairEncoding.text(of: encoding("lower  é")) == "lower é")
      }
    }
  }

  @Test func byteLevelVocabularies() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let trained = ByteLevelBPE(training: "low low lower é é", vocabularySize: 270)
      let (vocabulary, merges) = (folder.file("sound.json"), folder.file("merges.txt"))
      try trained.write(vocabulary: vocabulary, merges: merges)
      try fuzz("vocab.json", [Array(Data(contentsOf: vocabulary))]) { url in
        do {
          let encoding = try ByteLevelBPE(vocabulary: url, merges: merges)
          #expect(encoding.text(of: encoding.indices(of: "low é")) == "low é")
        } catch let error as FileError where error.path == merges.path {
          // A token of a merge has become another.
          throw FileError(.corrupt, path: url.path, error.problem)
        }
      }
    }
  }
}

/// The pickle of an archive that PyTorch wrote.
private func pickle(of url: URL) throws -> [UInt8] {
  let archive = try ZipArchive(url)
  return try archive.bytes(archive.entries.first { $0.name.hasSuffix("/data.pkl") }!)
}
