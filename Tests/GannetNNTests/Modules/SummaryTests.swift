import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct SummaryTests {
  private func model() -> Sequential {
    Sequential {
      Flatten()
      Linear(12, 5)
      ReLU()
      Linear(5, 3)
    }
  }

  @Test func stepsAreNamedAndCounted() {
    let summary = model().summary(input: [2, 3, 4])
    #expect(summary.rows.map(\.operation) == ["reshaped", "linear", "linear"])
    #expect(summary.rows.map(\.layer) == ["", "1", "3"])
    #expect(summary.rows.map(\.outputShape) == [[2, 12], [2, 5], [2, 3]])
    #expect(summary.rows.map(\.parameterCount) == [0, 65, 18])
    #expect(summary.rows.map(\.multiplyAdds) == [0, 2 * 5 * 12, 2 * 3 * 5])
    #expect(summary.parameterCount == model().parameters.scalarCount)
    #expect(summary.multiplyAdds == 150)
  }

  @Test func layersHaveTheirOutputShapes() {
    let dropout = Dropout(0.5)
    let network = Sequential {
      Conv2D(1, 6, kernelSize: 5, padding: 2)
      BatchNorm2D(6)
      Sigmoid()
      AveragePool2D(2)
      dropout
      Flatten()
      Linear(1176, 10)
    }
    let (before, stream) = (network.stateDictionary, dropout.stream)
    let rows = network.layerSummary(input: [1, 1, 28, 28]).rows
    #expect(
      rows.map(\.layer) == [
        "Conv2D", "BatchNorm2D", "Sigmoid", "AveragePool2D", "Dropout", "Flatten", "Linear",
      ])
    #expect(
      rows.map(\.outputShape) == [
        [1, 6, 28, 28], [1, 6, 28, 28], [1, 6, 28, 28], [1, 6, 14, 14], [1, 6, 14, 14], [1, 1176],
        [1, 10],
      ])
    #expect(dropout.isTraining)
    #expect(dropout.stream == stream)
    for (name, value) in network.stateDictionary { expectIdentical(value, before[name]!, name) }
    let table = "\(Sequential([Linear(4, 3)]).layerSummary(input: [2, 4]))"
    #expect(table == "layer   output\nLinear  [2, 3]")
  }

  @Test func theTableIsAligned() {
    let expected = """
      layer  operation  output   parameters  multiply-adds
             reshaped   [2, 12]
      1      linear     [2, 5]           65            120
      3      linear     [2, 3]           18             30
      total                              83            150
      """
    #expect("\(model().summary(input: [2, 3, 4]))" == expected)
    #expect("\(Linear(1000, 1234).summary(input: [1, 1000]))".contains("1,235,234"))
  }

  @Test func sharedAndFrozenParametersCountOnce() {
    final class Twice: Layer {
      let layer = Linear(4, 4)
      func callAsFunction(_ x: Tensor) -> Tensor { layer(layer(x)) }
    }
    let twice = Twice()
    twice.freeze()
    let summary = twice.summary(input: [1, 4])
    #expect(summary.rows.map(\.parameterCount) == [20, 0])
    #expect(summary.rows.map(\.multiplyAdds) == [16, 16])
    #expect(twice.parameters.allSatisfy { $0.isFrozen })
  }

  @Test func theNetworkStaysAsItIs() {
    let model = Sequential([BatchNorm1D(3), Dropout(0.5)])
    _ = model.summary(input: [1, 3])
    #expect((model[0] as! BatchNorm).isTraining)
    #expect((model[0] as! BatchNorm).numBatchesTracked.value.scalar == 0)
  }
}
