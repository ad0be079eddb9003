import Foundation
import GannetData
import GannetTensor
import TestSupport
import Testing

struct SafetensorsIndexTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Safetensors.write(
      ["a": Tensor([1, 2]), "b": Tensor([3])], to: folder.file("1.safetensors"))
    try Safetensors.write(["c": Tensor([4])], to: folder.file("2.safetensors"))
  }

  private func index(_ text: String) throws -> URL {
    try folder.write(text, "model.safetensors.index.json")
  }

  @Test func tensorsOfSeveralFiles() throws {
    let url = try index(
      """
      {"metadata": {"total_size": 16, "x": [1, {"y": null}]},
       "weight_map": {"c": "2.safetensors", "a": "1.safetensors"}}
      """)
    let file = try SafetensorsIndex(url)
    #expect(file.names == ["a", "c"] && file.fileNames == ["1.safetensors", "2.safetensors"])
    #expect(file.shape("a") == [2] && file.shape("b") == nil)
    #expect(try file.tensor("a").scalars == [1, 2])
    #expect(try file.integers("c").scalars == [4])
    expectFileError(.missing, url, "no tensor b", "a, c") { _ = try file.tensor("b") }
  }

  @Test func damagedIndices() throws {
    let cases: [(String, FileError.Kind, String)] = [
      ("{}", .unsupported, "no weight_map"), (#"{"weight_map": []}"#, .corrupt, "\"{\" expected"),
      (#"{"weight_map": {"a": 1}}"#, .corrupt, "\"\"\" expected"),
      (#"{"weight_map": {"a": "1.safetensors", "a": "2.safetensors"}}"#, .corrupt, "a twice"),
      (#"{"weight_map": {}, "weight_map": {}}"#, .corrupt, "weight_map twice"),
      (#"{"weight_map": {"c": "1.safetensors"}}"#, .corrupt, "1.safetensors has no tensor c"),
      (#"{"weight_map": {"a": "../1.safetensors"}}"#, .unsupported, "not in the index's folder"),
      (#"{"weight_map": {"a": "/etc/passwd"}}"#, .unsupported, "not in the index's folder"),
      (#"{"weight_map": {"a": "x\\y"}}"#, .unsupported, "not in the index's folder"),
      (#"{"weight_map": {"a": "x\u0000"}}"#, .unsupported, "not in the index's folder"),
      (#"{"weight_map": {"a": ".."}}"#, .unsupported, "not in the index's folder"),
      (#"{"weight_map": {"a": ""}}"#, .unsupported, "not in the index's folder"),
      (#"{"weight_map": {"a": "1.safetensors"}"#, .corrupt, "expected"),
    ]
    for (text, kind, words) in cases {
      let url = try index(text)
      expectFileError(kind, url, words) { _ = try SafetensorsIndex(url) }
    }
    let absent = try index(#"{"weight_map": {"a": "3.safetensors"}}"#)
    expectFileError(.missing, folder.file("3.safetensors")) { _ = try SafetensorsIndex(absent) }
    let other = folder.file("1.safetensors")
    expectFileError(.unsupported, other, "a safetensors file, where an index") {
      _ = try SafetensorsIndex(other)
    }
  }
}
