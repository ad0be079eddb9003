#if ONNX
import Foundation
import GannetData
import GannetONNX
import GannetTensor
import TestSupport
import Testing

/// Inputs of a model and the results that they must give, from a file beside the model's: NAME.safetensors
/// has the tensors RUN.VALUE, or RUN.VALUE.integers.
struct StoredRun {
  private let values: SafetensorsFile
  private let run: String

  init(_ url: URL, run: Int = 0) throws {
    values = try SafetensorsFile(url)
    self.run = "\(run)"
  }

  /// Runs `model` and expects all results that are stored.
  @discardableResult
  func check(_ model: ONNXModel, tolerance: Double, _ title: String = "") throws -> Bool {
    var (tensors, integers) = ([String: Tensor](), [String: IntTensor]())
    for name in model.inputNames {
      if values.names.contains("\(run).\(name)") {
        tensors[name] = try values.tensor("\(run).\(name)")
      } else {
        integers[name] = try values.integers("\(run).\(name).integers")
      }
    }
    let results = try model.evaluating {
      try withoutGradients { try model(tensors, integers: integers) }
    }
    var (compared, isClose) = (0, true)
    for name in model.outputNames {
      let result = try #require(results[name])
      let wanted: Tensor
      if values.names.contains("\(run).\(name)") {
        wanted = try values.tensor("\(run).\(name)")
      } else if values.names.contains("\(run).\(name).integers") {
        wanted = Tensor(try values.integers("\(run).\(name).integers"))
      } else {
        continue
      }
      compared += 1
      isClose =
        expectClose(result, wanted, tolerance: tolerance, "\(title) run \(run), \(name)")
        && isClose
    }
    #expect(compared > 0, "\(title)")
    return isClose
  }
}

/// The names of the models in `folder`, without their endings.
func modelNames(in folder: URL?) -> [String] {
  guard let folder else { return [] }
  let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
  return (files ?? []).filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
}
#endif
