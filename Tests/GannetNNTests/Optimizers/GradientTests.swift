import GannetNN
import GannetTensor
import TestSupport
import Testing

@Suite struct GradientTests {
  @Test func theNormIsThatOfAllGradientsTogether() {
    let parameters = self.parameters([[3, 0], [0, 4, 12]])
    #expect(parameters.gradientNorm == 13)
    parameters[0].gradient = nil
    #expect(parameters.gradientNorm == 160.squareRoot())
  }

  @Test func clippingScalesAllAlike() {
    let parameters = self.parameters([[3, 0], [0, 4, 12]])
    #expect(parameters.clipGradients(toNorm: 6.5) == 13)
    #expect(parameters[0].gradient?.scalars == [1.5, 0])
    #expect(parameters[1].gradient?.scalars == [0, 2, 6])
  }

  @Test func smallGradientsStayAsTheyAre() {
    let parameters = self.parameters([[0.3, 0.1]])
    #expect(parameters.clipGradients(toNorm: 1) < 1)
    #expect(parameters[0].gradient?.scalars == [0.3, 0.1])
  }

  @Test func hugeGradientsDoNotOverflow() {
    let parameters = self.parameters([[3e30, 4e30]])
    expectClose(Tensor(Float(parameters.clipGradients(toNorm: 5))), Tensor(5e30))
    expectClose(parameters[0].gradient!, Tensor([3, 4]))
  }

  /// Their norm is no float: 4.24e38.
  @Test func finiteGradientsHaveAFiniteNorm() {
    for limit: Float in [5, 1e-3, 1e-6] {
      let parameters = self.parameters([[3e38, -3e38]])
      let norm = parameters.clipGradients(toNorm: limit)
      #expect(abs(norm / (Double(Float(3e38)) * 2.0.squareRoot()) - 1) < 1e-12)
      expectClose(parameters[0].gradient! / limit, Tensor([1, -1]) / Float(2).squareRoot())
    }
    let parameters = self.parameters([[3e38, -3e38]])
    parameters.clipGradients(toNorm: 0)
    #expect(parameters[0].gradient!.scalars == [0, 0])
  }

  @Test func gradientsWithoutANormStayAsTheyAre() {
    let parameters = self.parameters([[.nan, 4], [5]])
    #expect(parameters.clipGradients(toNorm: 1).isNaN)
    #expect(parameters[1].gradient?.scalars == [5])
  }

  @Test func clippingByValueCutsEveryElement() {
    let parameters = self.parameters([[-3, -0.5, 0, 0.5, 3], [.infinity, -.infinity]])
    parameters.clipGradients(toValue: 1)
    #expect(parameters[0].gradient?.scalars == [-1, -0.5, 0, 0.5, 1])
    #expect(parameters[1].gradient?.scalars == [1, -1])
  }

  @Test func aGradientHeldElsewhereIsNotChanged() {
    let parameters = self.parameters([[3, 4]])
    let held = parameters[0].gradient!
    parameters.clipGradients(toNorm: 1)
    #expect(held.scalars == [3, 4])
  }

  @Test func normsOfLargeTensorsAreThoseOfTheirParts() {
    let values = Tensor(hash: 1, [200_001])
    let parameter = Parameter(values)
    parameter.gradient = values
    let squares = values.scalars.reduce(0) { $0 + Double($1) * Double($1) }
    let norm = Parameters([parameter]).gradientNorm
    #expect(abs(norm - squares.squareRoot()) < 1e-6 * norm)
  }

