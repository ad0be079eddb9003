import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

/// Every reader names the format of a wrong file.
struct FileSignatureTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let readers: [(String, @Sendable (URL) throws -> Void)] = [
    ("a safetensors file", { _ = try Safetensors.read(from: $0) }),
    ("the array in NumPy's format", { _ = try NPY.read(from: $0) }),
    ("a zip archive", { _ = try NPZ.read(from: $0) }),
    ("an IDX file", { _ = try IDX(contentsOf: $0, rank: 1) }),
    ("a gzip file", { _ = try Gzip.decompress(contentsOf: $0, maximumSize: 1 << 20) }),
    ("an archive of torch.save", { _ = try PyTorch.read(from: $0) }),
    ("an index of safetensors files", { _ = try SafetensorsIndex($0) }),
    ("a table", { _ = try CSVTable(contentsOf: $0) }),
  ]

  private static let pointer = """
    version https://git-lfs.github.com/spec/v1
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393
    size 12345

    """

  private func check(_ bytes: [UInt8], _ words: String..., except: Set<String> = []) throws {
    let url = try folder.write(bytes, "given")
    for (expected, read) in Self.readers where !except.contains(expected) {
      let error = #expect(throws: FileError.self) { try read(url) }
      for word in words + ["given: this is", "where \(expected)"] {
        #expect(error?.description.contains(word) == true, "\(error!)")
      }
      #expect(error?.kind == .unsupported)
    }
  }

  @Test func texts() throws {
    try check(Array(Self.pointer.utf8), "Git LFS pointer", "git lfs pull")
    try check(Array("\n <!DOCTYPE html>\n<html>".utf8), "an HTML page", "Download the file itself")
    try check(Array("<HTML><body>404".utf8), "an HTML page")
    try check(Array("<?xml version='1.0'?><Error>".utf8), "an XML document")
    try check([0xff, 0xfe, 0x61, 0, 0x0a, 0], "UTF-16", "UTF-8")
    try check(
      Array(#"{"weight": [1, 2, 3]}"#.utf8), "a JSON document",
      except: ["a table", "an index of safetensors files"])
  }

  /// As `torch.save` writes them: since version 1.6 a zip archive, before it a pickle.
  @Test func torchFiles() throws {
    let archive = folder.file("archive")
    try OutputFile.write(to: archive) { file in
      var zip = ZipWriter(file, path: archive.path)
      for name in ["archive/data.pkl", "archive/data/0"] {
        try [UInt8](repeating: 1, count: 64).withUnsafeBytes {
          try zip.add(name, $0, compressed: false)
        }
      }
      try zip.finish()
    }
    let bytes = try Array(Data(contentsOf: archive))
    let readers: Set = ["a zip archive", "an archive of torch.save"]
    try check(bytes, "torch.save", "PyTorch.read", except: readers)
    try check(Array(bytes.dropLast(22)), "torch.save", except: readers)
    let legacy: [UInt8] = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50]
    try check(legacy, "torch.save", "before PyTorch 1.6", "anew with torch.save")
    try check([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, 0x2e], "a pickle of Python")
    expectFileError(.unsupported, archive, "torch.save", "where an .npz archive was expected") {
      _ = try NPZ.read(from: archive)
    }
  }

  @Test func otherFormats() throws {
    try check(
      gzip(Array("some text".utf8)), "gzip", "gunzip", except: ["a gzip file", "an IDX file"])
    try check([0x89] + Array("HDF\r\n".utf8) + [0x1a, 0x0a, 0], "an HDF5 file")
    try check([0x89] + Array("PNG\r\n".utf8) + [0x1a, 0x0a, 0], "a PNG image")
    try check([0xff, 0xd8, 0xff, 0xe0, 0, 0x10], "a JPEG image")

    let file = folder.file("file")
    try NPY.write(Tensor([1, 2]), to: file)
    try check(
      Array(Data(contentsOf: file)), "a NumPy array", "NPY.read",
      except: ["the array in NumPy's format"])
    try Safetensors.write(["a": Tensor([1, 2])], to: file)
    try check(
      Array(Data(contentsOf: file)), "a safetensors file", "Safetensors.read",
      except: ["a safetensors file"])
    try NPZ.write(["a": Tensor([1, 2])], to: file)
    try check(
      Array(Data(contentsOf: file)), "an .npz archive", "NPZ.read", except: ["a zip archive"])
  }

  @Test func emptyFiles() throws {
    let url = try folder.write([UInt8](), "given")
    for (expected, read) in Self.readers where expected != "a table" {
      expectFileError(.truncated, url, "an empty file, where \(expected)", "again") {
        try read(url)
      }
    }
  }

  /// Six bytes of an array's magic number, and eight of its header.
  @Test(arguments: [1, 6, 7, 8, 9])
  func shortArrays(count: Int) throws {
    let file = folder.file("file")
    try NPY.write(Tensor([1, 2]), to: file)
    let url = try folder.write(Array(Data(contentsOf: file).prefix(count)), "short.npy")
    expectFileError(.truncated, url, "ends", "header", "again") { _ = try NPY.read(from: url) }
    let other = try folder.write(Array("x,y\n1".utf8.prefix(count)), "other.npy")
    expectFileError(.unsupported, other, "not in NumPy's format") { _ = try NPY.read(from: other) }
  }
}
