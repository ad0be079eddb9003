#if ONNX
import Foundation
import GannetONNX
import Testing

/// A folder in which `scripts/test-onnx` has put models; nil in other runs.
private func folder(_ variable: String) -> URL? {
  ProcessInfo.processInfo.environment[variable].map { URL(filePath: $0) }
}

private let exports = folder("GANNET_ONNX_IMPORTS")
private let packages = folder("GANNET_ONNX_PACKAGES")

/// Models that others have written, beside ONNX Runtime's results.
@Suite(.serialized) struct FilesOfOthers {
  private func check(_ name: String, in folder: URL?, _ scale: StoredRun.Scale) throws {
    let folder = try #require(folder)
    let model = try ONNXModel(contentsOf: folder.appending(path: "\(name).onnx"))
    for run in 0..<2 {
      try StoredRun(folder.appending(path: "\(name).safetensors"), run: run)
        .check(model, tolerance: 1e-4, of: scale)
    }
  }

  /// Files of PyTorch's exporters.
  @Test(.enabled(if: exports != nil), arguments: modelNames(in: exports))
  func exported(_ name: String) throws { try check(name, in: exports, .meanSquare) }

  /// Files of packages. Among the thousands of classes of some, all probabilities but one are nearly 0.
  @Test(.enabled(if: packages != nil), arguments: modelNames(in: packages))
  func packaged(_ name: String) throws { try check(name, in: packages, .largest) }
}
#endif
