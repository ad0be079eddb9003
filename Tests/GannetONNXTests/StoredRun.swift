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
  /// The size of a result, of which a difference is a share.
  enum Scale {
    /// The root mean square.
    case meanSquare
    /// The largest magnitude.
    case largest
  }

  private let values: SafetensorsFile
  private let run: String

  init(_ url: URL, run: Int = 0) throws {
    values = try SafetensorsFile(url)
    self.run = "\(run)"
  }

  /// Runs `model` and expects all results that are stored.
  @discardableResult
  func check(
    _ model: ONNXModel, tolerance: Double, of scale: Scale = .meanSquare, _ title: String = ""
  ) throws -> Bool {
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
        expectClose(
          result, wanted, tolerance: tolerance * scale.ratio(of: wanted),
          "\(title) run \(run), \(name)")
        && isClose
    }
    #expect(compared > 0, "\(title)")
    return isClose
  }
}

extension StoredRun.Scale {
  /// This size of `x` over its root mean square.
  fileprivate func ratio(of x: Tensor) -> Double {
    guard self == .largest, x.count > 0 else { return 1 }
    let squares = x.scalars.reduce(0) { $0 + Double($1) * Double($1) }
    let largest = Double(abs(x).max().scalar)
    return largest > 0 ? largest / (squares / Double(x.count)).squareRoot() : 1
  }
}

/// The names of the models in `folder`, without their endings.
func modelNames(in folder: URL?) -> [String] {
  guard let folder else { return [] }
  let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
  return (files ?? []).filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
}
#endif
