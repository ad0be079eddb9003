import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite("Gradients that are not finite")
struct FiniteGradientTests {
  private static func parameters(_ gradient: Tensor) -> Parameters {
    let parameter = Parameter(Tensor(zeros: gradient.shape))
    parameter.gradient = gradient
    return Parameters([Parameter(Tensor(5)), parameter])
  }

  @Test("the largest finite numbers are finite, their squares' overflow doesn't count")
  func finite() {
    for value: Float in [3e38, -3e38, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0, -0] {
      #expect(Self.parameters(Tensor(repeating: value, shape: [3, 50_000])).hasFiniteGradients)
    }
    #expect(Parameters([]).hasFiniteGradients)
    #expect(Self.parameters(Tensor(zeros: [0, 3])).hasFiniteGradients)
  }

  @Test("one element is found wherever it stands, on any number of threads")
  func found() {
    for value: Float in [.nan, -.nan, .signalingNaN, .infinity, -.infinity] {
      for place in [0, 1, 31, 65_535, 65_536, 150_002] {
        var gradient = [Float](repeating: 1, count: 150_003)
        gradient[place] = value
        let parameters = Self.parameters(Tensor(gradient))
        for threads in 1...3 {
          let found = onThreads(threads) { parameters.withNonFiniteGradients }
          #expect(found.map(\.shape) == [[150_003]])
        }
      }
    }
  }

  @Test("of a view, only its own elements count")
  func views() {
    let whole = Tensor([1, .nan, 2, 3, .infinity, 4], shape: [2, 3])
    #expect(Self.parameters(whole.transposed()[2]).hasFiniteGradients)
    #expect(!Self.parameters(whole.transposed()).hasFiniteGradients)
  }

  @Test("rows of an embedding's gradient are looked at as rows")
  func rows() {
    let embedding = Embedding(1_000, 4)
    embedding(IntTensor([3, 3, 7])).sum().backward()
    #expect(embedding.parameters.hasFiniteGradients)
    sqrt((embedding(IntTensor([9])) * 0).sum()).backward()
    #expect(embedding.parameters.withNonFiniteGradients.map(\.name) == ["weight"])
  }
}
