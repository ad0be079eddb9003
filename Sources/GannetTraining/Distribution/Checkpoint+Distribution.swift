import Foundation
import GannetData
import GannetNN
import GannetTensor

extension Checkpoint {
  /// The parts of a checkpoint other than its tensors' elements.
  private struct Outline: Codable {
    let progress: Progress
    let model: [String: [Int]]
    let optimizer: [String: [Int]]
    let infiniteConstants: Set<String>
  }

  /// Reads a file on rank 0, which alone needs to have it, for all ranks.
  ///
  /// - Throws: `FileError` on rank 0 where the file is missing or damaged, and then
  ///   ``DistributionError`` on the others.
  init(contentsOf url: URL, over distribution: any Distribution) throws {
    let own = try distribution.together(for: "reading a checkpoint") {
      distribution.isFirst ? try Checkpoint(contentsOf: url) : nil
    }
    func shapes(_ state: StateDictionary) -> [String: [Int]] { state.mapValues { Array($0.shape) } }
    let outline = try distribution.broadcast(
      own.map {
        Outline(
          progress: $0.progress, model: shapes($0.model), optimizer: shapes($0.optimizer.tensors),
          infiniteConstants: $0.infiniteConstants)
      }, for: "a checkpoint's outline")!
    func tensors(_ shapes: [String: [Int]], _ state: StateDictionary?) -> StateDictionary {
      let names = shapes.keys.sorted()
      let present = names.map { state?[$0] ?? Tensor(zeros: Shape(shapes[$0]!)) }
      let all = distribution.broadcast(present, for: "a checkpoint's tensors")
      return Dictionary(uniqueKeysWithValues: zip(names, all))
    }
    self.init(
      model: tensors(outline.model, own?.model),
      optimizer: OptimizerState(
        tensors: tensors(outline.optimizer, own?.optimizer.tensors),
        numbers: outline.progress.optimizerNumbers),
      progress: outline.progress, infiniteConstants: outline.infiniteConstants)
  }
}
