import GannetModels
import GannetNN
import GannetTensor
import GannetTraining
import TestSupport
import Testing

@Suite("Predictor")
struct PredictorTests {
  @Test("four tasks that predict at once get what one gets")
  func concurrent() async throws {
    let model = TrainerTests.network()
    let predictor = try Predictor(of: TrainerTests.network(), state: model.stateDictionary)
    let expected = model.evaluating {
      (0..<4).map { model(HashSequence.tensor([64, 4], seed: UInt32($0))).scalars }
    }
    let results = await withTaskGroup(of: (Int, Bool).self) { group in
      for task in 0..<4 {
        let wanted = expected[task]
        group.addTask {
          let same = (0..<200).allSatisfy { _ in
            predictor(HashSequence.tensor([64, 4], seed: UInt32(task))).scalars == wanted
          }
          return (task, same)
        }
      }
      return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
    }
    #expect(results == [0: true, 1: true, 2: true, 3: true])
  }
}
