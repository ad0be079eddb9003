#if ONNX
import Foundation
import GannetData
import GannetONNX
import GannetTensor
import TestSupport
import Testing

/// Where `scripts/test-onnx` has put models that PyTorch has exported; nil in other runs.
private let folder = ProcessInfo.processInfo.environment["GANNET_ONNX_IMPORTS"].map {
  URL(filePath: $0)
}

/// Models that PyTorch has exported, beside ONNX Runtime's results.
@Suite(.enabled(if: folder != nil), .serialized) struct PyTorchFiles {
  static var names: [String] {
    guard let folder else { return [] }
    let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    return (files ?? []).filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
  }

  @Test(arguments: names) func model(_ name: String) throws {
    let folder = try #require(folder)
    let model = try ONNXModel(contentsOf: folder.appending(path: "\(name).onnx"))
    let values = try SafetensorsFile(folder.appending(path: "\(name).safetensors"))
    for run in ["0", "1"] {
      var (tensors, integers) = ([String: Tensor](), [String: IntTensor]())
      for input in model.inputNames {
        if values.names.contains("\(run).\(input)") {
          tensors[input] = try values.tensor("\(run).\(input)")
        } else {
          integers[input] = try values.integers("\(run).\(input).integers")
        }
      }
      let results = model.evaluating { model(tensors, integers: integers) }
      let output = try #require(results[model.outputNames[0]])
      expectClose(output, try values.tensor("\(run).output"), tolerance: 1e-4, run)
    }
  }
}
#endif
