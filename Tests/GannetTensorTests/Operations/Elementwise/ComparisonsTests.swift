import GannetTensor
import TestSupport
import Testing

@Suite struct ComparisonsTests {
  private let a = Tensor([1, 2, 3, .nan])
  private let b = Tensor([2, 2, 2, .nan])

  @Test func eachComparisonHoldsWhereItShould() {
    #expect((a .< b).scalars == [1, 0, 0, 0])
    #expect((a .<= b).scalars == [1, 1, 0, 0])
    #expect((a .> b).scalars == [0, 0, 1, 0])
    #expect((a .>= b).scalars == [0, 1, 1, 0])
    #expect((a .== b).scalars == [0, 1, 0, 0])
    #expect((a .!= b).scalars == [1, 0, 1, 1])
  }

  @Test func numbersCompareAsTensorsDo() {
    #expect((a .< 2).scalars == [1, 0, 0, 0])
    #expect((a .<= 2).scalars == [1, 1, 0, 0])
    #expect((a .> 2).scalars == [0, 0, 1, 0])
    #expect((a .>= 2).scalars == [0, 1, 1, 0])
    #expect((a .== 2).scalars == [0, 1, 0, 0])
    #expect((a .!= 2).scalars == [1, 0, 1, 1])
  }

  @Test(arguments: MemoryForm.allCases) func layoutsDoNotMatter(form: MemoryForm) {
    let x = Tensor(hash: 1, [2, 3, 4, 5])
    let y = Tensor(hash: 2, [3, 1, 1])
    expectIdentical(form(x) .< y, x .< y)
    expectIdentical(y .< form(x), y .< x)
    expectIdentical((form(x) .< y) + (form(x) .>= y), Tensor(ones: x.shape))
  }

  @Test func noGradientFlowsThrough() {
    #expect(!(a.requiringGradient() .< b).requiresGradient)
  }

  @Test func shapesThatDoNotFitAreNamed() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let x = Tensor(zeros: [2, 3])
      print(x .< Tensor(zeros: [4]))
    }
    expectMessage(result, ".<: shapes [2, 3] and [4] don't fit")
  }
}
