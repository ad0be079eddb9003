import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct ParameterAverageTests {
  private let values: [Tensor] = (1...4).map { Tensor(hash: $0, [20_000]) }

  @Test func withoutDecayItIsTheMean() {
    let average = follow(decay: nil)
    let mean = values.dropFirst().reduce(values[0]) { $0 + $1 } / 4
    expectClose(average.averages[0], mean)
    #expect(average.updateCount == 4)
  }

  @Test func withDecayItIsExponential() {
    let expected = values.dropFirst().reduce(values[0]) { $0 * 0.9 + $1 * 0.1 }
    expectClose(follow(decay: 0.9).averages[0], expected)
  }

  @Test func appliedPutsTheValuesBack() {
    let average = follow(decay: nil)
    let parameter = average.parameters[0]
    average.applied { expectIdentical(parameter.value, average.averages[0]) }
    expectIdentical(parameter.value, values[3])
    struct Stop: Error {}
    func fail() throws { throw Stop() }
    #expect(throws: Stop.self) { try average.applied { try fail() } }
    expectIdentical(parameter.value, values[3])
  }

  @Test func itGoesOnFromASavedState() {
    let whole = follow(decay: nil)
    let parameter = Parameter(values[0])
    let first = ParameterAverage(Parameters([parameter]))
    for value in values.prefix(2) { update(first, parameter, value) }
    let second = ParameterAverage(Parameters([parameter]))
    second.restore(averages: first.averages, updateCount: first.updateCount)
    for value in values.suffix(2) { update(second, parameter, value) }
    expectIdentical(second.averages[0], whole.averages[0])
    expectClose(first.averages[0], (values[0] + values[1]) / 2)
  }

  private func follow(decay: Float?) -> ParameterAverage {
    let parameter = Parameter(Tensor(zeros: [20_000]))
    let average = ParameterAverage(Parameters([parameter]), decay: decay)
    for value in values { update(average, parameter, value) }
    return average
  }

  private func update(_ average: ParameterAverage, _ parameter: Parameter, _ value: Tensor) {
    parameter.value = value
    average.update()
  }
}
