import Foundation
import GannetData
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

/// Damaged checkpoints are rejected, or training resumes from them.
struct FuzzTests {
  private static func trainer() -> Trainer<Batch<Tensor, IntTensor>> {
    let model = TrainerTests.network()
    return Trainer(
      model, optimizer: Adam(model.parameters, learningRate: 0.01),
      loss: .classification, showsProgress: false)
  }

  @Test func checkpoints() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let trainer = FuzzTests.trainer()
      trainer.callbacks = [
        Hooks(onStep: { [unowned trainer] in if $0.step == 7 { trainer.stop() } })
      ]
      try trainer.fit(TrainerTests.task(), validation: TrainerTests.task(), epochs: 4)
      try trainer.save(to: folder.file("sound"))
      let sound = try Array(Data(contentsOf: folder.file("sound")))
      let headerSize = sound[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      let (header, tensors) = (sound[8..<8 + headerSize], sound[(8 + headerSize)...])

      // The length is made to fit, so that the header itself, with the training state, is parsed.
      try fuzz("x.safetensors", [Array(header)]) { header in
        (0..<8).map { UInt8(truncatingIfNeeded: header.count >> ($0 * 8)) } + header + tensors
      } read: { url in
        let trainer = FuzzTests.trainer()
        do {
          try trainer.resume(from: url)
          try trainer.fit(TrainerTests.task(), epochs: 4)
        } catch let error as StateError {
          throw FileError(.corrupt, path: url.path, error.description, advice: "")
        } catch is TrainingError {
        }
      }
    }
  }
}
