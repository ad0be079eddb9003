import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct LBFGSTests {
  /// Rosenbrock's valley, with its minimum at (1, 1).
  @Test func theValleyOfRosenbrock() {
    let x = Parameter(Tensor([-1.2, 1]))
    let optimizer = LBFGS(Parameters([x]), lineSearch: .strongWolfe)
    func loss() -> Tensor {
      let (a, b) = (x.value[0], x.value[1])
      return (b - a * a) * (b - a * a) * 100 + (a - 1) * (a - 1)
    }
    var losses: [Float] = []
    for _ in 0..<4 { losses.append(optimizer.step(loss)) }
    #expect(abs(losses[0] - 24.2) < 1e-4)
    #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 >= $1 })
    expectClose(x.value, Tensor([1, 1]), tolerance: 1e-4)
  }

  /// On a quadratic of n variables, exact steps end after n + 1 iterations.
  @Test func aQuadraticEndsEarly() {
    let problem = Problem.quadratic
    let optimizer = LBFGS(problem.parameters, lineSearch: .strongWolfe)
    var evaluations = 0
    for _ in 0..<3 {
      optimizer.step {
        evaluations += 1
        return problem.loss()
      }
    }
    #expect(problem.loss().scalar < 1e-8)
    #expect(evaluations < 40)
    #expect(optimizer.stepCount == 3)
  }

  @Test func frozenParametersStay() {
    let problem = Problem.network
    problem.parameters[0].isFrozen = true
    let before = problem.parameters.map { $0.value.scalars }
    problem.takeStep(LBFGS(problem.parameters, maximumIterations: 3))
    let after = problem.parameters.map { $0.value.scalars }
    #expect(zip(before, after).map { $0 == $1 } == [true, false, false, false])
  }

  @Test func aMinimumIsLeftAlone() {
    let w = Parameter(Tensor([2, 3]))
    let optimizer = LBFGS(Parameters([w]))
    #expect(
      optimizer.step { ((w.value - Tensor([2, 3])) * (w.value - Tensor([2, 3]))).sum() } == 0)
    #expect(w.value.scalars == [2, 3])
    // A loss that is not a number ends the step before it moves.
    #expect(optimizer.step { (w.value * .nan).sum() }.isNaN)
    #expect(w.value.scalars == [2, 3])
  }
}
