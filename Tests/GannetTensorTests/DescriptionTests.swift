import GannetTensor
import Testing

@Suite struct DescriptionTests {
  @Test func numbersInBrackets() {
    #expect("\(Tensor(1.5))" == "1.5")
    #expect("\(Tensor([1, 2, 3]))" == "[1, 2, 3]")
    #expect("\(Tensor([1, -20, 3, 0.5], shape: [2, 2]))" == "[[  1, -20],\n [  3, 0.5]]")
    #expect(
      "\(Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 2, 2]))"
        == "[[[1, 2],\n  [3, 4]],\n\n [[5, 6],\n  [7, 8]]]")
    #expect("\(Tensor([1, 2, 3, 4], shape: [2, 2]).transposed())" == "[[1, 3],\n [2, 4]]")
    #expect("\(Tensor(zeros: [0]))" == "[]")
    #expect("\(Tensor(zeros: [2, 0]))" == "[[],\n []]")
  }

  @Test func fourDigitsOrAnExponent() {
    #expect("\(Tensor(0.123456))" == "0.1235")
    #expect("\(Tensor(-1234.56789))" == "-1234.5679")
    #expect("\(Tensor(1e-5))" == "1e-05")
    #expect("\(Tensor(2.5e7))" == "2.5e+07")
    #expect("\(Tensor([.nan, .infinity, -.infinity]))" == "[ nan,  inf, -inf]")
  }

  @Test func theMiddleOfALongAxisIsLeftOut() {
    #expect("\(Tensor(rangeFrom: 0, to: 10))" == "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]")
    #expect("\(Tensor(rangeFrom: 0, to: 11))" == "[ 0,  1,  2, …,  8,  9, 10]")
    let lines = "\(Tensor(zeros: [1_000, 1_000]))".split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines[3] == " …,")
    #expect(lines[0] == "[[0, 0, 0, …, 0, 0, 0],")
  }

  @Test func shapes() {
    #expect("\([] as Shape)" == "[]")
    #expect("\([2, 3] as Shape)" == "[2, 3]")
  }
}
