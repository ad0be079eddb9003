import Gannet
import Reproduction
import TestSupport
import Testing

@Suite("Readings of gates")
struct GateReadingTests {
  private let tokens = HashSequence.labels(21, classes: 5, seed: 1).reshaped(to: [7, 3])

  @Test("An LSTM's gates put together are its states and its cells")
  func lstm() {
    let network = LSTM(5, 4)
    let reading = LSTMReading(network, tokens)
    expectClose(
      reading.output * tanh(reading.cells), reading.states, tolerance: 1e-5, "states")
    let (output, last) = network(tokens)
    expectClose(reading.states, output, tolerance: 1e-6, "output")
    expectClose(reading.cells[-1], last.cell[0], tolerance: 1e-5, "last cell")
  }

  @Test("A GRU's gates put together are its states")
  func gru() {
    let network = GRU(5, 4)
    let reading = GRUReading(network, tokens)
    let before = concatenate([Tensor(zeros: [1, 3, 4]), reading.states[0..<6]])
    expectClose(
      (1 - reading.update) * reading.candidate + reading.update * before, reading.states,
      tolerance: 1e-5, "states")
  }

  @Test("A network of two layers is refused")
  func layers() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GRUReading(GRU(5, 4, layers: 2), IntTensor([0, 1, 2, 3]).reshaped(to: [2, 2]))
    }
    expectMessage(result, "one layer, one direction and steps first")
  }
}
