#if ONNX
import Foundation
import GannetONNX
import Testing

/// Where `scripts/test-onnx` has put models that others have written; nil in other runs.
private let folder = ProcessInfo.processInfo.environment["GANNET_ONNX_IMPORTS"].map {
  URL(filePath: $0)
}

/// Models that others have written, beside ONNX Runtime's results: those of PyTorch's exporters, and those
/// of packages.
@Suite(.enabled(if: folder != nil), .serialized) struct FilesOfOthers {
  @Test(arguments: modelNames(in: folder)) func model(_ name: String) throws {
    let folder = try #require(folder)
    let model = try ONNXModel(contentsOf: folder.appending(path: "\(name).onnx"))
    for run in 0..<2 {
      try StoredRun(folder.appending(path: "\(name).safetensors"), run: run)
        .check(model, tolerance: 1e-4)
    }
  }
}
#endif
