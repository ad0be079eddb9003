#if ONNX
import Foundation
import GannetData
import GannetONNX
import Testing

/// Where `scripts/test-onnx` has put ONNX's node tests; nil in other runs.
private let folder = ProcessInfo.processInfo.environment["GANNET_ONNX_NODES"].map {
  URL(filePath: $0)
}

/// ONNX's own tests of its operators.
@Suite(.enabled(if: folder != nil)) struct NodeFiles {
  /// Cases whose results are written with four digits.
  private static let roundedResults = [
    "test_averagepool_2d_ceil_last_window_starts_on_pad", "test_gridsample_bicubic",
    "test_roialign_aligned_false", "test_roialign_aligned_true",
  ]

  /// The results of all are within 1e-5 of what ONNX wants, but for those with operators, or forms of
  /// operators, that are not supported, which are counted by reason.
  @Test func nodes() throws {
    let folder = try #require(folder)
    let listed = try String(contentsOf: folder.appending(path: "reasons.tsv"), encoding: .utf8)
    var reasons: [String: Int] = [:]
    for line in listed.split(separator: "\n") {
      reasons[String(line.split(separator: "\t")[0]), default: 0] += 1
    }
    var passed = 0
    for name in modelNames(in: folder) {
      do {
        let model = try ONNXModel(contentsOf: folder.appending(path: "\(name).onnx"))
        let run = try StoredRun(folder.appending(path: "\(name).safetensors"))
        let tolerance = Self.roundedResults.contains(name) ? 1e-3 : 1e-5
        if try run.check(model, tolerance: tolerance, name) { passed += 1 }
      } catch let error as FileError where error.kind == .unsupported {
        reasons["\(error.problem.prefix { $0 != "(" })", default: 0] += 1
      } catch {
        Issue.record(error, "\(name)")
      }
    }
    print("\(passed) node tests passed; not run:")
    for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      print("\(count)  \(reason)")
    }
    #expect(passed > 1300)
  }
}
#endif
