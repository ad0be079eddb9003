import GannetTensor
import Testing

@Suite struct DescriptionTests {
  @Test func numbersStandBelowEachOther() {
    #expect("\(Tensor(1.5))" == "1.5")
    #expect("\(Tensor([1, 2, 3]))" == "[1, 2, 3]")
    #expect("\(Tensor([[1, -20], [300, 4]]))" == "[[  1, -20],\n [300,   4]]")
    #expect("\(Tensor([[0.5, 1], [2.25, -3]]))" == "[[ 0.50,  1.00],\n [ 2.25, -3.00]]")
    #expect("\(Tensor([1 / 3, 2 / 3]))" == "[0.3333, 0.6667]")
    #expect("\(Tensor([.nan, .infinity, -.infinity, 1]))" == "[ nan,  inf, -inf,    1]")
    #expect("\(Tensor([-0.0, 0]))" == "[-0,  0]")
  }

  @Test func exponentsShowDigitsThatDecimalsHide() {
    #expect("\(Tensor([1e-5, 1]))" == "[1e-05, 1e+00]")
    #expect("\(Tensor([1.5e6, 2.25e-20]))" == "[1.50e+06, 2.25e-20]")
    #expect("\(Tensor([999_999.94, 2e-4]))" == "[999999.9375,      0.0002]")
    #expect(
      "\(Tensor([3e38, .leastNonzeroMagnitude]))"
        == "[3.0000e+38, 1.4013e-45]")
    #expect("\(Tensor([1_234_567]))" == "[1234567]")
    #expect("\(Tensor(1e-5))" == "1e-05")
    #expect("\(Tensor(-2.5e7))" == "-2.5e+07")
    #expect("\(Tensor([9.99999e-5]))" == "[1e-04]")
  }

  @Test func axesNest() {
    let x = Tensor(rangeFrom: 0, to: 8).reshaped(to: [2, 2, 2])
    #expect("\(x)" == "[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]")
    #expect("\(x.transposed()[0])" == "[[0, 2],\n [1, 3]]")
    #expect("\(Tensor(zeros: [0]))" == "[]")
    #expect("\(Tensor(zeros: [2, 0]))" == "[[],\n []]")
  }

  @Test func linesEndBeforeColumn80() {
    for x in [
      Tensor(rangeFrom: 0, to: 100) / 7,
      Tensor(rangeFrom: 0, to: 900).reshaped(to: [3, 3, 100]) / 7,
      Tensor(rangeFrom: 0, to: 100_000).reshaped(to: [50, 20, 100]) * 1e-9,
    ] {
      let lines = "\(x)".split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= 80 })
      #expect(lines.contains { $0.count > 60 })
    }
    #expect("\(Tensor(rangeFrom: 0, to: 30))".split(separator: "\n").count == 2)
  }

  @Test func theMiddleOfManyIsLeftOut() {
    let vector = "\(Tensor(rangeFrom: 0, to: 2_000))"
    #expect(vector == "[   0,    1,    2, …, 1997, 1998, 1999]")
    let matrix = "\(Tensor(rangeFrom: 0, to: 2_000).reshaped(to: [40, 50]))"
    #expect(matrix.split(separator: "\n").count == 7)
    #expect(matrix.hasPrefix("[[   0,    1,    2, …,   47,   48,   49],\n"))
    #expect(matrix.contains("\n …,\n"))
    #expect(!"\(Tensor(rangeFrom: 0, to: 1_000))".contains("…"))
  }

  @Test func integersToo() {
    #expect("\(IntTensor([[1, -2], [30, 4]]))" == "[[ 1, -2],\n [30,  4]]")
    #expect("\(IntTensor([7], shape: []))" == "7")
  }

  @Test func shapesToo() {
    #expect("\([] as Shape)" == "[]")
    #expect("\([2, 3] as Shape)" == "[2, 3]")
  }
}
