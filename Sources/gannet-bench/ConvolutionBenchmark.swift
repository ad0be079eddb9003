import Foundation
import GannetTensor

/// Times the passes of convolutions, each described by a line of JSON on standard input, and prints
/// a line of JSON for each.
enum ConvolutionBenchmark {
  private struct Sizes: Codable {
    let name: String
    let images: [Int]
    let weight: [Int]
    let stride: Int
    let padding: Int
    let groups: Int
    /// Whether to time every path, not only the one that the rule selects.
    let everyPath: Bool
  }

  private struct Answer: Codable {
    let name: String
    /// The path that the rule selects for each pass.
    let picked: [String: String]
    /// Milliseconds by pass and path.
    let times: [String: [String: Double]]
  }

  static func run(seconds: Double) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    while let line = readLine() {
      let sizes = try JSONDecoder().decode(Sizes.self, from: Data(line.utf8))
      let answer = try encoder.encode(times(of: sizes, seconds))
      // Flushed, since the caller waits for it before the next line.
      FileHandle.standardOutput.write(answer + Data("\n".utf8))
    }
  }

  private static func times(of sizes: Sizes, _ seconds: Double) -> Answer {
    let settings = ConvolutionSettings(
      stride: Size2D(sizes.stride), padding: Padding2D(sizes.padding), groups: sizes.groups)
    let geometry = ConvolutionGeometry(
      "gannet-bench", Shape(sizes.images), Shape(sizes.weight), settings)
    let x = HashSequence.tensor(Shape(sizes.images), seed: 1).channelsLast()
    let weight = HashSequence.tensor(Shape(sizes.weight), seed: 2)
    let dy = HashSequence.tensor(geometry.outputShape, seed: 3).channelsLast()
    let paths = ConvolutionPath.all(for: geometry)
    func time(_ path: ConvolutionPath, _ pass: (Convolution) -> Tensor) -> (String, Double) {
      let all = ConvolutionPaths(result: path, inputGradient: path, weightGradient: path)
      let convolution = Convolution(geometry, by: all)
      return ("\(path)", fastest(seconds) { _ = pass(convolution) })
    }
    let picked = ConvolutionPaths.fastest(for: geometry)
    let passes: [(String, [ConvolutionPath], ConvolutionPath, (Convolution) -> Tensor)] = [
      (
        "forward", paths.result, picked.result,
        { $0.result(x, weight: weight, bias: nil, activation: .identity) }
      ),
      (
        "inputGradient", paths.inputGradient, picked.inputGradient,
        { $0.inputGradient(dy, weight: weight) }
      ),
      (
        "weightGradient", paths.weightGradient, picked.weightGradient,
        { $0.weightGradient(dy, x: x) }
      ),
    ]
    return Answer(
      name: sizes.name,
      picked: Dictionary(uniqueKeysWithValues: passes.map { ($0.0, "\($0.2)") }),
      times: Dictionary(
        uniqueKeysWithValues: passes.map { name, paths, picked, pass in
          let timed = sizes.everyPath ? paths : [picked]
          return (name, Dictionary(uniqueKeysWithValues: timed.map { time($0, pass) }))
        }))
  }

  /// The least time in milliseconds over as many calls as fit into `seconds`, after two for
  /// warm-up.
  private static func fastest(_ seconds: Double, _ body: () -> Void) -> Double {
    for _ in 0..<2 { body() }
    var (best, spent) = (Double.infinity, 0.0)
    while spent < seconds * 1000 {
      let time = milliseconds(body)
      best = min(best, time)
      spent += time
    }
    return best
  }
}
