import GannetNN
import GannetTensor
import TestSupport
import Testing

/// Long sequences: no recursion, and memory in proportion. In processes of their own, since the pool is
/// the process's.
@Suite struct RecurrentMemoryTests {
  @Test func trainingTakesMemoryInProportionToTheSteps() async {
    await #expect(processExitsWith: .success) {
      let lstm = LSTM(2, 8)
      func peak(_ steps: Int) -> Int {
        BufferPool.resetPeak()
        let before = BufferPool.statistics.liveBytes
        lstm(Tensor(hash: 1, [steps, 2, 2])).output.sum().backward()
        return BufferPool.statistics.peakBytes - before
      }
      _ = peak(10)
      let (short, long) = (peak(2_000), peak(8_000))
      #expect(Double(long) < 4.6 * Double(short), "\(short) bytes, then \(long)")
    }
  }

  @Test func aLongLoopOfCellsDoesNotOverflowTheStack() {
    let cell = LSTMCell(2, 8)
    var state: LSTMState?
    for _ in 0..<2_000 { state = cell(Tensor(hash: 1, [2, 2]), state: state) }
    state!.hidden.sum().backward()
    #expect(cell.weights.stateWeight.gradient!.scalars.allSatisfy { $0.isFinite })
  }

  @Test func generatingHoldsItsMemory() async {
    await #expect(processExitsWith: .success) {
      let gru = GRU(28, 16)
      gru.eval()
      var state: Tensor?
      func generate(_ count: Int) {
        withoutGradients {
          for step in 0..<count {
            let token = IntTensor([Int32(step % 28)], shape: [1, 1])
            state = gru(token, state: state).state
          }
        }
      }
      generate(100)
      let before = BufferPool.statistics
      generate(100_000)
      let after = BufferPool.statistics
      #expect(after.liveBytes == before.liveBytes)
      #expect(after.cachedBytes <= before.cachedBytes + 4_096)
    }
  }
}