  @Test func fourQuartersOfABatchGiveTheGradientOfTheWhole() {
    let model = Sequential([Linear(5, 7), ReLU(), Linear(7, 3)])
    let (x, labels) = (Tensor(hash: 1, [16, 5]), HashSequence.labels(16, classes: 3, seed: 2))
    crossEntropy(model(x), labels).backward()
    let whole = model.parameters.map { $0.gradient! }
    SGD(model.parameters, learningRate: 0.1).zeroGradients()
    for start in stride(from: 0, to: 16, by: 4) {
      let part = IntTensor(Array(labels.scalars[start..<start + 4]))
      (crossEntropy(model(x[start..<start + 4]), part) / 4).backward()
    }
    for (parameter, expected) in zip(model.parameters, whole) {
      expectClose(parameter.gradient!, expected, parameter.name)
    }
  }

  private func parameters(_ gradients: [[Float]]) -> Parameters {
    Parameters(
      gradients.map { gradient in
        let parameter = Parameter(Tensor(zeros: [gradient.count]))
        parameter.gradient = Tensor(gradient)
        return parameter
      })
  }
}

@Suite struct PenaltyTests {
  @Test func valuesAreThoseOfTheFormulas() {
    let parameters = Parameters([
      Parameter(Tensor([1, -2])), Parameter(Tensor([3], shape: [1, 1])),
    ])
    #expect(parameters.l2Penalty(0.5).scalar == 3.5)
    #expect(parameters.l1Penalty(0.5).scalar == 3)
    #expect(Parameters([]).l2Penalty(1).scalar == 0)
  }

  @Test func gradientsAreThoseOfDifferences() {
    let (a, b) = (Tensor(hashAwayFromZero: 1, [4, 3]), Tensor(hashAwayFromZero: 2, [5]))
    for (value, expected) in [
      (penalties { $0.l2Penalty(0.7) }, [a * 0.7, b * 0.7]),
      (penalties { $0.l1Penalty(0.7) }, [sign(a) * 0.7, sign(b) * 0.7]),
    ] {
      for (gradient, wanted) in zip(value, expected) { expectClose(gradient, wanted) }
    }

    func penalties(_ penalty: (Parameters) -> Tensor) -> [Tensor] {
      let parameters = Parameters([Parameter(a), Parameter(b)])
      penalty(parameters).backward()
      return parameters.map { $0.gradient! }
    }
  }

  @Test func thePenaltyOfAWholeNetworkIsWeightDecay() {
    let (first, second) = (Problem.network, Problem.network)
    let decaying = SGD(first.parameters, learningRate: 0.1, weightDecay: 0.3)
    let plain = SGD(second.parameters, learningRate: 0.1)
    for _ in 0..<5 {
      first.takeStep(decaying)
      second.takeStep(plain) { second.parameters.l2Penalty(0.3).backward() }
    }
    expectClose(Tensor(first.scalars), Tensor(second.scalars))
  }

  @Test func decayScalesAndShrinkingCutsOff() {
    let (w, frozen) = (Parameter(Tensor([1, -2, 0.1])), Parameter(Tensor([1])))
    frozen.isFrozen = true
    let parameters = Parameters([w, frozen])
    parameters.decay(by: 0.5)
    #expect(w.value.scalars == [0.5, -1, 0.05])
    parameters.shrink(by: 0.25)
    #expect(w.value.scalars == [0.25, -0.75, 0])
    #expect(frozen.value.scalars == [1])
  }

  @Test func shrinkingAfterEveryStepMakesWeightsExactlyZero() {
    // Of Σ (w - t)² / 2 + λ Σ |w| the minimum is t moved towards 0 by λ.
    let target = Tensor([2, -0.3, 0.2, -1])
    let w = Parameter(Tensor(zeros: [4]))
    let optimizer = SGD(Parameters([w]), learningRate: 0.5)
    for _ in 0..<60 {
      optimizer.zeroGradients()
      let difference = w.value - target
      (difference * difference / 2).sum().backward()
      optimizer.step()
      optimizer.groups[0].parameters.shrink(by: 0.5 * 0.4)
    }
    expectClose(w.value, Tensor([1.6, 0, 0, -0.6]))
    #expect(w.value.scalars[1] == 0 && w.value.scalars[2] == 0)
  }
}
